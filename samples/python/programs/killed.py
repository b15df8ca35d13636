"""A process is killed in the middle of its traceback; the next one goes on in the same file."""
# python: 3.6-
# headers: all
# keep: ends
import os
import signal
import traceback

from stage import LOGGED, failing, healthy, logger


def inner(x):
    return {}[x]


def outer(x):
    return inner(x)


def write_half(at):
    try:
        outer("tea")
    except KeyError:
        words = traceback.format_exc()
        cut = words.index("\n", words.index("in outer")) + 1 + at
        if LOGGED:
            logger.handlers = list(logger.root.handlers)
            logger.propagate = False
            logger.handlers[0].terminator = ""
            logger.error("order 17 failed\n" + words[:cut].rstrip("\n") + ("\n" if not at else ""))
        else:
            os.write(2, words[:cut].encode("ascii"))
    os.kill(os.getpid(), signal.SIGKILL)


for at, glued in ((0, False), (12, True)):
    healthy()
    with failing(incomplete="end", exceptions=None, frames=None, shares_last_line=glued) as event:
        event.logged(1)
        child = os.fork()
        if child == 0:
            write_half(at)
        os.waitpid(child, 0)
healthy()
