from stock import reserve


def total():
    return reserve()
