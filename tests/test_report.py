"""Saved reports: read back, added up, compared; and stored events, read again."""

import random
from pathlib import Path

import msgspec
import pytest
from command import ERROR, INFO, LOG, REFERENCE, SAMPLES, SHOP, TRACE, logscan, report
from making import event, night, own_bug

from logscan import state
from logscan.errors import LogscanError
from logscan.report import Report, State, loads
from logscan.summary import SummaryBuilder

EVENTS = sorted(path for path in SAMPLES.glob("transports/*/*.log") if Path(f"{path}.expected.yaml").exists())


def saved(path: Path, *logs: Path, options: tuple[str, ...] = ()) -> Path:
    """The JSON report of some logs, in a file."""
    path.write_bytes(logscan("scan", *logs, *REFERENCE, *options, "--format", "json").stdout)
    return path


def known(one: Report) -> object:
    """A report without its state (whose bytes may differ where its value does not) and its order of sources."""
    return msgspec.to_builtins(msgspec.structs.replace(one, state=None))


def test_a_summary_survives_being_saved() -> None:
    """Everything but secrets comes back as it was: unpack(pack(s)) == s."""
    summary = night().done()
    assert state.unpack(state.pack(summary, str), "x") == summary


def test_no_secret_is_saved() -> None:
    """Text, titles, messages, ranks and code of the state are redacted, however it is packed."""
    builder = SummaryBuilder()
    secret = "hunter2secret99"
    builder.add(own_bug(text=f"password={secret}", message=f"password={secret}", title=f"password={secret}"))
    again = state.unpack(state.pack(builder.done()), "x")
    assert secret not in repr(again) and "<redacted:password>" in repr(again)


def test_reports_add_up_to_the_scan_of_all(tmp_path: Path) -> None:
    """Reports of six logs, merged in any order, are the report of one scan of all six, field by field."""
    logs = [SHOP, *sorted(SAMPLES.glob("uvicorn-*/app.log"))[:5]]
    parts = [saved(tmp_path / f"{n}.json", log) for n, log in enumerate(logs)]
    whole = report(*logs)
    for seed in range(3):
        random.Random(seed).shuffle(parts)
        merged = loads(logscan("report", *parts, "--format", "json").stdout)
        assert known(merged) == known(whole)
        assert state.unpack(merged.state, "a") == state.unpack(whole.state, "b")
    first = saved(tmp_path / "sum.json", *logs[:3])
    rest = [saved(tmp_path / f"r{n}.json", log) for n, log in enumerate(logs[3:])]
    assert known(loads(logscan("report", *rest, first, "--format", "json").stdout)) == known(whole)


def test_one_report_is_shown_as_it_was(tmp_path: Path) -> None:
    """The terminal shows a saved report like a fresh one; without a state too."""
    path = saved(tmp_path / "a.json", SHOP)
    fresh = logscan("scan", SHOP, *REFERENCE).stdout
    assert logscan("report", path).stdout == fresh
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(loads(path.read_bytes()), state=None)))
    assert logscan("report", path).stdout == fresh
    done = logscan("report", path, path)
    assert done.returncode == 2 and b"count twice" in done.stderr


def test_what_cannot_be_added_up_is_refused(tmp_path: Path) -> None:
    """The same log, other rules, another level, no state, no report: exit 2 and the reason."""
    log = tmp_path / "app.log"
    log.write_bytes(LOG)
    a = saved(tmp_path / "a.json", SHOP)
    cases = {
        "count twice": saved(tmp_path / "b.json", log, SHOP),
        "other signatures": saved(tmp_path / "c.json", log, options=("--no-bundled",)),
        "at level warning": saved(tmp_path / "d.json", log, options=("--level", "warning")),
        "not a logscan report": log,
        "no such file": tmp_path / "missing.json",
    }
    for reason, other in cases.items():
        done = logscan("report", a, other)
        assert done.returncode == 2 and reason in done.stderr.decode(), (reason, done.stderr)
        assert done.stdout == b""


@pytest.mark.parametrize("data", ["", "%%%", "AAAA", "eJwDAAAAAAE=", "eJyrrgUAAXUA+Q=="[:8]])
def test_a_damaged_state_is_told(data: str) -> None:
    """Bytes that are no state are an error of the user's, in one line."""
    with pytest.raises(LogscanError, match="damaged"):
        state.unpack(State(state.SCHEMA, data), "a.json")


def test_the_gate_works_on_saved_reports(tmp_path: Path) -> None:
    """`report NEW --baseline OLD --fail-on new`: the logs themselves may be gone."""
    log = tmp_path / "app.log"
    log.write_bytes(LOG)
    old = saved(tmp_path / "old.json", log)
    log.write_bytes(INFO + TRACE.replace(b"KeyError", b"IndexError"))
    new = saved(tmp_path / "new.json", log)
    log.unlink()
    assert logscan("report", old, "--baseline", old, "--fail-on", "new").returncode == 0
    done = logscan("report", new, "--baseline", old, "--fail-on", "new")
    assert done.returncode == 1
    assert "new    1x  IndexError: 'coupon'" in done.stdout.decode()
    assert "gone   1 to 0  KeyError: 'coupon'" in done.stdout.decode()


@pytest.mark.parametrize("path", [SHOP, *EVENTS], ids=lambda path: str(path.relative_to(SAMPLES)))
def test_stored_events_are_read_again(path: Path, tmp_path: Path) -> None:
    """Scanning the JSON lines of a scan gives the same incidents, counts and times as the log did."""
    stored = tmp_path / "events.jsonl"
    stored.write_bytes(logscan("scan", path, *REFERENCE, "--format", "jsonl").stdout)
    first, again = report(path, code=(0, 3)), report(stored)
    assert again.input.sources[0].transport == "logscan"
    assert again.events == first.events > 0

    def told(one: Report) -> list[object]:
        return sorted((i.key, i.count, i.title, i.first, i.last, i.severity) for i in one.incidents)

    assert told(again) == told(first)


def test_a_new_signature_sorts_stored_events(tmp_path: Path) -> None:
    """Events stored without any signature are known once the signatures are at hand, without the log."""
    log = SAMPLES / "uvicorn-connection-closed-send-body" / "app.log"
    stored = tmp_path / "events.jsonl"
    stored.write_bytes(logscan("scan", log, "--no-bundled", "--format", "jsonl").stdout)
    assert b'"signature":"uvicorn' not in stored.read_bytes()
    assert report(stored).matched == report(log).matched == 16
    plain = tmp_path / "plain.jsonl"
    plain.write_bytes(logscan("scan", "-", "--format", "jsonl", stdin=ERROR * 2).stdout.splitlines(keepends=True)[1])
    assert report(plain).events == 1


def test_equal_summaries_are_saved_alike() -> None:
    """What was counted in another order, by other processes, is saved in the same bytes."""
    events = [event(offset=n, fingerprint=f"{n % 7:016x}", resource={"host.name": f"web{n % 3}"}) for n in range(40)]
    saved = set()
    for order in (events, events[::-1], sorted(events, key=lambda one: one.fingerprint)):
        builder = SummaryBuilder()
        for one in order:
            builder.add(one)
        saved.add(state.pack(builder.done()).data)
    assert len(saved) == 1
