"""Class names and messages beyond ASCII."""
# python: 3.6-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


class Überlauf(Exception):
    pass


class 注文エラー(Exception):
    pass


def ключ(x):
    return x["ключ"] + x["ключ"]["é"]


healthy()
with failing() as event:
    try:
        raise Überlauf("Größe über 100 %")
    except Überlauf:
        report(event, "Bestellung 17 gescheitert – später")
healthy()
with failing() as event:
    try:
        ключ({"ключ": 1})
    except TypeError:
        report(event)
healthy()
with failing():
    raise 注文エラー("注文は無効です \U0001f4a5\u2028next")
