"""Exception groups, one inside another, with tracebacks of their members."""
# python: 3.11-
# headers: all
# keep: all
from stage import failing, healthy, report


def ask(shop):
    raise TimeoutError("no answer from %s" % shop)


def parse(text):
    return int(text)


def collect(*acts):
    found = []
    for act, argument in acts:
        try:
            act(argument)
        except Exception as error:
            found.append(error)
    return found


def run():
    inner = ExceptionGroup("two of the shops", collect((ask, "north"), (parse, "seven")))
    raise ExceptionGroup("orders failed", [*collect((ask, "south")), inner, KeyError("coupon")])


healthy()
with failing() as event:
    try:
        run()
    except ExceptionGroup:
        report(event)
healthy()
with failing() as event:
    try:
        try:
            run()
        except ExceptionGroup as group:
            raise RuntimeError("giving up") from group
    except RuntimeError:
        report(event)
healthy()
with failing():
    run()
