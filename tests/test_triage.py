"""Drafts of signatures: proven on the logs they come from, in place at once, and unfinished where a person must write."""

import json
from pathlib import Path

import pytest
import yaml
from command import ERROR, INFO, LOG, REFERENCE, SAMPLES, SHOP, TRACE, logscan, report

from logscan.report import loads

GROUPS = SAMPLES / "groups"
PLAIN = [
    "celery",
    "django",
    "flask",
    "gunicorn",
    "postgresql",
    "redis",
    "nginx-error",
    "uvicorn-0.11",
    "uvicorn-0.25",
    "uvicorn-current",
    "sshd",
    "npm-install",
    "pip-install-v",
    "python-libraries",
    "pytest",
    "logback",
    "structured",
    "go",
    "make",
    "ssh-v",
]
KNOWN = [
    SHOP, *sorted(SAMPLES.glob("uvicorn-*/app.log")), SAMPLES / "httpx-remote-disconnected" / "app.log",
    SAMPLES / "uvicorn-h11-keepalive" / "uvloop.log",
]  # fmt: skip
LOGS = [SAMPLES / "healthy" / f"{name}.log" for name in PLAIN] + KNOWN[:10]


def faults() -> dict[str, list[bytes]]:
    """The recorded events of each fault under 3.12, as the log has them, header first."""
    blocks: list[bytes] = []
    for line in (GROUPS / "3.12.1.log").read_bytes().splitlines(keepends=True):
        if b" ERROR shop: " in line:
            blocks.append(b"")
        elif b" INFO shop: " in line:
            continue
        blocks[-1] += line
    found: dict[str, list[bytes]] = {}
    for block, cause in zip(blocks, json.loads((GROUPS / "3.12.1.json").read_text()), strict=True):
        found.setdefault(cause, []).append(block)
    return found


FAULTS = faults()
UNKNOWN = [(cause, blocks) for cause, blocks in sorted(FAULTS.items()) if not report(stdin=b"".join(blocks)).matched]
"""Those that no bundled signature knows."""


@pytest.mark.parametrize("number", range(len(LOGS)), ids=[f"{path.parent.name}-{path.stem}" for path in LOGS])
def test_the_draft_claims_its_events_and_no_other(number: int, tmp_path: Path) -> None:
    """A real log with an injected fault as its largest group: scanned with the draft, its signature has exactly those
    events, and all else is as before. `signatures test` passes on what was written; lint says what is missing."""
    before = report(LOGS[number])
    cause, blocks = UNKNOWN[number % len(UNKNOWN)]
    most = max((incident.count for incident in before.incidents if incident.signature is None), default=0)
    times = most // len(blocks) + 1
    log = tmp_path / "app.log"
    log.write_bytes(LOGS[number].read_bytes() + b"\n" + b"".join(blocks) * times)
    done = logscan("triage", log, "--limit", "1", "--tz", "UTC", "--write", tmp_path)
    assert done.returncode == 0, done.stderr
    pack = tmp_path / "signatures"
    drafts = list(pack.rglob("*.yaml"))
    assert len(drafts) == 1, (cause, done.stdout)
    ident = yaml.safe_load(drafts[0].read_text())["id"]
    after = report(log, "--signatures", pack)
    counts = {incident.key: incident.count for incident in after.incidents}
    assert counts.pop(ident) == len(blocks) * times
    assert counts == {incident.key: incident.count for incident in before.incidents}
    assert all(ident not in incident.also for incident in after.incidents)
    assert logscan("signatures", "test", pack).returncode == 0
    lint = logscan("signatures", "lint", pack)
    said = lint.stdout.decode().splitlines()
    assert lint.returncode == 1 and len(said) > 3
    assert all("still to be written by a person" in line for line in said[:-1]), said


def test_thirty_logs_are_tried() -> None:
    """The test above has 30 different real logs, and enough faults."""
    assert len(set(LOGS)) == 30 and len(UNKNOWN) > 20


RECORDS = [
    b"2026-11-24 10:00:0%d,000 ERROR shop.mail: could not send order 4%d to 'bob%d': host mx%d.example.com is gone\n"
    % (n, n, n, n)
    for n in range(8)
]


def test_records_are_drafted_by_their_words(tmp_path: Path) -> None:
    """Values are left out, words and logger stay; a record that only sounds alike is not claimed."""
    log = tmp_path / "app.log"
    near = b"2026-11-24 10:00:09,000 ERROR shop.mail: could not send invoice 17 to 'eve': no address\n"
    log.write_bytes(INFO + b"".join(RECORDS) + near + ERROR)
    done = logscan("triage", log, "-n", "1", "--write", tmp_path)
    (draft,) = (tmp_path / "signatures").rglob("*.yaml")
    text = draft.read_text()
    found = yaml.safe_load(text)
    assert found["id"].startswith("shop.could-not-send-order"), done.stdout
    assert "mx1" not in json.dumps(found["match"]) and "could not send order" in json.dumps(found["match"])
    assert "could not send invoice" in found["examples"]["no_match"][0]
    counts = {i.key: i.count for i in report(log, "--signatures", tmp_path / "signatures").incidents}
    assert counts[found["id"]] == 8 and sum(counts.values()) == 10


def test_two_faults_in_one_function_are_told_apart(tmp_path: Path) -> None:
    """Same type, same frame: the source line decides."""
    log = tmp_path / "app.log"
    log.write_bytes(b"".join(FAULTS["tax_region"] * 2 + FAULTS["tax_price"]))
    logscan("triage", log, "--write", tmp_path)
    counts = report(log, "--signatures", tmp_path / "signatures")
    assert sorted(incident.count for incident in counts.incidents) == [5, 10] and counts.unclassified == 0


def test_a_group_may_be_named(tmp_path: Path) -> None:
    """`fp:…` picks a group by its first digits; one that is not there ends with 2; the draft goes to standard output."""
    log = tmp_path / "app.log"
    log.write_bytes(LOG)
    for incident in report(log).incidents:
        done = logscan("triage", log, incident.key[:9])
        assert done.returncode == 0
        assert yaml.safe_load(done.stdout)["severity"] == "error"
    assert logscan("triage", log, "fp:nothere").returncode == 2
    piped = logscan("triage", stdin=TRACE)
    assert piped.returncode == 0 and b"KeyError in apply_discount" in piped.stdout
    assert b"nothing unknown" in logscan("triage", SAMPLES / "uvicorn-connection-closed-send-body" / "app.log").stdout


def test_a_saved_report_can_be_triaged(tmp_path: Path) -> None:
    """Without the logs: drafts from the report's examples, largest group first, that hold on the log."""
    saved = tmp_path / "report.json"
    saved.write_bytes(logscan("scan", SHOP, *REFERENCE, "--format", "json").stdout)
    largest = next(incident for incident in loads(saved.read_bytes()).incidents if incident.signature is None)
    done = logscan("triage", saved, "--limit", "1", "--write", tmp_path)
    assert done.returncode == 0 and f"{largest.count}x" in done.stdout.decode()
    (draft,) = (tmp_path / "signatures").rglob("*.yaml")
    ident = yaml.safe_load(draft.read_text())["id"]
    counts = {i.key: i.count for i in report(SHOP, "--signatures", tmp_path / "signatures").incidents}
    assert counts[ident] == largest.count


def test_no_secret_gets_into_a_draft(tmp_path: Path) -> None:
    """Examples, titles and samples are redacted."""
    log = tmp_path / "app.log"
    log.write_bytes(TRACE.replace(b"'coupon'", b"'password=hunter2secret99'") + ERROR + b"password=hunter2secret99\n")
    done = logscan("triage", log, "--write", tmp_path)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != log)
    assert b"hunter2" not in written + done.stdout and b"<redacted:password>" in written


def test_what_cannot_be_read_is_not_clean(tmp_path: Path) -> None:
    """A path that is not there, or an empty pipe: 2 with the reason, nothing on standard output. Beside a good one it
    is named, and the exit code is 3, with drafts and without."""
    (tmp_path / "app.log").write_bytes(LOG)
    (tmp_path / "good.log").write_bytes(INFO)
    gone = b"logscan: gone.log: no such file or directory\n"
    alone = logscan("triage", "gone.log", cwd=tmp_path)
    assert (alone.returncode, alone.stdout, alone.stderr) == (2, b"", gone)
    empty = logscan("triage", "-")
    assert (empty.returncode, empty.stdout) == (2, b"") and b"empty" in empty.stderr
    for name, says in (("app.log", b"KeyError: 'coupon'"), ("good.log", b"nothing unknown")):
        beside = logscan("triage", name, "gone.log", cwd=tmp_path)
        assert (beside.returncode, beside.stderr) == (3, gone) and says in beside.stdout
        assert logscan("triage", name, cwd=tmp_path).returncode == 0
