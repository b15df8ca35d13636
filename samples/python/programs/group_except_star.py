"""`except*`: an error inside the handler, and what no clause took."""
# python: 3.11-
# headers: bare asctime
# keep: all
from stage import failing, healthy, report


def run():
    try:
        raise ExceptionGroup("jobs", [ValueError("one"), TypeError("two"), OSError("three")])
    except* ValueError:
        raise KeyError("in the handler")
    except* TypeError:
        pass


def naked():
    try:
        raise ValueError("not a group")
    except* ValueError:
        {}["missing"]


for act in (run, naked):
    healthy()
    with failing() as event:
        try:
            act()
        except ExceptionGroup:
            report(event)
        except KeyError:
            report(event)
healthy()
with failing():
    run()
