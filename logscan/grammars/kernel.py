"""What the Linux kernel reports: oopses, bugs and warnings, lockups, hung tasks, the OOM killer, I/O errors.

Each line may carry a ring buffer's time (`[  123.456789]`, with a thread or processor behind it; by `dmesg -T` or
`--time-format iso` the time of day), and before that by `dmesg -x` what it is about, and its level. A report begins at
a known line and goes on as long as its lines are of the kinds that reports are made of
(https://docs.kernel.org/admin-guide/bug-hunting.html, https://docs.kernel.org/admin-guide/mm/concepts.html).
"""

from logscan.grammars import Step
from logscan.grammars.parts import number
from logscan.grammars.table import Opener, Rule, State, Table, directly_after
from logscan.lazyre import Lazy, lazy
from logscan.model import Frame, Traceback

RING = (
    rb"(?>(?:<\d+>|[a-z]{3,8} {0,5}:[a-z]{3,6} {0,3}: )?(?:kernel: )?"
    rb"(?:\[(?: *\+?\d+\.\d+|[A-Z][a-z]{2}[ \d]\d \d\d:\d\d"
    rb"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\] ?(?:\[ *[TC]\d+\] ?)?"
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{6}[+-]\d\d:\d\d )?(?:kernel: )?)"
)


def ring(pattern: bytes) -> Lazy[bytes]:
    """A pattern behind the ring buffer's time."""
    return lazy(RING + rb"(?:" + pattern + rb")")


CUT = ring(rb"-+\[ cut here \]-+$")
BUG = ring(
    rb"(?:BUG: |kernel BUG at |Oops(?:: | \[)|Internal error: |general protection fault|Unable to handle kernel |"
    rb"double fault: |WARNING: CPU: \d+ PID: \d+ |WARNING: at |UBSAN: |KASAN: |invalid opcode: |divide error: )"
)
PANIC = ring(rb"Kernel panic - not syncing: ")
LOCKUP = ring(
    rb"(?:watchdog: |NMI watchdog: )?(?:BUG: soft lockup - |Watchdog detected hard LOCKUP|BUG: workqueue lockup)"
)
STALL = ring(
    rb"(?:rcu: )?INFO: rcu\w* (?:self-)?detected .*stall|(?:rcu: )?INFO: rcu\w* detected (?:expedited )?stalls"
)
HUNG = ring(rb"INFO: task .+:\d+ (?:blocked|is blocked) ")
REPORT = ring(
    rb"CPU: |Hardware name: |Modules linked in: |Workqueue: |Call [Tt]race:|Backtrace:|RIP: |EIP: |IP: |[EeR]?Code: "
    rb"|RSP: |[ER][A-D]X: |R[SBD][IP]: |R\d\d: |E[SDB][IP]: |EFLAGS: |ESP: |[FGDCEST]S: |CR[0-4]: |DR\d: |PKRU: "
    rb"|#PF: |PGD |\*p[dt]|pgd |\[[0-9a-f]{8,}\] |Oops|Internal error: |invalid opcode: |Process |Stack:|Tainted: "
    rb"|task: |Mem abort info:|pc |PC |lr |LR |sp |pstate: |x\d+ ?: |r\d+ ?: |psr: |Flags: |Control: |<|\? "
    rb"|[\w.]+\+0x[0-9a-f]+/0x|Exception stack|irq event stamp: |hardirqs last |softirqs last |---\[ end "
    rb"|-+\[ cut here|Kernel Offset: |Rebooting in |note: |BUG: |kernel BUG at |general protection fault|RSP <|EIP at"
    rb"|Fixing recursive|Dumping ftrace|KASAN: |Read of size|Write of size|Allocated by|Freed by|The buggy address"
    rb"|Memory state|=+$|Sending NMI|NMI backtrace|\"echo 0 > |task:\S+ +state:|Not tainted|rcu: |\s|\(detected by |$"
)
OOM_LINE = ring(
    rb"CPU: |Hardware name: |Call [Tt]race:|\s|<|\[<|\? |[\w.]+\+0x"
    rb"|RIP: |[ER][A-D]X: |R[SBD][IP]: |R\d\d: |RSP: |Code: "
    rb"|Mem-Info:|active_anon:|Node \d|DMA|Normal|HighMem|lowmem_reserve|\d+ (?:total pagecache|pages|slab)|Swap cache"
    rb"|Free swap|Total swap|Tasks state|\[ *pid|\[ *\d+\] |oom-kill:|(?:memory|swap|kmem|memory\+swap): usage "
    rb"|Memory cgroup stats|Task in |.* cpuset=|Memory cgroup min protection|Purging GPU|show_stack|dump_|out_of_memory"
    rb"|\w+ \d+$|Unreclaimable slab info:|Name +Used +Total|\S+ +\d+KB +\d+KB$"
)
OOM = ring(rb".+ invoked oom-killer: ")
KILLED = ring(rb"(?:Memory cgroup out of memory|Out of memory)(?: \(oom_kill_allocating_task\))?: Kill(?:ed)? process ")
NOBODY = ring(rb"Out of memory and no killable processes")
REAPED = ring(rb"oom_reaper: reaped process |Killed process \d+ ")
IO = ring(
    rb"(?:blk_update_request|print_req_error): (?:critical \w+|I/O) error|critical \w+ error, dev |I/O error, dev "
    rb"|Buffer I/O error on dev|EXT4-fs error|BTRFS error|XFS \(\S+\): .*(?:error|[Cc]orruption)"
)
SEGFAULT = ring(rb"(?:(?:\S.*\[\d+\]: )?segfault at [0-9a-f]+ |traps: \S.*\[\d+\] )")
"""The process may have been read as the name in a journal's short form."""

AFTERMATH = ring(rb"RIP: |Code: |RSP|R\w\w: |[FGCDE]S: |CR\d: |DR\d: |PKRU: |note: |Kernel Off|---\[ end ")

_RING = lazy(RING.decode())
_WARNING = lazy(r"WARNING: (?:CPU: \d+ PID: \d+ )?at (?P<file>[^:]+):(?P<line>\d+) (?P<function>[\w.]+)")
_CALL = lazy(
    r"\s*(?:\[<[0-9a-f]+>\] )?(?P<guess>\? )?(?P<function>[\w.]+)\+0x[0-9a-f]+/0x[0-9a-f]+(?: \[(?P<module>\w+)\])?"
)
_AT = lazy(r"(?:RIP: (?:[0-9a-f]{4}:)?|PC is at |pc : )(?P<function>[\w.]+)\+0x")
_BUG_AT = lazy(r"kernel BUG at (?P<file>.+?):(?P<line>\d+)!")
_KINDS = (
    ("out of memory", lazy(r"(?:Memory cgroup out of memory|Out of memory).*: (?P<message>Kill.*)")),
    ("out of memory", lazy(r"(?P<message>.* invoked oom-killer.*)")),
    ("soft lockup", lazy(r".*BUG: soft lockup - (?P<message>.*)")),
    ("hard lockup", lazy(r".*hard LOCKUP(?P<message>.*)")),
    ("rcu stall", lazy(r".*INFO: (?P<message>rcu.*stall.*)")),
    ("hung task", lazy(r"INFO: (?P<message>task .* blocked.*)")),
    ("WARNING", lazy(r"WARNING: (?P<message>.*)")),
    ("BUG", lazy(r".*?BUG(?:: | at )(?P<message>.*)")),
    ("general protection fault", lazy(r"general protection fault[:,]? ?(?P<message>.*)")),
    ("Kernel panic", lazy(r"Kernel panic - not syncing: (?P<message>.*)")),
    ("segfault", lazy(r"(?P<message>(?:.*: )?segfault at .*|traps: .*)")),
    ("I/O error", lazy(r"(?P<message>.*(?:error|orruption).*)")),
)


def read(lines: list[str]) -> Traceback:
    """A report's lines."""
    texts = [_RING.sub("", line, count=1) for line in lines]
    kind, message = _kind(texts)
    frames: list[Frame] = []
    for text in texts:
        warned, bug, at, call = (pattern.match(text) for pattern in (_WARNING, _BUG_AT, _AT, _CALL))
        if warned and not frames:
            frames.append(Frame(warned["file"], number(warned["line"]), warned["function"]))
        elif bug and not frames:
            frames.append(Frame(bug["file"], number(bug["line"])))
        elif at and not any(frame.function == at["function"] for frame in frames):
            frames.append(Frame("", None, at["function"]))
        elif call and not call["guess"] and (not frames or frames[-1].function != call["function"]):
            frames.append(Frame("", None, call["function"], module=call["module"]))
        elif text.startswith("---[ end"):
            break
    return Traceback("kernel", kind, message, tuple(frames))


def _kind(texts: list[str]) -> tuple[str | None, str | None]:
    """What a report is about: of an OOM report the victim, of the others the first line that says it."""
    for kind, pattern in _KINDS[:1]:
        for text in texts:
            if found := pattern.match(text):
                return kind, found["message"]
    for text in texts:
        for kind, pattern in _KINDS:
            if found := pattern.match(text):
                return kind, found["message"].strip() or None
    return None, texts[0] if texts else None


grammar = Table(
    "kernel",
    anchors=frozenset({
        b"[ cut here ]", b"BUG: unable", b"BUG: kernel", b"BUG: soft lockup", b"BUG: workqueue lockup", b"BUG: Bad",
        b"BUG: scheduling", b"BUG: sleeping", b"BUG: KASAN", b"kernel BUG at", b"hard LOCKUP", b"Oops: ", b"Oops [",
        b"general protection fault", b"Unable to handle kernel", b"Kernel panic - not", b" invoked oom-killer",
        b"ut of memory: Kill", b" blocked for more than", b"INFO: rcu", b"I/O error", b"EXT4-fs error", b"BTRFS error",
        b"segfault at ", b"Internal error: Oops",
    }),
    openers=(
        Opener(OOM, "oom", alone=True),
        Opener(KILLED, "killed", alone=True),
        Opener(LOCKUP, "report", alone=True),
        Opener(STALL, "report", alone=True),
        Opener(HUNG, "report", alone=True),
        Opener(PANIC, "report", alone=True),
        Opener(CUT, "report", alone=True),
        Opener(BUG, "report", directly_after(CUT), alone=True),
        Opener(IO, "whole", alone=True),
        Opener(SEGFAULT, "segfault", alone=True),
    ),
    states={
        "oom": State((Rule(KILLED, Step.FINAL, "killed"), Rule(PANIC, Step.FINAL, "report"), Rule(OOM_LINE, Step.TAKE),
            Rule(NOBODY, Step.FINAL, "nobody"), Rule(None, Step.TEXT)), final=False),
        "nobody": State((Rule(PANIC, Step.FINAL, "report"),)),
        "killed": State((Rule(REAPED, Step.FINAL),)),
        "report": State((
            Rule(HUNG, Step.END),
            Rule(LOCKUP, Step.END),
            Rule(ring(rb"WARNING: |Oops"), Step.FINAL),
            Rule(PANIC, Step.FINAL),
            Rule(ring(rb"---\[ end trace"), Step.FINAL, "ended"),
            Rule(REPORT, Step.FINAL),
        )),
        "ended": State((
            Rule(CUT, Step.END),
            Rule(AFTERMATH, Step.FINAL),
            Rule(PANIC, Step.FINAL),
        )),
        "segfault": State((Rule(ring(rb"Code: "), Step.FINAL, "whole"),)),
        "whole": State(),
    },
    reader=read,
)  # fmt: skip
