"""What systemd itself says of a unit that failed: how its process ended, with which result, whether it is started again
(https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Process%20Exit%20Codes).

Several lines tell of one failure; they name the unit, and other units' lines may stand between.
"""

from logscan.grammars import Step
from logscan.grammars.table import Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Traceback

UNIT = rb"(?P<key>\S+\.(?:service|socket|mount|scope|slice|timer|swap|automount|path|device|target)): "
EXITED = rb"(?:Main|Control|Mount|Swap) process exited, code=(?!exited, status=0/)"
RESULT = rb"Failed with result '"
LIMIT = rb"Start request repeated too quickly"
OOM = rb"A process of this unit has been killed by the OOM killer"
KILLED = OOM + rb"|Killing process |State '[\w-]+' timed out"
FAILED = rb"Failed to (?:start|mount|listen on|activate swap|unmount) \S"

_RESULT = lazy(r".*: Failed with result '(?P<result>[\w-]+)'")


def read(lines: list[str]) -> Traceback:
    """A failure's lines: the result is its type, its message which unit it was and how the process ended."""
    results = [found["result"] for found in map(_RESULT.match, lines) if found]
    return Traceback("systemd", results[-1] if results else None, lines[0])


grammar = Table(
    "systemd",
    anchors=frozenset({
        b" process exited, code=", b": Failed with result '", b": Start request repeated", b"by the OOM killer.",
    }),
    openers=(Opener(lazy(UNIT + b"(?:" + b"|".join((EXITED, RESULT, LIMIT, OOM)) + b")"), "failing", alone=True),),
    states={
        "failing": State((
            Rule(lazy(UNIT + rb"(?:" + RESULT + rb"|" + KILLED + rb"|(?:Main|Control|Mount|Swap) process exited"
                      rb"|Unit entered failed|Consumed |" + LIMIT + rb")"), Step.FINAL),
            Rule(lazy(UNIT + rb"(?:Scheduled restart job|Service .*hold-?off time over)"), Step.FINAL, "restarting"),
            Rule(lazy(FAILED), Step.FINAL),
        )),
        "restarting": State((
            Rule(lazy(UNIT + rb"(?:" + LIMIT + rb"|" + RESULT + rb"start-limit)"), Step.FINAL),
            Rule(lazy(FAILED), Step.FINAL),
        )),
    },
    reader=read,
)  # fmt: skip
