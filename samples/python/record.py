"""Record failing programs under every Python at hand: logs, and the truth about each event in them.

    python record.py --pythons DIR… [--out recorded] [--only plain,groups] [--with-packages]

Each program of `programs/` runs with its standard output and error in one file opened for appending. It tells
the file's size before and after each failing act on a side channel (`programs/stage.py`), and what it knows
of the exception from the exception itself. Here offsets become line numbers, the names as this version of
Python printed them are looked up in the event's own lines, and everything is checked: each exception line
stands where it should, and every line outside the events is one of the program's healthy lines. A recording
that does not check is an error, not a sample.

Comments at the top of a program say which versions run it, with which headers, and which recordings are kept:
`all`; `ends`: the first version, the last, and each whose log differs from the last one kept by more than
numbers; `first last`.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ALL = ("bare", "basic", "asctime", "uvicorn", "gunicorn")
MESSAGE = rb"GET /orders/\d+ 200 \d+ ms"
HEALTHY = {
    "bare": MESSAGE,
    "basic": rb"INFO:shop:" + MESSAGE,
    "asctime": rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO shop: " + MESSAGE,
    "uvicorn": rb"INFO:     " + MESSAGE,
    "gunicorn": rb"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000\] \[\d+\] \[INFO\] " + MESSAGE,
}
Truth = dict[str, Any]
SGR = re.compile(r"\x1b\[[0-9;]*m")
MARGIN = re.compile(r"^[ |+]*\| ?|^ {2,}\+ |^\t(?=\S|  )")
FIRST_LINES = re.compile(
    r'.*Traceback \(most recent call last\):|  File "'
    r"|(concurrent\.futures\.process\._|multiprocessing\.pool\.)RemoteTraceback:"
    r"|[\w.]+(Error|Exception|Group)\b| *╭─+|-{60,}$"
)
CHAIN = (
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
)


@dataclass(frozen=True)
class Program:
    """One program and what its first comments say of it."""

    path: Path
    lowest: tuple[int, ...]
    highest: tuple[int, ...]
    headers: tuple[str, ...]
    keep: str
    environment: dict[str, str]
    packages: tuple[str, ...]


class Mismatch(Exception):
    """A recording contradicts what the program says of it."""


def version_of(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def read_program(path: Path) -> Program:
    notes = dict(
        re.findall(r"^# (python|headers|keep|environment|packages): (.*)$", path.read_text("utf-8"), re.M)
    )
    low, _, high = notes["python"].partition("-")
    headers = ALL if notes["headers"] == "all" else tuple(notes["headers"].split())
    environment = dict(pair.split("=", 1) for pair in notes.get("environment", "").split())
    highest = version_of(high) if high else (9,)
    packages = tuple(notes.get("packages", "").split())
    return Program(path, version_of(low), highest, headers, notes["keep"], environment, packages)


def app_of(folder: Path) -> Path:
    """Where the programs run: as long a name as /srv/app, so that boxes and wrapped lines stay right."""
    return Path("/tmp") / folder.name[-3:]


def run(program: Program, python: Path, setting: str, folder: Path) -> tuple[bytes, list[Truth]]:
    """The log and the side channel of one run, followed by a healthy start of the next process."""
    app = app_of(folder)
    shutil.copytree(HERE / "programs", app, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    log, truth = folder / "log", folder / "truth"
    truth.touch()
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(folder), "TZ": "UTC", "LC_ALL": "C.UTF-8",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80", "STAGE_TRUTH": str(truth), **program.environment,
    }  # fmt: skip
    if version_of(python.parent.parent.name) >= (3,):
        del environment["PYTHONIOENCODING"]
    with log.open("ab") as stream:
        for script in (program.path.name, "stage.py"):
            command = [str(python), "-u", str(app / script), setting]
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                env=environment,
                cwd=app,
                timeout=60,
            )
            if script != "stage.py":
                ended = log.stat().st_size
    events = [json.loads(line) for line in truth.read_text().splitlines()]
    for event in events:
        if event["end"] is None:
            event["end"] = ended
    return log.read_bytes(), sorted(events, key=lambda event: event["start"])


def plain(line: bytes) -> str:
    """A line as a reader sees it: without colours."""
    return SGR.sub("", line.decode("utf-8", "replace"))


def spoken(line: str) -> str:
    """A line without the margin of an exception group."""
    return MARGIN.sub("", line)


def find_exception(lines: list[str], truth: Truth) -> tuple[str, str | None, int, int]:
    """(name, message, index of its first line, of its last) of the last exception line in an event."""
    names, texts = truth.get("exceptions"), truth.get("messages")
    if names is None:
        raise Mismatch(f"nothing is known of the exception: {lines}")
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        for candidate in (line, spoken(line), line.strip()):
            for name in names:
                if texts is None:
                    if candidate == name or candidate.startswith(name + ": "):
                        return name, candidate[len(name) + 2 :] or None, at, at
                    continue
                for text in texts:
                    if truth["kind"] == "ignored" and line.startswith(f"Exception {name}: {text} in "):
                        return name, text, at, at
                    want = SGR.sub("", f"{name}: {text}").split("\n") if text else [name]
                    have = [
                        candidate,
                        *(spoken(x) if MARGIN.match(line) else x for x in lines[at + 1 : at + len(want)]),
                    ]
                    last = at + len(want) - 1
                    if have == want or (last < len(lines) + 2 and same_but_blanks(have, want)):
                        return name, text or None, at, min(last, len(lines) - 1)
    raise Mismatch(f"no line says {names} {texts}")


def same_but_blanks(have: list[str], want: list[str]) -> bool:
    """Blank lines at the end of a message are not the event's."""
    return have == "\n".join(want).rstrip("\n").split("\n") and len(have) < len(want)


def chain_names(lines: list[str], chain: list[Any]) -> list[str]:
    """The names of a chain as printed: each stands somewhere in the event."""
    found = []
    for names, _ in chain:
        line = [
            name
            for name in names
            if any(spoken(x) == name or spoken(x).startswith((name + ":", name + " :")) for x in lines)
        ]
        if not line:
            raise Mismatch(f"no line says {names}")
        found.append(line[0])
    return found


def frames_before(lines: list[str], at: int) -> int:
    """How many frames are printed for the exception whose last line is at `at`."""
    count = 0
    for line in reversed(lines[:at]):
        text = spoken(line)
        if re.match(r'[\s>]*File "', text) and not re.match(r'[\s>]*File ".*", line \d+$', text):
            count += 1
        if text in CHAIN or (
            text.endswith("Traceback (most recent call last):") and not text.startswith("    ")
        ):
            break
    return count


def describe(log: bytes, truth: Truth) -> Truth:
    """One event of the JSON from one record of the side channel."""
    start = log.count(b"\n", 0, truth["start"]) + 1
    piece = log[truth["start"] : truth["end"]]
    end = start + len(piece.rstrip(b"\n\r\t ").split(b"\n")) - 1
    lines = [plain(line) for line in log.split(b"\n")[start - 1 : end]]
    event: Truth = {
        "kind": truth["kind"], "start_line": start, "end_line": end, "trace_start": None, "trace_end": None,
        "exception": None, "message": None, "notes": truth.get("notes", []), "frames": None,
        "chain": [], "links": [], "members": [],
        "headered": truth["headered"], "level": truth["level"], "message_undecidable": False,
        "incomplete": truth.get("incomplete"),
    }  # fmt: skip
    event.update({key: truth[key] for key in ("shares_last_line", "undecided") if truth.get(key)})
    if truth["kind"] == "faulthandler":
        event.update(trace_start=start, trace_end=end)
    if truth["kind"] in ("traceback", "ignored"):
        describe_traceback(event, truth, lines)
    if event["level"] == "info" and truth["kind"] == "traceback":
        event.update(record_line=start, start_line=event["trace_start"], headered=False, level=None)
    return event


def describe_traceback(event: Truth, truth: Truth, lines: list[str]) -> None:
    """The part of an event that a traceback has."""
    start = event["start_line"]
    first = truth["prelude"]
    if first is None:
        first = next(at for at, line in enumerate(lines) if line == "Traceback (most recent call last):")
    if truth.get("incomplete"):
        event.update(
            trace_start=start + first, trace_end=event["end_line"], frames=frames_before(lines, len(lines))
        )
        return
    name, message, at, last = find_exception(lines, truth)
    event.update(exception=name, message=message, chain=chain_names(lines, truth.get("chain", [])))
    event["links"] = [link for _, link in truth.get("chain", [])]
    event["members"] = [
        names[-1] if not names[0].startswith("asyncio") else names[0] for names in truth.get("members", [])
    ]
    if truth["kind"] == "ignored":
        return
    if not FIRST_LINES.match(spoken(lines[first])) and not FIRST_LINES.match(lines[first]):
        raise Mismatch(f"a traceback cannot start with {lines[first]!r}")
    note_lines = [line for note in event["notes"] for line in note.split("\n")]
    while note_lines and last + len(note_lines) >= len(lines) and not note_lines[-1]:
        note_lines.pop()
    tail_at = last + len(note_lines)
    if (
        note_lines
        and [spoken(line) if MARGIN.match(line) else line for line in lines[last + 1 : tail_at + 1]]
        != note_lines
    ):
        raise Mismatch(f"notes are not where they should be: {lines[last + 1 : tail_at + 1]}")
    members = bool(event["members"])
    if not members and truth["tail"] is not None and tail_at + 1 + truth["tail"] != len(lines):
        raise Mismatch(f"lines after the traceback: {lines[tail_at + 1 :]}")
    event.update(trace_start=start + first, trace_end=event["end_line"] if members else start + tail_at)
    printed = frames_before(lines, at)
    stated = truth.get("frames")
    if stated is not None and stated != printed:
        raise Mismatch(f"{printed} frames printed, {stated} raised")
    event["frames"] = printed if printed or stated == 0 or "frames" not in truth else None
    repeated = sum(
        int(x)
        for x in re.findall(r"\[Previous line repeated (\d+) more times?\]", "\n".join(lines[first:at]))
    )
    if repeated:
        event["frames_repeated"] = repeated
    after = [*(message or "").split("\n")[1:], *note_lines]
    free = [line for line in after if not line.startswith((" ", "\t"))]
    event["message_undecidable"] = truth.get(
        "message_undecidable", bool(free) and not event["headered"] and not members
    )


def check_rest(log: bytes, truths: list[Truth], setting: str) -> None:
    """Every byte outside the events belongs to a healthy line."""
    rest, at = b"", 0
    for truth in truths:
        rest += log[at : truth["start"]] if truth["start"] > at else b""
        at = max(at, truth["end"])
    for line in (rest + log[at:]).split(b"\n"):
        if line and not re.fullmatch(HEALTHY[setting], line):
            raise Mismatch(f"outside every event: {line[:200]!r}")


def shape(log: bytes) -> bytes:
    """A log without the numbers in which two runs differ."""
    return re.sub(rb"0x[0-9a-f]+|\d+", b"0", log)


def rewriter(python: Path, folder: Path) -> Callable[[str], str]:
    """Machine's paths to those of a server."""
    prefix = str(python.parent.parent)
    pairs = [
        (str(app_of(folder)), "/srv/app"),
        (prefix, "/usr/local"),
        (str(python.parent.resolve().parent), "/usr/local"),
    ]
    pairs += [(str(Path(str(python)).resolve().parent.parent), "/usr/local"), (str(folder), "/tmp/shop")]
    pairs.sort(key=lambda pair: -len(pair[0]))

    def rewrite(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    return rewrite


def record(program: Program, python: Path, version: str, setting: str) -> tuple[bytes, Truth]:
    """One log and its JSON."""
    with tempfile.TemporaryDirectory(prefix="", dir="/tmp") as name:
        folder = Path(name)
        app_of(folder).mkdir()
        try:
            log, truths = run(program, python, setting, folder)
        finally:
            shutil.rmtree(app_of(folder))
        check_rest(log, truths, setting)
        described = [(truth.get("counts", True), describe(log, truth)) for truth in truths]
        case = f"{program.path.stem}-{setting}"
        rewrite = rewriter(python, folder)
        words = " ".join(
            [*(f"{k}={v}" for k, v in program.environment.items()), "python -u", program.path.name, setting]
        )
        truth = {
            "case": case, "python": version, "how": f"{words}; then python -u stage.py {setting}",
            "setting": setting, "packages": list(program.packages),
            "events": [event for counts, event in described if counts],
            "not_events": [event for counts, event in described if not counts],
        }  # fmt: skip
    text = log.decode("utf-8", "surrogateescape")
    return rewrite(text).encode("utf-8", "surrogateescape"), json.loads(rewrite(json.dumps(truth)))


def one_line_an_event(truth: Truth) -> str:
    """JSON that a diff can show."""
    lines = []
    for key, value in truth.items():
        if key in ("events", "not_events") and value:
            rows = ",\n  ".join(json.dumps(event, ensure_ascii=False) for event in value)
            lines.append(f' "{key}": [\n  {rows}\n ]')
        else:
            lines.append(f' "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write(out: Path, version: str, case: str, log: bytes, truth: Truth) -> None:
    folder = out / version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{case}.log").write_bytes(log)
    (folder / f"{case}.json").write_text(one_line_an_event(truth), "utf-8", "surrogatepass")


def kept(keep: str, logs: list[tuple[str, bytes]]) -> list[str]:
    """Which versions' recordings stay, the rule being `all`, `ends` or `first last`."""
    versions = [version for version, _ in logs]
    if keep == "all":
        return versions
    found, previous = [], b""
    for version, log in logs:
        ends = version in (versions[0], versions[-1])
        if ends or (keep == "ends" and shape(log) != previous):
            found.append(version)
            previous = shape(log)
    return found


def record_program(program: Program, pythons: dict[str, Path], out: Path) -> list[str]:
    """All recordings of one program; what did not check, in words."""
    problems = []
    for setting in program.headers:
        results = []
        for version, python in pythons.items():
            if not program.lowest <= version_of(version)[: len(program.lowest)]:
                continue
            if not version_of(version)[: len(program.highest)] <= program.highest:
                continue
            try:
                results.append((version, *record(program, python, version, setting)))
            except (Mismatch, subprocess.TimeoutExpired, StopIteration) as error:
                problems.append(f"{program.path.stem}-{setting} {version}: {type(error).__name__}: {error}")
        stay = kept(program.keep, [(version, log) for version, log, _ in results])
        for version, log, truth in results:
            if version in stay:
                write(out, version, truth["case"], log, truth)
    return problems


def cut(out: Path, version: str) -> None:
    """Logs that begin or end within a traceback: pieces of recordings, as `head` and `tail` make them."""
    for setting in ALL:
        log = (out / version / f"chained_cause-{setting}.log").read_bytes()
        truth = json.loads((out / version / f"chained_cause-{setting}.json").read_text("utf-8"))
        lines = log.split(b"\n")
        first = truth["events"][0]
        second = first["trace_start"] + next(
            at for at, line in enumerate(lines[first["trace_start"] :]) if line.startswith(b"Traceback")
        )
        places = {
            "cut_start_line": (first["trace_start"] + 2, 0),
            "cut_start_middle": (first["trace_start"] + 1, 9),
            "cut_start_second": (second + 2, 0),
        }  # fmt: skip
        for name, (skip, extra) in places.items():
            piece = b"\n".join(lines[skip - 1 :])[extra:]
            write(
                out,
                version,
                f"{name}-{setting}",
                piece,
                moved(truth, f"{name}-{setting}", skip - 1, second + 1 < skip),
            )
        for name, extra in (("cut_end_line", 0), ("cut_end_middle", 17)):
            piece = b"\n".join(lines[: second + 1]) + b"\n" + lines[second + 1][:extra]
            write(out, version, f"{name}-{setting}", piece, ended(truth, f"{name}-{setting}", piece))


def moved(truth: Truth, case: str, gone: int, chain_gone: bool) -> Truth:
    """The truth of a log whose first `gone` lines are missing, the first event's start among them."""
    events = json.loads(json.dumps(truth["events"]))
    for event in events:
        for key in ("start_line", "end_line", "trace_start", "trace_end"):
            event[key] = max(1, event[key] - gone)
    events[0].update(incomplete="start", headered=False, level=None)
    if chain_gone:
        events[0].update(chain=[], links=[], frames=events[0]["frames"] - 1)
    return {**truth, "case": case, "how": f"{truth['case']}.log without its beginning", "events": events}


def ended(truth: Truth, case: str, piece: bytes) -> Truth:
    """The truth of a log that ends within its first event."""
    event = json.loads(json.dumps(truth["events"][0]))
    last = len(piece.rstrip(b"\n").split(b"\n"))
    event.update(end_line=last, trace_end=last, exception=None, message=None, incomplete="end", frames=None)
    return {**truth, "case": case, "how": f"{truth['case']}.log without its end", "events": [event]}


def with_packages(python: Path, program: Program, folder: Path) -> Path:
    """A throw-away environment that holds the program's packages."""
    home = folder / "-".join(program.packages) / python.parent.parent.name
    if not home.exists():
        subprocess.run([str(python), "-m", "venv", str(home)], check=True)
        subprocess.run(
            [str(home / "bin/python"), "-m", "pip", "install", "-q", *program.packages], check=True
        )
    return home / "bin/python"


def main() -> int:
    parser = argparse.ArgumentParser(description="Record failing programs under several Pythons.")
    parser.add_argument(
        "--pythons", nargs="+", required=True, help="folders named after a version, with bin/python inside"
    )
    parser.add_argument("--out", type=Path, default=HERE / "recorded")
    parser.add_argument("--only", default="", help="names of programs, separated by commas")
    parser.add_argument(
        "--with-packages", action="store_true", help="also programs that need packages; installs them"
    )
    options = parser.parse_args()
    pythons = {Path(name).name: Path(name) / "bin/python" for name in options.pythons}
    pythons = dict(sorted(pythons.items(), key=lambda pair: version_of(pair[0])))
    only = set(filter(None, options.only.split(",")))
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((HERE / "programs").glob("*.py")):
            if path.name == "stage.py" or (only and path.stem not in only):
                continue
            program = read_program(path)
            if program.packages and not options.with_packages:
                continue
            chosen = pythons
            if program.packages:
                chosen = {
                    v: with_packages(p, program, Path(folder))
                    for v, p in pythons.items()
                    if v.startswith("3.11")
                }
            problems += record_program(program, chosen, options.out)
    if not only or "chained_cause" in only:
        for version in ("3.11.7", "3.13.0"):
            if (options.out / version).exists():
                cut(options.out, version)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
