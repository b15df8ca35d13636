"""`add_note`: lines at column 0 after the exception line."""
# python: 3.11-
# headers: all
# keep: all
from stage import failing, healthy, report


def fail(*notes):
    error = ValueError("order 17 is not valid")
    for note in notes:
        error.add_note(note)
    raise error


healthy()
with failing() as event:
    try:
        fail("while reading orders.csv", "row 17:\n    item,count\n    tea,seven")
    except ValueError:
        report(event)
healthy()
with failing() as event:
    try:
        try:
            fail("a note on the cause")
        except ValueError as error:
            raise RuntimeError("import stopped") from error
    except RuntimeError:
        report(event)
healthy()
with failing():
    fail("the last note", "")
