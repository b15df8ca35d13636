"""Groups and members whose messages have several lines, and notes, and a chain inside a member."""
# python: 3.11-
# headers: bare asctime
# keep: all
from stage import failing, healthy, report


def member():
    try:
        {}["tea"]
    except KeyError as error:
        raise ValueError("member, line 1\nmember, line 2") from error


def run():
    try:
        member()
    except ValueError as error:
        error.add_note("a note on the member")
        group = ExceptionGroup("group, line 1\ngroup, line 2", [error, OSError("x\n\ny")])
        group.add_note("a note on the group\nof two lines")
        raise group from None


healthy()
with failing() as event:
    try:
        run()
    except ExceptionGroup:
        report(event)
healthy()
with failing():
    run()
