"""Record failing programs of many languages: logs, and the truth about each event in them.

    python record.py [--only java,go]

Each program runs once for each of its cases, with standard output and error in one file opened for appending. Around
each failing act it writes two lines of its own to standard error, `@@begin {…}` and `@@end`; the first one says in
JSON what the program knows of the failure (exception, message, chain). Here those lines are taken out again, and what
stood between them is the event. Where a process died of the failure, the event ends where its output ends. Blank
lines at an event's edges do not belong to it. Every line outside the events must be one of the healthy lines
(`HEALTHY`), or the recording is refused.

Nothing is guessed from the log: boundaries come from the marks, names from the program.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HEALTHY = re.compile(
    rb"(?:.*\b)?order \d+ (?:accepted|shipped)(?:\W.*)?|.* no such order: 7|Found \d+ data race.*|ThreadSanitizer: reported \d+ warnings|"
)
CLASSPATH = ":".join(
    f"/usr/share/java/{name}.jar" for name in ("slf4j-api", "logback-classic", "logback-core", "log4j-api", "log4j-core")
)
LANGUAGES: dict[str, dict[str, Any]] = {
    "java": {
        "build": [["javac", "-cp", CLASSPATH, "-d", ".", "Crash.java"]],
        "run": ["java", "-cp", f".:{CLASSPATH}", "Crash"],
        "version": ["java", "-version"],
    },
    "node": {"build": [], "run": ["node", "crash.js"], "version": ["node", "--version"]},
    "go": {
        "build": [["go", "build", "-o", "crash", "crash.go"], ["go", "build", "-race", "-o", "race", "race.go"]],
        "run": ["./{program}"],
        "version": ["go", "version"],
    },
    "ruby": {"build": [], "run": ["ruby", "crash.rb"], "version": ["ruby", "--version"]},
    "php": {"build": [], "run": ["php", "crash.php"], "version": ["php", "--version"]},
    "rust": {"build": [["rustc", "-g", "crash.rs"]], "run": ["./crash"], "version": ["rustc", "--version"]},
    "c": {
        "build": [
            ["gcc", "-g", "-w", "-fsanitize=address", "-o", "crash", "crash.c"],
            ["gcc", "-g", "-w", "-fsanitize=undefined", "-o", "undefined", "undefined.c"],
            ["gcc", "-g", "-w", "-fsanitize=thread", "-o", "race", "race.c", "-lpthread"],
            ["gcc", "-g", "-w", "-U_FORTIFY_SOURCE", "-o", "abort", "abort.c"],
            ["g++", "-g", "-w", "-o", "throw", "throw.cc"],
        ],
        "run": ["./{program}"],
        "version": ["gcc", "--version"],
    },
    "perl": {"build": [], "run": ["perl", "crash.pl"], "version": ["perl", "--version"]},
    "erlang": {"build": [["erlc", "crash.erl"]], "run": ["erl", "-noinput", "-s", "crash", "main", "-extra"], "version": None},
    "elixir": {"build": [], "run": ["elixir", "crash.exs"], "version": ["elixir", "--version"]},
}


class Mismatch(Exception):
    """A recording contradicts what the program says of it."""


def cases(language: str) -> list[tuple[str, str, dict[str, str]]]:
    """(program, case, environment) from the comments `case: NAME [KEY=value …]` of the language's programs."""
    found = []
    for path in sorted((HERE / language).iterdir()):
        if not path.is_file():
            continue
        for name, rest in re.findall(r"case: ([\w-]+)((?: \w+=\S+)*)$", path.read_text(), re.M):
            found.append((path.stem, name, dict(pair.split("=", 1) for pair in rest.split())))
    return found


def run(language: str, program: str, case: str, environment: dict[str, str], folder: Path) -> bytes:
    """The raw log of one case."""
    log = folder / "log"
    log.write_bytes(b"")
    command = [part.replace("{program}", program) for part in LANGUAGES[language]["run"]]
    with log.open("ab") as stream:
        subprocess.run(
            [*command, case],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd=folder,
            timeout=60,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/bin", "HOME": str(folder), "TZ": "UTC",
                 "LC_ALL": "C.UTF-8", **environment},
        )  # fmt: skip
    return log.read_bytes()


def unmark(raw: bytes) -> tuple[list[bytes], list[dict[str, Any]]]:
    """The log's lines without the marks, and the events between the marks."""
    lines: list[bytes] = []
    events: list[dict[str, Any]] = []
    open_event: dict[str, Any] | None = None
    for line in raw.removesuffix(b"\n").split(b"\n"):
        if line.startswith(b"@@begin "):
            open_event = {"start": len(lines), **json.loads(line[8:])}
            events.append(open_event)
        elif line == b"@@end":
            assert open_event is not None
            open_event["end"] = len(lines)
            open_event = None
        else:
            lines.append(line)
    if open_event is not None:
        open_event["end"] = len(lines)
    lines += [b"", b"order 99 accepted"] if lines and not lines[-1].strip() else [b"order 99 accepted"]
    return lines, events


def halves(lines: list[bytes], event: dict[str, Any]) -> list[dict[str, Any]]:
    """An act that prints two reports: `then` knows the second one, and how its first line begins."""
    then = event.pop("then", None)
    if then is None:
        return [event]
    mark = then.pop("line").encode()
    at = next(n for n in range(event["start"], event["end"]) if lines[n].startswith(mark))
    return [{**event, "end": at}, {"start": at, "end": event["end"], **then}]


def described(lines: list[bytes], event: dict[str, Any]) -> dict[str, Any]:
    """An event with physical lines, 1-based, without blank lines at its edges."""
    start, end = event.pop("start"), event.pop("end")
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    start += event.pop("before", 0)
    if start == end:
        raise Mismatch(f"nothing was printed for {event}")
    return {"start_line": start + 1, "end_line": end, **event}


def record(language: str, program: str, case: str, environment: dict[str, str], folder: Path) -> None:
    lines, marked = unmark(run(language, program, case, environment, folder))
    events = [described(lines, each) for event in marked for each in halves(lines, event)]
    inside = {n for event in events for n in range(event["start_line"], event["end_line"] + 1)}
    for number, line in enumerate(lines, 1):
        if number not in inside and not HEALTHY.fullmatch(line):
            raise Mismatch(f"line {number} is in no event: {line[:120]!r}")
    out = HERE / language / "recorded"
    out.mkdir(exist_ok=True)
    words = " ".join([*(f"{k}={v}" for k, v in environment.items()), program, case])
    truth = {
        "case": case, "how": words,
        "events": [event for event in events if not event.get("no_event")],
        "not_events": [event for event in events if event.get("no_event")],
    }  # fmt: skip

    def rewritten(text: bytes) -> bytes:
        home = str(Path.home()).encode()
        return text.replace(str(folder).encode(), b"/srv/app").replace(home + b"/.", b"/home/shop/.")

    (out / f"{case}.log").write_bytes(rewritten(b"\n".join(lines) + b"\n"))
    rows = ",\n  ".join(json.dumps(event, ensure_ascii=False) for event in truth["events"])
    rest = json.dumps(truth["not_events"], ensure_ascii=False)
    (out / f"{case}.json").write_bytes(rewritten(
        f'{{"case": {json.dumps(case)}, "how": {json.dumps(words)},\n "events": [\n  {rows}\n ],\n "not_events": {rest}}}\n'.encode()
    ))  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Record failing programs of many languages.")
    parser.add_argument("--only", default=",".join(LANGUAGES), help="languages, separated by commas")
    problems = 0
    for language in parser.parse_args().only.split(","):
        with tempfile.TemporaryDirectory(prefix="", dir="/tmp") as name:
            folder = Path(name) / "app"
            shutil.copytree(HERE / language, folder, ignore=shutil.ignore_patterns("recorded"))
            for command in LANGUAGES[language]["build"]:
                subprocess.run(command, cwd=folder, check=True)
            for program, case, environment in cases(language):
                try:
                    record(language, program, case, environment, folder)
                except (Mismatch, subprocess.TimeoutExpired, ValueError) as error:
                    print(f"{language}/{case}: {type(error).__name__}: {error}", file=sys.stderr)
                    problems += 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
