"""Rules of logscan.renderers: the report for people, for scripts, and as a stream."""

import json
import re
from typing import Any

import msgspec
import pytest
from making import OPTIONS, RULES, Sig, at, event, night, own_bug, report_of
from rich.cells import cell_len

from logscan.baseline import compare
from logscan.model import Frame, Link
from logscan.renderers import RENDERERS, STREAMS, View
from logscan.renderers.layout import Span, Style, cut, wrap
from logscan.renderers.terminal import render, render_counts
from logscan.renderers.words import coarse_duration, number, percent, size
from logscan.report import Report, loads
from logscan.reportbuild import report
from logscan.sigmodel import Fix, Now, Reference, Remediation
from logscan.summary import Source, Summary, SummaryBuilder

PLAIN = View()
NIGHT = report_of(night().done())
COMMANDS = ("see", "next", "fix", "link")


def scanned(*events: Any, **changes: Any) -> Report:
    """The report of some events in app.log."""
    builder = SummaryBuilder()
    builder.lines, builder.bytes = 12_345, 1_200_000
    complete = changes.pop("complete", True)
    first, last = at("2026-11-22 02:00:00"), at("2026-11-22 03:00:00")
    times = (None, None) if changes.pop("untimed", False) else (first, last)
    builder.source(Source("app.log", "1", "plain", 1_200_000, 12_345, len(events), *times, complete))
    for name, value in changes.items():
        setattr(builder, name, value)
    for one in events:
        builder.add(one)
    return report_of(builder.done())


def test_the_night() -> None:
    """The report of a night, to the letter: act or sleep, since when, where, what helps, what was lost."""
    assert (
        render(NIGHT, PLAIN)
        == """\
shop.service on web01, 21 Nov 23:04 to 22 Nov 03:04 UTC, restarted 02:39:51
1,366 events: 1,349 known (4 incidents), 17 unknown (1 group)
! counts are lower bounds: journald dropped 512 messages (rate limit)

1 PAGE    1,204x  SQLAlchemy: connection pool exhausted
  began    02:41:07, 76 s after the restart; peak 237/min, now 28/min
  4 h      ············································█▅▄▃▂   5 min each
  burst    02:41:07 for 38 s: 201 events, 7x the rest
  error    sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10
           reached
  where    shop/orders.py:212 list_orders (89 %), 2 other places
  now      who holds them: SELECT pid, state, query FROM pg_stat_activity
  fix      close sessions with a context manager, then size the pool
  link     https://sqlalche.me/e/20/3o7r

2 NEW        17x  KeyError: 'coupon'                        unknown, fp:9f3ac1d0
  began    02:39:58, 7 s after the restart; none in the 3 h 36 min before;
           one every 61 s, last 02:56:14, none in the 8 min since
  4 h      ···········································▂▇██▄·   5 min each
  during   ValueError: no such coupon: 'XMAS'
  where    shop/cart.py:88 apply_discount (your code)
           total -= PRICES[order["coupon"]]
  see      journalctl -u shop.service -S @1795315198 -U @1795315199

3 TICKET     61x  uvicorn: keep-alive timer fires while a response is pending
  began    23:30:00; none in the 26 min before;
           one every 3 min, last 02:50:00, none in the 14 min since
  4 h      ······█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄█▄▄··   5 min each
  error    it broke
  fix      pip install 'uvicorn>=0.27.1'
  link     https://github.com/encode/uvicorn/pull/2243
4 TICKET     61x    follows 3: connection already in ERROR when the app sends
5 WATCH      23x  httpx: read timeout

read 412,880 lines, 388 MB
"""
    )


def test_a_burst_is_a_short_line() -> None:
    """When, how many, how much above the rest: the same words in every report for people, none where nothing stands
    out; hours and days only with `--verbose` and in the page."""
    words = "02:41:07 for 38 s: 201 events, 7x the rest"
    for name in ("terminal", "markdown", "html"):
        assert RENDERERS[name](NIGHT, PLAIN).count(words) == 1
    assert "burst" not in render(scanned(event(), event(offset=1)), PLAIN)
    start = at("2026-11-20 00:00:00")
    days = [event(offset=n, time=start + n * n * 3_600_000_000) for n in range(12)]
    rate = "2.4 a day on average, 5 at the peak"
    assert rate not in render(scanned(*days), PLAIN)
    for text in (render(scanned(*days), View(verbose=True)), RENDERERS["html"](scanned(*days), PLAIN)):
        assert rate in text


@pytest.mark.parametrize("width", [20, 40, 60, 72, 80, 120, 200, 500])
@pytest.mark.parametrize("verbose", [False, True])
def test_lines_fit(width: int, verbose: bool) -> None:
    """No line is wider than the view (40 to 200), wide characters counted as two; commands and links,
    which are copied, stay whole."""
    wide = own_bug(
        title="KeyError: " + "日本語テキスト" * 6, message="日本語テキスト" * 80 + "\nzweite Zeile", offset=1
    )
    for found in (NIGHT, scanned(wide, event(title="word " * 60, fingerprint="1" * 16))):
        for line in render(found, View(width=width, verbose=verbose)).splitlines():
            if not line.strip().startswith(COMMANDS):
                assert cell_len(line) <= min(max(width, 40), 200)


@pytest.mark.parametrize("verbose", [False, True])
def test_colour_changes_nothing_but_colour(verbose: bool) -> None:
    """Without its escape codes the coloured report is the plain one, and the plain one has none."""
    plain = render(NIGHT, View(verbose=verbose))
    coloured = render(NIGHT, View(color=True, links=True, verbose=verbose))
    assert "\x1b" not in plain
    assert "\x1b[1;7;31mPAGE\x1b[0m" in coloured
    assert "\x1b]8;;https://sqlalche.me/e/20/3o7r\x1b\\" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


@pytest.mark.parametrize("color", [False, True])
def test_a_hostile_log_shows_as_text(color: bool) -> None:
    """Whatever text a log holds, no escape code, C1, bidi control or markup of it takes effect."""
    evil = "\x1b]0;owned\x07\x9b31m\u202e[/red][link=javascript:x]\r\x08"
    bug = own_bug(
        title=evil, message=evil * 2, text=evil, exception=evil, source=evil, frames=(Frame(evil, 1, evil, evil),),
        chain=(Link(evil, evil, "cause"),), resource={"service.name": evil, "host.name": evil},
    )  # fmt: skip
    builder = SummaryBuilder()
    builder.bytes = 1
    builder.source(Source(evil, "1", complete=False))
    builder.problem(evil, "cut", evil)
    builder.mark(at("2026-11-22 02:39:51"), evil)
    builder.limits[evil] = builder.lost_upstream[evil] = builder.skipped[evil] = 1
    builder.add(bug)
    found = report_of(builder.done())
    shown = render(found, View(color=color, links=color, verbose=True)) + render_counts(found, View(color=color))
    ours = re.sub(r"\x1b\[[0-9;]+m", "", shown)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", ours)
    assert r"\x1b]0;owned\x07\x9b31m\u202e[/red][link=javascript:x]" in ours


def test_links_are_web_pages() -> None:
    """Only http and https become links; others are not shown at all."""
    style = Style(color=False, links=True)
    assert style.write([Span("x", "", "javascript:alert(1)")]) == "x"
    assert style.write([Span("x", "", "https://a\x1b\\b/c d")]) == "\x1b]8;;https://a\\b/cd\x1b\\x\x1b]8;;\x1b\\"
    bad = Remediation(summary="s", links=(Reference("file:///etc/passwd", "docs"),))
    assert "passwd" not in render(report_with(bad, "python"), View(verbose=True))


def report_with(remedy: Remediation, language: str) -> Report:
    """A report of one event whose signature has this remediation."""
    builder = SummaryBuilder()
    builder.add(event(signature="x.y", language=language))
    return report(builder.done(), RULES, OPTIONS, {"x.y": Sig("t", "error", "ticket", remedy)})


def test_a_clean_log() -> None:
    """One clear line, and what was looked for."""
    assert render(scanned(), PLAIN).splitlines() == [
        "app.log, 22 Nov 02:00 to 03:00 UTC",
        "nothing wrong found: 12,345 lines, 1.2 MB",
        "looked for tracebacks, records at error or above and 7 signatures",
    ]
    assert render_counts(scanned(), PLAIN) == "nothing wrong found: 12,345 lines, 1.2 MB\n"


@pytest.mark.parametrize(
    ("since", "until", "lines"),
    [
        ("2026-11-22T02:30:00Z", None, ["UTC, only from 22 Nov 2026 02:30:00 UTC", "nothing wrong found:"]),
        ("2026-11-22T03:00:01Z", None, ["only from", "nothing wrong found, but the log has nothing of that time:"]),
        (None, "2026-11-22T01:59:59.5Z", ["UTC, only to 22 Nov", "but the log has nothing of that time:"]),
    ],
)
def test_a_time_that_was_asked_for_is_told(since: str | None, until: str | None, lines: list[str]) -> None:
    """`--since` and `--until` stand in the first line, and a log that has nothing of that time is not called clean."""
    options = msgspec.structs.replace(OPTIONS, since=since, until=until)
    shown = render(msgspec.structs.replace(scanned(), options=options), PLAIN).splitlines()
    assert all(text in line for text, line in zip(lines, shown, strict=False))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"limits": {"prefixed_tracebacks": 2}}, "nothing wrong found in what could be read: 12,345 lines, 1.2 MB"),
        ({"complete": False}, "nothing wrong found in what could be read: 12,345 lines, 1.2 MB"),
        (
            {"lost_upstream": {"null_messages": 3}},
            "nothing wrong found in what could be read: 12,345 lines, 1.2 MB",
        ),
        ({"bytes": 0, "lines": 0}, "nothing was read: the input is empty"),
    ],
)
def test_no_false_comfort(changes: dict[str, Any], line: str) -> None:
    """A cut or lossy input is never called clean without saying so; an empty one is called empty."""
    assert line in render(scanned(**changes), PLAIN).splitlines()


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"untimed": True}, "! no timestamps: counts only"),
        ({"complete": False}, "! incomplete: could not read all of app.log"),
        ({"lost_upstream": {"journald_suppressed": 512}}, "! counts are lower bounds: journald dropped 512 messages (rate limit)"),
        ({"lost_upstream": {"null_messages": 1}}, "! counts are lower bounds: 1 message over 4 KiB came empty: add --all to journalctl"),
        ({"limits": {"regex_timeout": 2}}, "! 2 events on which a pattern ran out of time: the name may be wrong"),
        ({"limits": {"brand_new": 2}}, "! 2 times the limit brand_new was reached"),
    ],
)  # fmt: skip
def test_what_was_lost_is_said(changes: dict[str, Any], warning: str) -> None:
    """Every loss, limit and gap has a line that starts with `!`, in words."""
    time = None if changes.get("untimed") else at("2026-11-22 02:30:00")
    assert warning in render(scanned(event(time=time), **changes), View(width=120)).splitlines()


def test_repeats_that_were_multiplied_are_no_loss() -> None:
    """rsyslog's "repeated N times" is counted in, so nothing is a lower bound."""
    found = scanned(event(), lost_upstream={"rsyslog_repeated": 9})
    assert "!" not in render(found, PLAIN)
    assert not found.incidents[0].lower_bound


def test_an_own_bug_is_legible() -> None:
    """An unknown exception shows its message, cause, place, line of code and how to see it, by default."""
    text = render(scanned(own_bug(message="'coupon'\nand a second line")), PLAIN)
    for part in ("NEW", "KeyError: 'coupon'", "02:41:07", "none in the 41 min before", "no such coupon: 'XMAS'",
                 "shop/cart.py:88 apply_discount (your code)", 'total -= PRICES[order["coupon"]]',
                 "and a second line", "sed -n '1,4p' app.log", "logscan explain app.log:1"):  # fmt: skip
        assert part in text
    assert "starlette" not in text
    assert "starlette/routing.py:74 app" in render(scanned(own_bug()), View(verbose=True))


def test_what_has_changed_is_in_every_report_for_people() -> None:
    """Beside a baseline: what it knows is not called NEW, how long both logs were stands with the counts, and what is
    gone is told of a clean log too."""
    old = scanned(event(), event(offset=1), event(offset=2, fingerprint="1" * 16, title="was there"))
    now = compare(scanned(event(), event(offset=1, fingerprint="2" * 16, title="came")), old, "old.json")
    for name in ("terminal", "markdown", "html"):
        shown = re.sub(r"</?\w[^>]*>", "", RENDERERS[name](now, PLAIN))
        assert "compared with old.json of 22 Nov 2026 (60 min then, 60 min now):" in shown, name
        for row in ("fewer  2 to 1 (0.5x)", "gone   1 to 0  was there", "new    1x  came"):
            assert row in shown, name
    assert re.search(r"NEW +1x  came.*TICKET +1x  it broke", render(now, PLAIN), re.S)
    assert RENDERERS["csv"](now, PLAIN).splitlines()[1].endswith(",new,0")
    clean = compare(scanned(), old, "old.json")
    assert "nothing wrong found" in render(clean, PLAIN) and "gone   2 to 0  it broke" in render(clean, PLAIN)


def test_whose_an_incident_is() -> None:
    """Of a log of several units, hosts or files each incident says whose it is, in every report for people; of a log
    of one nothing is repeated."""
    units = {"service.name": "shop"}, {"service.name": "mail"}
    some = [event(offset=n, resource=unit, fingerprint=f"{n:016x}") for n, unit in enumerate(units)]
    both = scanned(*some, msgspec.structs.replace(some[0], resource=units[1], offset=9))
    assert "  unit     mail (1), shop (1)\n" in render(both, PLAIN) and "  unit     mail\n" in render(both, PLAIN)
    assert "- unit: `mail`" in RENDERERS["markdown"](both, PLAIN)
    assert re.search(r"<dt>unit</dt><dd>\s*<span class=\"mono\">mail</span> \(1\)", RENDERERS["html"](both, PLAIN))
    assert "  unit " not in render(scanned(some[0]), PLAIN)


def test_what_was_skipped_is_told_together() -> None:
    """Reasons that differ in a file's ending alone are one, largest first, so that the line is not cut."""
    kinds = {f"not a log by its name (.{kind})": 1000 * n for n, kind in enumerate(("c", "go", "md", "py", "js"), 1)}
    text = " ".join(render(scanned(event(), skipped={**kinds, "binary data": 12}), PLAIN).split())
    assert "skipped 12 B binary data, 15 kB not a log by its name (.js, .py, .md and 2 more)" in text


def test_the_end_of_an_old_log_is_not_now() -> None:
    """A rate of the log's last minutes is that of now only where the log has just ended."""
    for now, word in (("2026-11-22T03:10:00Z", "now"), ("2026-11-23T03:10:00Z", "at the end"), (None, "now")):
        assert f"peak 237/min, {word} 28/min" in render(NIGHT, View(now=now))


def test_another_zone_is_told() -> None:
    """Where the log's own times are not those of the report, the report says so."""
    berlin = msgspec.structs.replace(OPTIONS, tz="Europe/Berlin")
    builder = SummaryBuilder()
    builder.add(event())
    text = " ".join(render(report(builder.done(), RULES, berlin, {}), PLAIN).split())
    assert "times without a zone were read as Europe/Berlin, all are shown in UTC" in text
    assert "zone" not in render(NIGHT, PLAIN)


def test_moments_have_their_day_where_the_log_has_several() -> None:
    """A restart of the day before yesterday is no restart of tonight; what stands alone (an annotation, a test report)
    says its day and zone, and what it follows."""
    builder = SummaryBuilder()
    builder.mark(at("2026-11-20 02:39:51"), "restart")
    for n, time in enumerate(("2026-11-20 02:00:00", "2026-11-22 02:40:00")):
        builder.add(event(time=at(time), offset=n, source="app.log"))
    long = report_of(builder.done())
    assert "restarted 20 Nov 02:39:51" in render(long, PLAIN)
    assert "restart 20 Nov 02:39:51" in re.sub(r"</?\w[^>]*>", "", RENDERERS["html"](long, PLAIN))
    for name in ("github", "junit", "sarif", "markdown"):
        shown = RENDERERS[name](NIGHT, PLAIN)
        assert "21 Nov 2026 23:30:00 UTC; none in the 26 min before" in shown, name
        told = "follows 3" if name == "markdown" else "follows: uvicorn: keep-alive timer fires"
        assert told in shown and "QueuePool limit of size 5 overflow 10 reached" in shown, name


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("02:00:24", "02:00:33", "02:00:24, 24 s after the log begins"),
        ("02:00:00", "02:00:33", "02:00:00, when the log begins"),
        ("02:00:50", "03:00:00", "02:00:50, when the log begins"),
        ("02:02:00", "03:00:00", "02:02:00; none in the 2 min before"),
    ],
)
def test_when_the_log_begins(first: str, last: str, says: str) -> None:
    """An incident begins with the log only where nothing to speak of came before it, in a short log too."""
    builder = SummaryBuilder()
    builder.source(Source("app.log", "1", "plain", 1, 1, 2, at("2026-11-22 02:00:00"), at(f"2026-11-22 {last}")))
    for n in range(2):
        builder.add(event(time=at(f"2026-11-22 {first}"), offset=n))
    shown = " ".join(render(report_of(builder.done()), PLAIN).split())
    assert f"began {says}; last 02:0" in shown and ("none in the 59 min since" in shown) == ("02:00:50" in says)


def test_what_was_not_asked_for_is_not_said_to_be_quiet() -> None:
    """With --since the events before it are left out: an incident is not said to begin there, nor that there was none
    before; charts and rates are of the time that was asked for."""
    builder = SummaryBuilder()
    builder.source(Source("app.log", "1", "plain", 1, 1, 3, at("2026-11-20 00:00:00"), at("2026-11-22 03:00:00")))
    for n, time in enumerate(("02:00:01", "02:30:00", "02:59:00")):
        builder.add(event(time=at(f"2026-11-22 {time}"), offset=n, source="my app.log"))
    asked = msgspec.structs.replace(OPTIONS, since="2026-11-22T02:00:00Z")
    found = report(builder.done(), RULES, asked, {})
    text = render(found, PLAIN)
    assert "02:00:01, 1 s after --since: it may be older; last 02:59:00\n  65 min   █" in text
    assert found.bucket_seconds == 300 and found.incidents[0].rate.per_minute_now == 0.2  # type: ignore[union-attr]
    assert "20 Nov" not in re.sub("^.*\n", "", text) and "logscan explain 'my app.log:1'" in text
    late = report(builder.done(), RULES, msgspec.structs.replace(OPTIONS, since="2026-11-22T01:00:00Z"), {})
    assert "began    02:00:01; none in the 60 min before; last" in render(late, PLAIN)


def test_a_known_incident_says_which() -> None:
    """Which module, host or path it is stands in the message, not in a signature's title; how many others there are is
    told, and what has to be done is whole."""
    remedy = Remediation(summary="s", now=Now("look " * 60 + "and end"))
    one = event(signature="s.one", exception="ModuleNotFoundError", message="No module named 'tenacity'")
    builder = SummaryBuilder()
    for n, message in enumerate(("No module named 'tenacity'", "No module named 'tenacity'", "none of that")):
        builder.add(msgspec.structs.replace(one, message=message, offset=n, fingerprint=f"{len(message):016x}"))
    found = report(builder.done(), RULES, OPTIONS, {"s.one": Sig("Python: no module", "error", "ticket", remedy)})
    for width in (60, 80):
        text = render(found, View(width=width))
        assert "  error    ModuleNotFoundError: No module named 'tenacity'\n           and 1 other message\n" in text
        assert text.count("look") == 60 and "and end\n" in text


def test_many_unknown_groups_take_one_line() -> None:
    """Ten unknown groups are shown, the others counted in a line; `verbose` shows all of them."""
    some = [event(offset=n, fingerprint=f"{n:016x}", title=f"broke {n}") for n in range(25)]
    assert "and 15 more unknown groups, 15 events: --verbose shows them" in render(scanned(*some), PLAIN)
    assert render(scanned(*some), PLAIN).count(" NEW ") == 10
    assert render(scanned(*some), View(verbose=True)).count(" NEW ") == 25


def test_a_critical_unknown_pages() -> None:
    """What must wake somebody says PAGE, known or not."""
    assert re.search(r"^1 PAGE +1x  it broke +unknown, fp:", render(scanned(event(action="page")), PLAIN), re.M)


def test_the_upgrade_of_other_languages() -> None:
    """Only Python's fixes are written as a pip command."""
    fix = Remediation(summary="s", fixes=(Fix("upgrade", "log4j", "2.17.1"),))
    assert "fix      upgrade log4j to 2.17.1 or later" in render(report_with(fix, "java"), PLAIN)
    assert "fix      pip install 'log4j>=2.17.1'" in render(report_with(fix, "python"), PLAIN)


def test_json_is_the_report() -> None:
    """`--format json` reads back as the same value, whatever the view."""
    assert loads(RENDERERS["json"](NIGHT, PLAIN).encode()) == NIGHT
    top = json.loads(RENDERERS["json"](NIGHT, PLAIN))
    assert list(top)[:14] == [
        "schema", "version", "complete", "rules", "options", "input", "span", "bucket_seconds", "events", "matched",
        "unclassified", "incidents", "problems", "marks",
    ]  # fmt: skip
    assert {
        "key", "signature", "fingerprint", "title", "severity", "action", "count", "lower_bound", "first", "last",
        "language", "exception", "message", "also", "follow_on", "variants", "sources", "streams", "buckets", "rate",
        "verdict", "remediation", "example", "locate",
    } <= set(top["incidents"][0])  # fmt: skip
    assert top["schema"] == "logscan.report/1"


def test_json_survives_any_text() -> None:
    """Lone surrogates, controls and NUL give valid JSON, in the report and in the stream."""
    odd = "\udcff\x00\x1b\ud83d\u2028"
    one = own_bug(message=odd, title=odd, text=odd, source=odd, facts={odd: odd}, resource={odd: odd})
    found = scanned(one)
    assert loads(RENDERERS["json"](found, PLAIN).encode()).incidents[0].message == "\ufffd\x00\x1b\ufffd\u2028"
    line = STREAMS["jsonl"](RULES, OPTIONS).event(one)
    assert json.loads(line)["text"] == "\ufffd\x00\x1b\ufffd\u2028"
    assert line.count(b"\n") == 1


def test_the_stream() -> None:
    """begin, one line an event with every field of the contract, end with the accounting."""
    writer = STREAMS["jsonl"](RULES, OPTIONS)
    begin, line, end = (json.loads(part) for part in (writer.begin(), writer.event(own_bug()), writer.end(NIGHT)))
    assert (begin["type"], begin["schema"]) == ("begin", "logscan.events/1")
    assert list(line) == [
        "type", "source", "stream", "offset", "length", "first_line", "last_line", "lines", "trace_first_line",
        "trace_last_line", "time", "level", "severity", "language", "exception", "message", "chain", "frames",
        "signature", "also", "fingerprint", "facts", "resource", "incomplete", "truncated", "text",
    ]  # fmt: skip
    assert line["time"] == "2026-11-22T02:41:07Z"
    assert line["chain"] == [{"exception": "ValueError", "message": "no such coupon: 'XMAS'", "link": "context"}]
    assert line["lines"] is None
    assert (end["type"], end["complete"], end["events"], end["matched"]) == ("end", True, 1366, 1349)
    assert end["input"]["lost_upstream"] == {"journald_suppressed": 512}
    assert RENDERERS["jsonl"](NIGHT, PLAIN).encode() == writer.end(NIGHT)


def test_the_stream_is_redacted() -> None:
    """A secret reaches no field of an event's line."""
    secret = "password=hunter22"
    one = own_bug(
        message=secret, text=secret, facts={"dsn": secret}, frames=(Frame("a", 1, "f", secret),),
        chain=(Link("E", secret, "cause"),),
    )  # fmt: skip
    assert b"hunter22" not in STREAMS["jsonl"](RULES, OPTIONS).event(one)


@pytest.mark.parametrize(
    ("text", "width", "most", "lines"),
    [
        ("one two three", 7, 5, ["one two", "three"]),
        ("one two three", 7, 1, ["one tw…"]),
        ("abcdefghij", 4, 5, ["abcd", "efgh", "ij"]),
        ("日本語", 4, 5, ["日本", "語"]),
        ("", 5, 3, []),
    ],
)
def test_wrap(text: str, width: int, most: int, lines: list[str]) -> None:
    """Broken at spaces where there are some, by cells, with an ellipsis where something is missing."""
    assert wrap(text, width, most) == lines


def test_cut() -> None:
    """What fits is left alone; the ellipsis counts."""
    assert (cut("abc", 3), cut("abcd", 3), cut("日本語", 5)) == ("abc", "ab…", "日本…")


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (number(1204), "1,204"), (number(0.42), "0.4"), (number(9.96), "10.0"), (number(12.4), "12"),
        (size(312), "312 B"), (size(1_200_000), "1.2 MB"), (size(388_000_000), "388 MB"), (size(999_600), "1.0 MB"),
        (percent(1, 1000), "<1 %"), (percent(999, 1000), ">99 %"), (percent(1, 1), "100 %"),
        (coarse_duration(14_700), "4 h"), (coarse_duration(300), "5 min"), (coarse_duration(30), "30 s"),
    ],
)  # fmt: skip
def test_figures_in_words(shown: str, text: str) -> None:
    """Thousands separators, units, and never a false 0 % or 100 %."""
    assert shown == text


@pytest.mark.parametrize("name", [name for name in RENDERERS if name not in STREAMS])
def test_a_report_of_nothing(name: str) -> None:
    """What is followed may come later: until then every format has a report without a source."""
    empty = report(Summary(), RULES, OPTIONS, {})
    for view in (View(80), View(60, verbose=True), View(200, color=True)):
        assert RENDERERS[name](empty, view) or name in ("github", "csv")
