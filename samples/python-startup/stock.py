from orders import total


def reserve():
    return total()
