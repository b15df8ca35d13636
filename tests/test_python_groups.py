"""Where Python's groups begin and end among the records of a log, in shapes that real programs print.

The recordings (`tests/test_recorded_python.py`) hold what CPython prints; these hold how it stands beside loggers, frameworks
and terminals.
"""

import json
from datetime import UTC

import pytest

from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

RULES = load([], bundled=True)
REFERENCE = 1_795_633_200_000_000
INFO = "2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok"
ERROR = "2026-11-22 10:27:36,100 ERROR shop.db: query failed"
TRACE = """Traceback (most recent call last):
  File "/srv/app/shop/cart.py", line 88, in pay
    return prices["coupon"]
           ~~~~~~^^^^^^^^^^
"""
TWO = TRACE + "ValueError: one\ntwo"
ONE = TRACE + "KeyError: 'coupon'"


def scan(*texts: str) -> list[Event]:
    """The events of a log; fast = slow."""
    data = "\n".join([*texts, ""]).encode()
    found = []
    for slow in (False, True):
        scanner = Scanner(RULES, Settings(reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
        found.append(scanner.feed(data) + scanner.finish())
    assert found[0] == found[1]
    return found[0]


def spans(events: list[Event]) -> list[tuple[int, int]]:
    return [(event.first_line, event.last_line) for event in events]


@pytest.mark.parametrize(
    "prelude",
    [
        "Exception in thread Thread-1 (f):",
        "Exception ignored in: <function Sock.__del__ at 0x7f>",
        "Process ForkProcess-1:",
        "--- Logging error ---",
    ],
)
def test_what_the_interpreter_prints_past_the_loggers_is_no_part_of_a_message(prelude: str) -> None:
    """Below a message of several lines a prelude begins an event of its own, as below one of one line; each, again and
    again; a message that announces it with a colon quotes it."""
    log = [INFO, ERROR, TWO, prelude, ONE, INFO]
    events = scan(*log, *log, *log)
    assert spans(events) == [at for n in (0, 15, 30) for at in ((n + 2, n + 8), (n + 9, n + 14))]
    assert [(event.exception, event.incomplete) for event in events] == [("ValueError", None), ("KeyError", None)] * 3
    assert [event.message for event in events[::2]] == ["one\ntwo"] * 3
    (event,) = scan(ERROR, TWO, "its child said:", prelude, ONE, INFO)
    assert (event.first_line, event.last_line) == (1, 14)


@pytest.mark.parametrize("prelude", ["Process ForkProcess-1:", "Exception in thread Thread-1 (f):", ""])
def test_a_bare_failure_has_the_time_of_the_record_before_it(prelude: str) -> None:
    """The record before a bare traceback lends its time, also where the traceback's own prelude stands between."""
    for event in scan(ERROR, ONE, *([prelude] if prelude else []), ONE, INFO):
        assert event.time == scan(ERROR)[0].time


@pytest.mark.parametrize("token", ["", "ERRO ", "[ERRO] asyncio: "])
@pytest.mark.parametrize(
    ("prelude", "detail"),
    [
        ("Task exception was never retrieved", "future: <Task finished exception=KeyError('coupon')>"),
        ("Exception in callback pay()", "handle: <Handle pay()>"),
        ("Fatal error on transport", "protocol: <P>\ntransport: <T>"),
    ],
)
def test_a_record_without_level_that_announces_a_traceback_is_its_header(token: str, prelude: str, detail: str) -> None:
    """asyncio logs at ERROR, and not every log's format writes that; an ordinary record only lends its time."""
    head = f"2026-11-22 10:27:36,100 {token}"
    log = [INFO, f"{head}{prelude}", detail, ONE, f"{head}next"]
    for event in scan(*log, *log):
        lines = len(detail.split("\n")) + 6
        assert (event.exception, event.text.count("\n") + 1, event.incomplete) == ("KeyError", lines, None)
        assert event.time is not None
    for said in (f"{prelude}\nan ordinary line", "paying"):
        assert scan(head + said, ONE, f"{head}next")[-1].text == ONE


RICH = """
[11/22/26 10:27:36] ERROR    second failed                             shop.py:11
                             Traceback (most recent call last):
                               File "/srv/app/shop/cart.py", line 9, in
                             pay
                                 try: {}['k']
                                      ~~^^^^^
                             KeyError: 'k'

                             The above exception was the direct cause
                             of the following exception:

                             Traceback (most recent call last):
                               File "/srv/app/shop/cart.py", line 10,
                             in pay
                                 except KeyError as e: raise
                             RuntimeError('outer and wide open') from e
                                                       ^^^^^^^^^^^^^^^^
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                             RuntimeError: outer
                             second line
                    ERROR    third failed                              shop.py:12
                             Traceback (most recent call last):
                               File "/srv/app/shop/cart.py", line 9, in
                             pay
                                 raise Odd

                                       ^^^
                             shop.cart.pay.<locals>.Odd
                    INFO     healthy                                   shop.py:13
"""


@pytest.mark.parametrize("pad", [0, 82])
def test_the_rows_of_a_table_are_put_together_in_every_link_of_a_chain(pad: int) -> None:
    """Rich's handler: source and carets that were folded to the column's left end no exception's name is lost behind, nor
    in the blanks that fill the cell."""
    first, second = scan(*(line.ljust(pad) for line in RICH.strip("\n").split("\n")))
    assert (first.first_line, first.last_line, second.first_line, second.last_line) == (1, 20, 21, 28)
    assert (first.exception, first.message) == ("RuntimeError", "outer\nsecond line")
    assert [(link.exception, link.link) for link in first.chain] == [("KeyError", "cause")]
    assert first.frames[-1].code == "except KeyError as e: raise RuntimeError('outer and wide open') from e"
    assert (second.exception, second.incomplete) == ("shop.cart.pay.<locals>.Odd", None)


NOTEBOOK = """---------------------------------------------------------------------------
KeyError                                  Traceback (most recent call last)
File /srv/app/shop/cart.py:4, in pay()
      3 def pay():
----> 4     try: load(0)
      5     except Exception as e: raise RuntimeError('outer') from e

KeyError: 'coupon'

The above exception was the direct cause of the following exception:

RuntimeError                              Traceback (most recent call last)
Cell In[3], line 6
      5     except Exception as e: raise RuntimeError('outer') from e
----> 6 pay()

File /srv/app/shop/cart.py:5, in pay()
----> 5     except Exception as e: raise RuntimeError('outer') from e

RuntimeError: outer"""
PRINTED = """File "/srv/app/shop/cart.py", line 13, in main
    7    def main(l):
 (...)
    12       try:
--> 13           load(0)
    ..................................................
     l = <Logger a (INFO)>
    ..................................................

File "/srv/app/shop/cart.py", line 4, in load
    def load(x): return {}['coupon']
    ..................................................
     x = 0
    ..................................................

KeyError: 'coupon'

The above exception was the direct cause of the following exception:

File "/srv/app/shop/cart.py", line 14, in main
    13           try: load(0)
--> 14           except KeyError as e: raise RuntimeError('outer') from e
    ..................................................
     l = <Logger a (INFO)>
    ..................................................

RuntimeError: outer"""


@pytest.mark.parametrize("text", [NOTEBOOK, PRINTED], ids=["IPython", "stackprinter"])
def test_tracebacks_that_others_print_hold_their_chain(text: str) -> None:
    """The further exception of a chain begins as the first one did, and each frame has the line that an arrow points at."""
    (event,) = scan(ERROR, text, INFO)
    assert (event.exception, event.message, event.incomplete) == ("RuntimeError", "outer", None)
    assert [(link.exception, link.message, link.link) for link in event.chain] == [("KeyError", "'coupon'", "cause")]
    assert event.text.endswith(text)
    assert event.frames[-1].code in (
        "except Exception as e: raise RuntimeError('outer') from e",
        "except KeyError as e: raise RuntimeError('outer') from e",
    )


CAUSE = "\nThe above exception was the direct cause of the following exception:\n"


@pytest.mark.parametrize("header", [ERROR, INFO, "an ordinary line"])
@pytest.mark.parametrize(
    ("cause", "chain"),
    [
        ("ValueError: inner", ["ValueError"]),
        ("StopIteration", ["StopIteration"]),
        ("ValueError: inner\nand a note", ["ValueError"]),
        (f"ValueError: inner\n{CAUSE}\nshop.Unsold: more", ["shop.Unsold", "ValueError"]),
    ],
)
def test_a_cause_that_was_never_raised_is_in_the_chain(header: str, cause: str, chain: list[str]) -> None:
    """`raise … from ValueError(…)`: the cause has no traceback. Below a record or an ordinary line nothing is missing; at a
    log's start, or below an indented line, its traceback may have been cut off."""
    log = [header, cause, CAUSE, ONE, INFO]
    events = scan(INFO, *log, *log)
    assert [(event.exception, event.incomplete) for event in events] == [("KeyError", None)] * 2
    assert [[link.exception for link in event.chain] for event in events] == [chain] * 2
    assert all(event.text.endswith("\n".join([cause, CAUSE, ONE])) for event in events)
    for cut in (scan(cause, CAUSE, ONE, INFO), scan("    return 1", cause, CAUSE, ONE, INFO)):
        assert cut[0].incomplete == "start"


def test_a_group_may_have_a_cause_that_was_never_raised() -> None:
    """The same before the header of an exception group."""
    group = """  + Exception Group Traceback (most recent call last):
  |   File "/srv/app/jobs.py", line 3, in main
  |     raise ExceptionGroup("several", found) from KeyError(7)
  | ExceptionGroup: several (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: bad payload
    +------------------------------------"""
    (event,) = scan(ERROR, "KeyError: 7", CAUSE, group, INFO)
    assert (event.exception, event.incomplete) == ("ExceptionGroup", None)
    assert [(link.exception, link.link) for link in event.chain] == [("ValueError", "group"), ("KeyError", "cause")]


@pytest.mark.parametrize(
    "name", ["my-plugin", "plugins/pay", "/srv/shop/pay", "<run_path>", "2024-11.rules", "a.b-c.d"]
)
@pytest.mark.parametrize("said", [": from a plugin", ""])
def test_a_module_may_be_called_anything(name: str, said: str) -> None:
    """A plugin that is loaded from a path, a script that is run by one: its exception ends the traceback, and owes nothing
    to a later one; but only where frames precede."""
    note = TRACE + "ValueError: n\nline 1\nKeyError: fake"
    odd, noted = scan(ERROR, f"{TRACE}{name}.MyError{said}", ERROR, note, INFO)
    assert (odd.exception, odd.message, odd.incomplete) == (f"{name}.MyError", said[2:] or None, None)
    assert (noted.exception, noted.message) == ("ValueError", "n\nline 1\nKeyError: fake")
    assert len(odd.frames) == 1
    assert scan(INFO, f"{name}.MyError{said}", INFO) == []


STACK = 'Stack (most recent call last):\n  File "/srv/app/shop/cart.py", line 3, in main\n    log.info("x", stack_info=True)'


def _record(level: str, **more: object) -> str:
    return json.dumps({"timestamp": "2026-11-22T10:27:36Z", "level": level, "message": "where am I"} | more)


@pytest.mark.parametrize(
    "field", [{"stack_info": STACK}, {"error": {"stack_trace": STACK}}, {"message": f"x\n{STACK}"}]
)
def test_a_stack_that_nobody_raised_makes_no_event_of_a_healthy_record(field: dict[str, object]) -> None:
    """`stack_info` of a structured record, as in plain text: the frames are no traceback that was cut. Nor where a journal
    holds the lines in one entry; an error with one is one event, and a traceback beside one is."""
    bad = _record("error", **field)
    assert [event.first_line for event in scan(_record("info", **field), _record("warning", **field), bad)] == [3]
    assert scan(bad)[0].exception is None
    (event,) = scan(_record("info", **{"stack_info": STACK, "exc_info": ONE, **field}))
    assert (event.exception, event.incomplete) == ("KeyError", None)
    entry = {"PRIORITY": "6", "_PID": "7", "SYSLOG_IDENTIFIER": "a", "__REALTIME_TIMESTAMP": "1795343772000000"}
    said = json.dumps(entry | {"MESSAGE": f"2026-11-22 10:27:36,100 INFO shop: x\n{STACK}"})
    assert scan(said, json.dumps(entry | {"MESSAGE": "2026-11-22 10:27:36,100 INFO shop: x"})) == []


WSGI = "[Sun Nov 22 10:27:36.{:06d} 2026] [wsgi:error] [pid 943:tid 946] [client 127.0.0.1:470] {}"
CELERY = "[2026-11-22 10:27:36,100: WARNING/ForkPoolWorker-1] {}"
REDIRECTED = "2026-11-22 10:27:36,100 ERROR shop.stderr: {}"
BAREST = "ERROR:shop.stderr:{}"
LINKS = (
    "Traceback (most recent call last):\n" + TRACE.split("\n", 1)[1] + "ValueError: inner\n" + CAUSE + "\n" + ONE
).split("\n")


@pytest.mark.parametrize("form", [CELERY, REDIRECTED, BAREST])
def test_a_traceback_each_line_of_which_was_logged_is_one_event(form: str) -> None:
    """Standard error that is redirected into a logger: a record a line, all with the same header. It begins with the
    traceback; a record with that header that is no line of it is one of its own."""
    again = form.format("again")
    events = scan(INFO, *(form.format(line) for line in LINKS), again, *(form.format(line) for line in LINKS), INFO)
    found = [event for event in events if event.text != again]
    assert [(event.first_line, event.last_line) for event in found] == [(2, 14), (16, 28)]
    assert len(events) == 2 + (form is not CELERY)
    for event in found:
        assert (event.exception, event.incomplete) == ("KeyError", None)
        assert [(link.exception, len(link.frames)) for link in event.chain] == [("ValueError", 1)]
        assert event.frames[0].code == 'return prices["coupon"]'


def test_a_record_of_another_moment_or_thread_is_no_line_of_a_traceback() -> None:
    """Another second, another thread: the traceback was cut. One that has no header on its lines has them on none."""
    lines = [REDIRECTED.format(line) for line in ONE.split("\n")]
    for other in (lines[3].replace("10:27:36", "10:27:39"), lines[3].replace("stderr", "stdin")):
        cut, one = sorted(scan(*lines[:3], other), key=lambda event: event.first_line)
        assert (cut.first_line, cut.last_line, cut.incomplete, one.text) == (1, 3, "end", other)
    first, second = scan(REDIRECTED.format(ONE), REDIRECTED.format("next"), INFO)
    assert (first.last_line, second.first_line) == (5, 6)


def test_mod_wsgi_logs_a_traceback_line_by_line() -> None:
    """Apache's error log: the record that announces it is its header, what came within microseconds is its message; a
    storm of them, each by a request of its own."""
    log = []
    for n in range(40):
        said = ["mod_wsgi (pid=943): Exception occurred processing WSGI script '/srv/app.wsgi'.", *LINKS, f"order {n}"]
        log += [WSGI.format(2 * at + n, line) for at, line in enumerate(said)]
        log += [WSGI.format(600_000 + n, "printed"), WSGI.format(600_100 + n, "Traceback (most recent call last): no")]
    events = scan(*log)
    assert [event.first_line for event in events] == [n for at in range(1, 681, 17) for n in (at, at + 15, at + 16)]
    for n, event in enumerate(events[::3]):
        assert (event.exception, event.message, event.level) == ("KeyError", f"'coupon'\norder {n}", "error")
        assert (event.incomplete, len(event.frames), len(event.chain)) == (None, 1, 1)


SHOWN = '  File "/srv/app/shop/cart.py", line 88, in pay\n    traceback.print_stack()'


@pytest.mark.parametrize("above", [INFO, "paying", f"{INFO}\nmore of it"])
@pytest.mark.parametrize(
    "below", [INFO, "Done", f'{INFO}\n  File "<string>", line 1\n    pay(\nSyntaxError: invalid syntax']
)
def test_frames_that_somebody_printed_are_nothing_that_failed(above: str, below: str) -> None:
    """`traceback.print_stack()`: frames below an ordinary line that no final line ends are no event, and take no final
    line of another failure; an ERROR record that shows them is one event; with a final line they are a torn traceback."""
    events = scan(INFO, ONE, INFO, above, SHOWN, below, INFO, ONE, INFO)
    whole = [event for event in events if event.exception == "KeyError" and len(event.frames) == 1]
    assert len(whole) == 2 and len(events) == 2 + ("SyntaxError" in below)
    assert not any(event.incomplete for event in events)
    (event,) = scan(ERROR, SHOWN, INFO)
    assert (event.exception, event.level, event.incomplete, event.last_line) == (None, "error", None, 3)
    assert scan(above, SHOWN) == []
    (event,) = scan(ERROR, SHOWN)
    assert (event.exception, event.incomplete, event.last_line) == (None, None, 3)
    (event,) = scan(above, SHOWN, "KeyError: 'torn'", INFO)
    assert (event.exception, event.incomplete) == ("KeyError", "start")


DAGSTER = """
shop.errors.StepExecutionError: Error occurred while executing op "pay"::

ValueError: bad order

Stack Trace:
  File "/srv/app/shop/steps.py", line 57, in step
    yield
  File "/srv/app/shop/cart.py", line 88, in pay
    raise ValueError("bad order")
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

The above exception was caused by the following exception:
KeyError: 'coupon'

Stack Trace:
  File "/srv/app/shop/cart.py", line 86, in pay
    prices["coupon"]

The above exception occurred during handling of the following exception:
shop.errors.Gone: no
stock

Stack Trace:
  File "/srv/app/shop/cart.py", line 84, in pay
"""


@pytest.mark.parametrize("head", [ERROR, "paying"])
def test_a_stack_may_stand_under_its_exception(head: str) -> None:
    """Dagster's: the exception, `Stack Trace:`, frames; a failure is one event, again and again, and the words alone are
    none."""
    log = [INFO, head, DAGSTER, INFO]
    events = scan(*log, *log)
    assert len(events) == 2
    for event in events:
        assert (event.exception, event.language, event.incomplete) == ("shop.errors.StepExecutionError", "python", None)
        assert event.message == 'Error occurred while executing op "pay"::\n\nValueError: bad order'
        assert [(frame.line, frame.code) for frame in event.frames] == [
            (57, "yield"),
            (88, 'raise ValueError("bad order")'),
        ]
        assert event.text.endswith("line 84, in pay")
        links = [(link.exception, link.message, link.link) for link in event.chain]
        assert links == [("KeyError", "'coupon'", "cause"), ("shop.errors.Gone", "no\nstock", "context")]
    assert scan(INFO, "shop.errors.Gone: no", "Stack Trace:", "none", INFO) == []
    assert scan(INFO, "paying", "Stack Trace:", *SHOWN.split("\n"), INFO) == []


@pytest.mark.parametrize(
    "mark", ["[rank1]: ", "[default1]:", "[default1]:[rank1]: ", "(pay pid=12) ", "(Pay(3) pid=12, ip=10.0.0.9) "]
)
def test_a_worker_has_its_name_before_every_line(mark: str) -> None:
    """PyTorch's launcher and Ray: the traceback is whole, its lines are no other record's, and end a message before them."""
    named = "\n".join(mark + line for line in ONE.split("\n"))
    other = named.replace("1]", "2]").replace("pid=12", "pid=13")
    log = [INFO, named, other, mark + "ok", INFO]
    events = scan(ERROR, *log, *log)
    assert [event.exception for event in events] == [None, *["KeyError"] * 4]
    assert [(event.trace_first_line, event.last_line) for event in events[1:3]] == [(3, 7), (8, 12)]
    assert all(len(event.frames) == 1 and event.incomplete is None for event in events[1:])
    one, two = scan(ERROR, TWO, mark + "ok", ONE, INFO)
    assert (one.message, two.exception) == ("one\ntwo", "KeyError")


@pytest.mark.parametrize(
    "said", [
        "KeyError: Caught KeyError in DataLoader worker process 0.\nOriginal Traceback (most recent call last):",
        "ray.exceptions.RayTaskError(KeyError): ray::pay() (pid=12, ip=10.0.0.9)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("head", [INFO, ERROR])
def test_another_process_may_stand_below_the_exception_that_brought_it(head: str, said: str) -> None:
    """PyTorch's data loaders and Ray print the worker's traceback below the exception raised: one event, both named."""
    trace = TRACE + said + ONE[ONE.index("\n") :].replace("KeyError: 'coupon'", "KeyError: 'lamp'")
    log = [head, trace, INFO]
    for event in scan(*log, *log):
        assert (event.exception, event.message) == tuple(said.split("\n")[0].split(": ", 1))
        assert [(link.exception, link.message, link.link) for link in event.chain] == [("KeyError", "'lamp'", "remote")]
        assert (len(event.frames), event.incomplete, event.text.endswith("'lamp'")) == (1, None, True)
    assert len(scan(*log, *log)) == 2


@pytest.mark.parametrize(
    "head", ["2026-11-22 10:27:36+0000 [-] Unhandled Error", "2026-11-22T10:27:36+0000 [a.b#critical] "]
)
def test_a_failure_of_twisted_without_frames_names_its_exception(head: str) -> None:
    """It stands behind a word of Twisted's own; a class of this name is one."""
    said = f"{head}\n\tTraceback (most recent call last):\n\tFailure: builtins.ValueError: no stock\n\t"
    (event,) = scan(said, head[:24] + " [-] ok")
    assert (event.exception, event.message, event.incomplete) == ("builtins.ValueError", "no stock", None)
    (event,) = scan(TRACE + "Failure: no stock")
    assert (event.exception, event.message) == ("Failure", "no stock")


@pytest.mark.parametrize("head", ["2026-11-22 10:27:36+0000 [-] ", "2026-11-22T10:27:36+0000 [stderr#error] "])
def test_what_twisted_redirects_has_a_header_on_each_line(head: str) -> None:
    """Standard output and error in Twisted's log, old and new: a traceback is one event."""
    lines = "\n".join(head + line for line in ONE.split("\n"))
    events = scan(lines, lines, head.replace("stderr#error", "stdout#info") + "ok")
    assert [(event.exception, len(event.frames), event.incomplete) for event in events] == [("KeyError", 1, None)] * 2


def test_a_bare_message_of_pydantic_goes_on_to_its_last_field() -> None:
    """A field's name, then what is wrong with it, indented: in version 1 and 2, nested, again and again; no line more."""
    two = "a.b\n  Input should be a valid integer [type=int_parsing, input_value='x', input_type=str]\n    For further information visit x"
    one = "b -> c\n  field required (type=value_error.missing)"
    for fields in (two, one, f"{two}\n{one}"):
        bare = f"{TRACE}pydantic.ValidationError: 2 validation errors for Order\n{fields}"
        log = [INFO, bare, "Done", bare, INFO]
        events = scan(*log, *log)
        assert [event.text for event in events] == [bare] * 4
        assert {event.message for event in events} == {f"2 validation errors for Order\n{fields}"}
    (event,) = scan(f"{TRACE}ValueError: 2 validation errors for Order\nDone\nand done\n{one}")
    assert event.message == "2 validation errors for Order"
