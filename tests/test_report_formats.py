"""Rules of every format of the report: they agree on every number, no log text acts in any of them, and size does not
hurt them."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyte
import pytest
import reading
from command import ROOT, environment
from making import OPTIONS, RULES, SIGNATURES, Sig, at, event, night, own_bug, report_of
from markdown_it import MarkdownIt
from reading import Page

from logscan.model import Frame, Link
from logscan.renderers import RENDERERS, STREAMS, View, github, junit, markdown, sarif
from logscan.report import Report, dumps
from logscan.reportbuild import report
from logscan.sigmodel import Fix, Now, Reference, Remediation
from logscan.summary import Source, SummaryBuilder

VIEW = View(now="2026-11-22T03:05:00Z")
NIGHT = report_of(night().done())
FORMATS = sorted(RENDERERS)
PAYLOADS = [
    "\x1b]0;owned\x07\x1b[2J\x1b[1;1Hall is well\x1b[8m",
    "\x9b2J\x9d0;owned\x9c\x90q\x9c",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "safe\rFAKE\x08\x08\x08\x7f\x00\x0b\x0c",
    "\u202egnp.exe\u2066\u2069\u200b\ufeff\u2028\u2029\x85",
    "[red][/red][link=javascript:alert(1)]x[/link][/tmp/x]",
    "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "</script></style></title></textarea><!-- --><base href=//evil>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "=HYPERLINK(\"https://evil.example\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "＝1+1",
    "::error file=x::owned", "  ::add-mask::secret", "##[add-matcher]/x.json", "x\n::stop-commands::x", "%0A::error::x",
    "@team please look, #1 and fixes #2",
    "![x](https://evil.example/pixel.png) [x](javascript:alert(1)) <https://evil.example>",
    "``` \n# heading\n```\n| a | b |\n|---|---|\n````", "`a` ``b`` \\`c\\`", "| cell \\| other |", "</details></summary>",
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;", "\ufffe\uffff\ud800\udfff",
    'x"} 1\nlogscan_events 0\n# EOF', "a\\b\\", "e" * 20_000,
]  # fmt: skip


def hostile() -> Report:
    """Every payload wherever log text can stand, known and unknown."""
    builder = SummaryBuilder()
    builder.lines, builder.bytes = 10, 1_000
    signatures = dict(SIGNATURES)
    for n, evil in enumerate(PAYLOADS):
        source = evil[:200]
        builder.source(
            Source(source, str(n), evil[:200], 100, 10, 2, at("2026-11-22 02:00:00"), at("2026-11-22 03:00:00"))
        )
        builder.problem(source, "cut", evil)
        builder.mark(at("2026-11-22 02:00:00") + n, evil[:200])
        for counter in (builder.limits, builder.lost_upstream, builder.skipped):
            counter[evil[:200]] = 1
        fields: dict[str, Any] = {
            "title": evil, "message": evil, "text": evil, "exception": evil, "source": source, "first_line": n + 1,
            "frames": (Frame(evil, 1, evil, evil),), "chain": (Link(evil, evil, "cause"),),
            "resource": {"service.name": evil, "host.name": evil},
        }  # fmt: skip
        builder.add(own_bug(**fields, fingerprint=f"{n:016x}"))
        name = f"evil.n{n}"
        remedy = Remediation(
            summary=evil, now=Now(evil, evil, evil), fixes=(Fix("upgrade", evil, evil, evil, evil, evil),),
            prevention=(evil,), links=(Reference(evil, "docs"), Reference(f"https://a.example/{evil}", "docs")),
        )  # fmt: skip
        signatures[name] = Sig(evil, "error", "page", remedy)
        builder.add(own_bug(**fields, signature=name, fingerprint=f"{n + 500:016x}", offset=1))
    return report(builder.done(), RULES, OPTIONS, signatures)


HOSTILE = hostile()


def many(groups: int) -> Report:
    """That many unknown groups with frames and text, among them one known incident."""
    builder = SummaryBuilder()
    builder.lines, builder.bytes = groups * 10, groups * 1_000
    builder.source(
        Source(
            "app.log",
            "1",
            "plain",
            groups * 1_000,
            groups * 10,
            groups,
            at("2026-11-22 02:00:00"),
            at("2026-11-22 03:00:00"),
        )
    )
    for n in range(groups):
        frame = Frame(f"/srv/app/shop/m{n}.py", n, f"f{n}", "x = y[z]", f"shop.m{n}")
        builder.add(own_bug(title=f"KeyError: {n}", message=f"{n}", frames=(frame,) * 10, text="x" * 2_000, offset=n,
                            fingerprint=f"{n:016x}", time=at("2026-11-22 02:00:00") + n * 100_000))  # fmt: skip
    builder.add(event(signature="httpx.read-timeout", action="watch", source="app.log"))
    return report_of(builder.done())


def clean_report(**changes: Any) -> Report:
    """A scan that found nothing."""
    builder = SummaryBuilder()
    builder.lines, builder.bytes = 12, 345
    builder.source(Source("app.log", "1", "plain", 345, 12, 0, None, None, **changes))
    if changes:
        builder.problem("app.log", "cut", "ends in the middle of a gzip member")
    return report_of(builder.done())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "found",
    [NIGHT, HOSTILE, clean_report(), clean_report(complete=False), many(40)],
    ids=["night", "hostile", "clean", "cut", "many"],
)
def test_every_format_agrees_on_every_number(name: str, found: Report) -> None:
    """Events, known, unknown, whether it is complete, and each incident's count are the report's, wherever a format
    tells them."""
    said = reading.READERS[name](RENDERERS[name](found, VIEW))
    assert said.events == found.events
    assert said.matched in (None, found.matched)
    assert said.unclassified in (None, found.unclassified)
    assert said.complete in (None, found.complete)
    counts = {one.key: one.count for one in found.incidents}
    assert said.counts.items() <= counts.items()
    if name in ("json", "csv", "html", "sarif", "junit"):
        assert said.counts == counts
    if name == "prometheus":
        assert said.counts == {one.key: one.count for one in found.incidents if one.signature}


def test_reports_for_people_tell_each_count() -> None:
    """Each incident's count stands in Markdown's table and in its annotation."""
    table, lines = markdown.render(NIGHT, VIEW), github.render(NIGHT, VIEW)
    for n, one in enumerate(NIGHT.incidents, 1):
        assert re.search(rf"^\| {n} \| .*? \| ≥ {one.count:,} \| ", table, re.M)
        assert f" {one.count}x " in lines


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("color", [False, True])
def test_no_format_moves_a_terminal(name: str, color: bool) -> None:
    """Printed on a terminal, nothing of a log reaches its title or its cursor, nothing is hidden; in the bytes there is
    no control but newlines, tabs and our own colours."""
    text = RENDERERS[name](HOSTILE, View(color=color, links=color, verbose=True))
    if name in STREAMS:
        writer = STREAMS[name](RULES, OPTIONS)
        text += "".join(writer.event(own_bug(message=evil, text=evil, title=evil)).decode() for evil in PAYLOADS)
    ours = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\", "", text) if name == "terminal" else text
    allowed = "\t\n\r" if name == "csv" else "\t\n"
    assert not re.search(f"[^{allowed}\x20-\x7e\xa0-\U0010ffff]", ours)
    assert not re.search("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]", ours)
    screen = pyte.Screen(200, 50)
    stream = pyte.Stream(screen)
    stream.feed("$ logscan\r\n" + ours[:200_000].replace("\n", "\r\n"))
    assert screen.title == ""
    assert not any(char.conceal for row in screen.buffer.values() for char in row.values() if hasattr(char, "conceal"))


def test_html_holds_only_what_the_template_holds() -> None:
    """No element, handler, link target or asset comes from the log; the policy allows the page's own style and script
    alone; an HTML parser reads payloads as text."""
    found = Page(RENDERERS["html"](HOSTILE, VIEW))
    plain = Page(RENDERERS["html"](NIGHT, VIEW))
    assert {name for name, _ in found.elements} <= {name for name, _ in plain.elements} | {"h3", "ul", "li"}
    assert len(found.all("script")) == len(found.all("style")) == 1
    for name, attributes in found.elements:
        assert not [
            each for each in attributes if each.startswith("on") or each in ("style", "src", "srcset", "action")
        ]
        target = attributes.get("href")
        assert target is None or re.match(r"#\w+$|https?://", target), (name, target)
    assert not found.all("link") and not found.all("img") and not found.all("base")
    policy = next(one["content"] for one in found.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy and policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script>alert(1)</script>" in found.text
    assert "{{ 7*7 }}" in found.text


def test_csv_holds_no_formula() -> None:
    """No cell starts with what a spreadsheet computes, and a row is one line."""
    text = RENDERERS["csv"](HOSTILE, VIEW)
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == len(text.split("\r\n")) - 1 == len(HOSTILE.incidents) + 1
    assert not [
        each for row in rows for each in row if each.lstrip(" ")[:1] and each.lstrip(" ")[0] in "=+-@＝＋－＠\t"
    ]


@pytest.mark.parametrize("name", ["github", "terminal", "markdown"])
def test_no_log_text_commands_a_build_service(name: str) -> None:
    """A line starts a workflow command only where the format writes annotations, and then only its own."""
    for line in RENDERERS[name](HOSTILE, View(verbose=True)).splitlines():
        assert "##[" not in line
        if line.strip().startswith("::"):
            assert name == "github"
            assert re.match(r"::(?:error|warning|notice) (?:(?:file|line|endLine|title)=[^:,\n]*,?)+::[^\n]*$", line)


def test_github_shows_ten_of_a_kind() -> None:
    """Ten annotations of a kind, and a line that says how many there are besides."""
    lines = github.render(many(25), VIEW).splitlines()
    assert sum(line.startswith("::error") for line in lines) == 10
    assert "logscan: and 15 more at error, 15 events" in lines


def test_markdown_keeps_log_text_in_code() -> None:
    """As a Markdown parser reads it: outside code there is no mention, no image, no link but a signature's web page as
    it is written, and no element but the folds."""
    text = markdown.render(HOSTILE, View(top=100))
    html = "<details>", "</details>", "<sub>", "</sub>", "<!-- -->"
    blocks = MarkdownIt("commonmark").enable("table").parse(text)
    tokens = [token for block in blocks for token in (block.children or [block])]
    assert not [token for token in tokens if token.type == "image"]
    linked = 0
    for token in tokens:
        if token.type == "link_open":
            assert token.markup == "autolink" and str(token.attrs["href"]).startswith(("https://", "http://"))
        linked += token.nesting if token.type.startswith("link") else 0
        if token.type == "text" and not linked:
            assert not re.search(r"[@#]\w", token.content), token.content
        if token.type in ("html_inline", "html_block"):
            bare = re.sub(r"<summary><code>[^<]*</code></summary>", "", token.content)
            for each in html:
                bare = bare.replace(each, "")
            assert "<" not in bare, token.content
    assert sum(token.type == "table_open" for token in tokens) == 1
    assert {token.tag for token in tokens if token.type == "heading_open"} == {"h3"}
    rows = sum(token.type == "tr_open" for token in tokens)
    assert (rows, sum(token.type == "td_open" for token in tokens)) == (75, 74 * 5)


def test_markdown_fits_a_comment() -> None:
    """Fewer than 65,536 characters, whatever the report, and what is left out is said."""
    text = markdown.render(many(500), VIEW)
    assert len(text) < 65_536
    assert "… and 451 more incidents, 451 events." in text
    assert "httpx: read timeout" in text, "a known incident does not hide behind unknown groups"


def test_html_says_what_it_leaves_out() -> None:
    """At most 300 incidents have a row; the others are counted."""
    found = Page(RENDERERS["html"](many(400), VIEW))
    assert sum("data-key" in row for row in found.all("tr")) == 300
    assert "and 101 more, 101 events" in found.text


def test_top() -> None:
    """`top` shows the first incidents of the report in every format for people, and counts the others."""
    for name, said in (
        ("terminal", "and 4 more, 162 events"),
        ("markdown", "… and 4 more incidents, 162 events."),
        ("html", "and 4 more, 162 events"),
    ):
        text = RENDERERS[name](NIGHT, View(top=1))
        assert "SQLAlchemy: connection pool exhausted" in text
        assert "httpx: read timeout" not in text
        assert said in text


def test_sarif_is_stable_and_placed() -> None:
    """A result's fingerprint is its content's, its place a line of the log; an unread input is a notification; a
    problem makes the run unsuccessful."""
    found = many(1)
    result = json.loads(sarif.render(found, VIEW))["runs"][0]["results"][0]
    assert result["partialFingerprints"]["primaryLocationLineHash"] == "0" * 16 + ":1"
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("app.log", 1)
    run = json.loads(sarif.render(clean_report(complete=False), VIEW))["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "app.log: ends in the middle" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert run["results"] == []


def test_sarif_keeps_to_the_limit() -> None:
    """5,000 results at most, and a notification for the rest."""
    run = json.loads(sarif.render(many(5_010), VIEW))["runs"][0]
    assert len(run["results"]) == 5_000
    assert (
        "and 11 more incidents, 11 events" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    )


def test_junit_fails_on_what_is_to_be_done() -> None:
    """page and ticket fail, watch is skipped, what could not be read is an error, a clean scan is one passing case."""
    text = junit.render(NIGHT, VIEW)
    assert 'tests="5" failures="4" errors="0" skipped="1"' in text
    assert 'tests="1" failures="0" errors="0" skipped="0"' in junit.render(clean_report(), VIEW)
    assert 'tests="1" failures="0" errors="1" skipped="0"' in junit.render(clean_report(complete=False), VIEW)


def test_prometheus_has_no_series_for_each_unknown_group() -> None:
    """However many unknown groups there are, the number of series stays."""
    few, lots = (len(RENDERERS["prometheus"](many(n), VIEW).splitlines()) for n in (2, 200))
    assert few == lots
    assert "logscan_last_run_timestamp_seconds 1795316700" in RENDERERS["prometheus"](NIGHT, VIEW)


def test_prometheus_counts_by_source_with_few_labels() -> None:
    """Of 200 sources the 50 with the most events are named, the others counted together: the sum is the whole."""
    builder = SummaryBuilder()
    for n in range(200):
        builder.source(Source(name=f"{n}.log", id=f"{n}", bytes=10, lines=2, events=n))
    found = report(builder.done(), NIGHT.rules, NIGHT.options, {}, bucket_seconds=None)
    text = RENDERERS["prometheus"](found, VIEW)
    lines = [line for line in text.splitlines() if line.startswith("logscan_source_events{")]
    assert len(lines) == 51 and lines[0] == 'logscan_source_events{source="199.log"} 199'
    assert lines[-1] == f'logscan_source_events{{source=""}} {sum(range(150))}'
    assert 'logscan_source_bytes{source=""} 1500' in text


MEASURE = """
import pathlib, re, sys, time
from logscan.renderers import RENDERERS, View
from logscan.report import loads
found = loads(open(sys.argv[1], "rb").read())
start = time.process_time()
size = len(RENDERERS[sys.argv[2]](found, View(verbose=True)).encode())
seconds = time.process_time() - start
# not ru_maxrss: it is at least what the process was that started this one
peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())
print(seconds, int(peak[1]) // 1024, size)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of 10,000 groups, as a file."""
    path = tmp_path_factory.mktemp("large") / "report.json"
    path.write_bytes(dumps(many(10_000)))
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_ten_thousand_groups(name: str, large: Path) -> None:
    """Rendered within 10 s of processor time and 300 MiB, the report itself included; `pytest -rP` prints both."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, large, name],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    seconds, mebibytes, size = done.stdout.split()
    print(f"{name}: {float(seconds):.2f} s, {mebibytes} MiB, {int(size):,} bytes")
    assert float(seconds) < 10
    assert int(mebibytes) < 300
