"""What every program here shares: healthy lines, one way to report a failure, and the truth about it.

Runs under Python 2.7 to 3.13, so it is written in what they have in common. Descriptors 1 and 2 are one log
file opened for appending, so its size is the place where the next byte goes: `failing()` reads the size before
and after a failing act and writes both, with what it knows of the exception, to the file that STAGE_TRUTH
names. Nothing of the truth is read back from the log.
"""

import json
import logging
import os
import sys
import traceback

SETTINGS = ("bare", "basic", "asctime", "uvicorn", "gunicorn")
SETTING = next((word for word in sys.argv[1:] if word in SETTINGS), "bare")
LOGGED = SETTING != "bare"
HERE = os.path.dirname(os.path.abspath(__file__))
BUILTIN = ("builtins", "exceptions")
OLD = sys.version_info < (3,)

served = [1000]


class UvicornLike(logging.Formatter):
    """`ERROR:    message`, as uvicorn's default formatter writes without colours."""

    def format(self, record):
        record.levelprefix = "%-9s" % (record.levelname + ":")
        return logging.Formatter.format(self, record)


FORMATTERS = {
    "basic": lambda: logging.Formatter(logging.BASIC_FORMAT),
    "asctime": lambda: logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"),
    "uvicorn": lambda: UvicornLike("%(levelprefix)s %(message)s"),
    "gunicorn": lambda: logging.Formatter(
        "[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s", "%Y-%m-%d %H:%M:%S +0000"
    ),
}

if LOGGED:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[SETTING]())
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)

logger = logging.getLogger("shop")


def size():
    """Bytes in the log so far."""
    sys.stdout.flush()
    sys.stderr.flush()
    return os.fstat(2).st_size


def healthy(count=2):
    """Lines of a program that is well."""
    for _ in range(count):
        served[0] += 1
        line = "GET /orders/%d 200 %d ms" % (served[0], 3 + served[0] * 7 % 40)
        if LOGGED:
            logger.info(line)
        else:
            os.write(2, (line + "\n").encode("ascii"))


def names(kind):
    """How the versions and printers of Python may write a class's name; the log holds one of these."""
    module, name = kind.__module__, kind.__name__
    qualified = getattr(kind, "__qualname__", name)
    if module in BUILTIN:
        return [qualified]
    found = [module + "." + qualified, module + "." + name, qualified, name]
    return sorted(set(found), key=found.index)


def printed(text):
    """A text as the standard error stream writes it: what UTF-8 cannot hold is escaped."""
    if OLD:
        return text.decode("utf-8", "replace") if isinstance(text, str) else text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def messages(exc):
    """The ways the exception's text may be printed; "" for none."""
    try:
        found = [str(exc)]
    except Exception:
        name = type(exc).__name__
        return ["<exception str() failed>", "<unprintable %s object>" % name]
    if isinstance(exc, SyntaxError) and exc.msg is not None:
        found.insert(0, str(exc.msg))
    return [printed(text) for text in found]


def chain_of(exc):
    """[(names, link)] of the exceptions that are printed before `exc`, the nearest first."""
    found = []
    while True:
        cause = getattr(exc, "__cause__", None)
        context = getattr(exc, "__context__", None)
        if cause is not None:
            exc = cause
            found.append((names(type(exc)), "cause"))
        elif context is not None and not exc.__suppress_context__:
            exc = context
            found.append((names(type(exc)), "context"))
        else:
            return found


def members_of(exc):
    """Names of a group's members, depth first, nested groups among them."""
    found = []
    for member in getattr(exc, "exceptions", ()):
        found.append(names(type(member)))
        found.extend(members_of(member))
    return found


class failing(object):
    """`with failing() as event:` around an act that writes one event.

    An exception that leaves the block ends the program, and its traceback is the event. Otherwise `event.of`
    (or `report`, which calls it) says what failed. `prelude` and `tail`: lines of the event before and after the
    traceback. `more` goes into the truth as it stands.
    """

    def __init__(self, **more):
        self.truth = {"headered": False, "level": None, "prelude": 0, "tail": 0, "kind": "traceback"}
        self.truth.update(more)
        self.kept = False

    def __enter__(self):
        self.truth["start"] = size()
        return self

    def __exit__(self, kind, exc, trace):
        if exc is not None:
            if not isinstance(exc, SystemExit):
                self.of(exc, trace)
            self.keep_open()
        elif not self.kept:
            self.keep(size())

    def set(self, **more):
        self.truth.update(more)

    def of(self, exc, trace=None, **more):
        """Take the truth from the exception itself."""
        self.truth["exceptions"] = names(type(exc))
        self.truth["messages"] = messages(exc)
        self.truth["chain"] = chain_of(exc)
        self.truth["members"] = members_of(exc)
        self.truth["notes"] = [printed(note) for note in getattr(exc, "__notes__", None) or []]
        trace = trace or getattr(exc, "__traceback__", None)
        if trace is not None and "frames" not in self.truth:
            self.truth["frames"] = len(traceback.extract_tb(trace))
        self.truth.update(more)

    def logged(self, lines, level="error"):
        """What follows goes through `logging`, if that is set up: `lines` before the traceback."""
        self.truth.update(headered=LOGGED, level=level if LOGGED else None, prelude=lines)

    def keep_open(self):
        """The event reaches to the end of what the process writes."""
        self.keep(None)

    def keep(self, end):
        self.kept = True
        self.truth["end"] = end
        with open(os.environ["STAGE_TRUTH"], "a") as side:
            side.write(json.dumps(self.truth) + "\n")


def report(event, words="order 1017 failed", level="error", **more):
    """Inside `except`: log the exception with a header, or print it where nothing is logged."""
    exc, trace = sys.exc_info()[1:]
    event.of(exc, trace, **more)
    if LOGGED:
        event.logged(len(words.split("\n")), level)
        logger.log(getattr(logging, level.upper()), words, exc_info=True)
    else:
        traceback.print_exc()


if __name__ == "__main__":
    healthy(2)
