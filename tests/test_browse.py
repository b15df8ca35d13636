"""Looking at signatures: a whole page in the terminal, lists by software, severity and tag, and drafts of new ones."""

import json
import re
from datetime import UTC
from pathlib import Path

import pytest
from command import LOG, SHOP, logscan

from logscan import explain
from logscan.lint import test as run_examples
from logscan.registry import Settings
from logscan.renderers import sigpage
from logscan.renderers.view import View
from logscan.run import scan_bytes
from logscan.scanner import Scanner
from logscan.signature import Ruleset, load
from logscan.sigpage import rows
from logscan.sources import Source
from logscan.timestamps import Clock

RULES = load(())
ID = "uvicorn.h11-keepalive-send-response"


def words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("width", [60, 120])
def test_the_whole_page_of_every_signature(width: int) -> None:
    """Nothing that a signature says is cut away, and no line of text is wider than the terminal."""
    for signature in RULES.signatures:
        page = sigpage.render(signature, View(width=width))
        lines = page.splitlines()
        shown = words("".join(line[12:] for line in lines[3:]))
        for row in rows(signature):
            assert words(row.text) in shown, (signature.id, row)
            assert row.url in page
        assert all(len(line) <= width or "://" in line or " " not in line[12:] for line in lines[2:])


def test_links_of_a_page_are_clickable() -> None:
    """With links on, each web page is an OSC 8 hyperlink; without, plain text."""
    signature = RULES.by_id[ID]
    assert "\x1b" not in sigpage.render(signature, View())
    shown = sigpage.render(signature, View(color=True, links=True))
    for url in {row.url for row in rows(signature) if row.url}:
        assert f"\x1b]8;;{url}\x1b\\" in shown


def test_explain_takes_a_signature() -> None:
    """`explain ID` prints the page; a name that is nearly one is answered with those that it may be."""
    done = logscan("explain", ID)
    assert done.stdout.decode() == sigpage.render(RULES.by_id[ID], View())
    wrong = logscan("explain", "uvicorn.h11-keepalive-send")
    assert wrong.returncode == 2
    assert ID in wrong.stderr.decode()


@pytest.mark.parametrize("command", [("explain",), ("signatures", "new")], ids=["explain", "new"])
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0", "app.log:0: lines count from 1"),
        ("00", "app.log:00: lines count from 1"),
        ("10", "app.log:10: no such line; the file has 9"),
    ],
)
def test_a_line_that_is_not_there_is_a_usage_error(
    command: tuple[str, ...], line: str, said: str, tmp_path: Path
) -> None:
    """FILE:LINE: 2 and one line that says how lines count, or how many there are; never the whole file instead."""
    (tmp_path / "app.log").write_bytes(LOG)
    done = logscan(*command, f"app.log:{line}", cwd=tmp_path)
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (2, "", f"logscan: {said}\n")


def test_explain_takes_a_file_of_that_name(tmp_path: Path) -> None:
    """A log that is called like a signature is still read as a log."""
    (tmp_path / ID).write_bytes(LOG)
    assert b"transport   plain" in logscan("explain", ID, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--software", "uvicorn"), lambda s: s.id.startswith("uvicorn.")),
        (("--severity", "critical"), lambda s: s.severity == "critical"),
        (("--tag", "h11"), lambda s: "h11" in s.tags),
        (("--tag", "h11", "--tag", "keep-alive"), lambda s: {"h11", "keep-alive"} <= set(s.tags)),
        (("--software", "none-such"), lambda s: False),
        ((), lambda s: True),
    ],
)
def test_lists(options: tuple[str, ...], wanted: object) -> None:
    """The filters, as a table and as a list of objects with ids."""
    assert callable(wanted)
    want = [one.id for one in RULES.signatures if wanted(one)]
    listed = json.loads(logscan("signatures", "list", *options, "--format", "json").stdout)
    assert [one["id"] for one in listed] == want
    table = logscan("signatures", "list", *options).stdout.decode().splitlines()
    assert [line.split()[0] for line in table] == want
    assert len(want) < len(RULES.signatures) or not options


def test_a_severity_that_is_none_is_refused() -> None:
    """A filter that can match nothing is a mistake."""
    assert logscan("signatures", "list", "--severity", "urgent").returncode == 2


def matched(rules: Ruleset) -> bool:
    done = run_examples(rules, lambda data: scan_bytes(data, rules, Settings(level="warning", reference=0), UTC))
    return not done.failed


@pytest.mark.parametrize(
    "log",
    [
        LOG,
        b'2026-11-24 10:00:00,123 ERROR shop: order 17 of "Ann" failed: \xf0\x9f\x98\x80 \x1b[31m \\d {x: y}\n',
        b"2026-11-24 10:00:00,123 CRITICAL shop: token=ghp_0123456789abcdefghijklmnopqrstuvwxyz0 was refused\n",
        SHOP.read_bytes(),
    ],
)
def test_a_draft_loads_and_knows_its_event(log: bytes, tmp_path: Path) -> None:
    """What `signatures new` writes is a signature that matches the event that it was made of, with secrets masked."""
    (tmp_path / "app.log").write_bytes(log)
    text = logscan("signatures", "new", tmp_path / "app.log").stdout.decode()
    assert b"ghp_" not in text.encode()
    ident = re.search(r"^id: (\S+)\.(\S+)$", text, re.MULTILINE)
    assert ident is not None
    path = tmp_path / "signatures" / ident[1] / f"{ident[2]}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    assert matched(load([path], bundled=False))


def test_a_draft_of_one_line(tmp_path: Path) -> None:
    """A line chooses the event; a line of none, or a log without unknown events, is refused."""
    (tmp_path / "app.log").write_bytes(LOG)
    done = logscan("signatures", "new", f"{tmp_path / 'app.log'}:5")
    assert b"type: KeyError" in done.stdout
    assert logscan("signatures", "new", f"{tmp_path / 'app.log'}:1").returncode == 2
    (tmp_path / "quiet.log").write_bytes(b"2026-11-24 10:00:00 INFO all is well\n")
    assert logscan("signatures", "new", tmp_path / "quiet.log").returncode == 2


def test_the_signatures_that_come_near() -> None:
    """Those of which something is in the event come first, the exception's class before its place; of a record those of
    its software; where there is none that is said, and no unrelated ones are listed."""
    rules = load(())

    def missed(text: str) -> list[str]:
        source = Source("x.log", "x.log")
        scanner = Scanner(rules, Settings(level="error", reference=0), Clock(UTC, 0), source.name)
        looked: list[explain.Looked] = []
        scanner.watch = lambda *each: looked.append(explain.Looked(*each))
        scanner.feed(text.encode())
        scanner.finish()
        lines = list(explain.line(scanner, looked, 1, rules))
        return [line.partition("not         ")[2].partition(":")[0] for line in lines if line.startswith("not ")]

    trace = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\n    g()\n'
    assert missed(trace + "h11._util.LocalProtocolError: none of that\n")[0].startswith("uvicorn.h11")
    record = "[2026-11-25 19:03:31 +0000] [13847] [ERROR] Something else.\n"
    assert {ident.partition(".")[0] for ident in missed(record)} == {"gunicorn"}
    assert missed(trace + "shop.Sold: out\n") == [f"near any of {len(rules.signatures)} signatures"]


def test_a_locale_without_unicode() -> None:
    """What is printed is UTF-8, as reports are, also where the locale knows ASCII alone."""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = logscan("explain", SHOP, env=plain)
    assert (done.returncode, done.stderr) == (0, b"") and "…" in done.stdout.decode()
