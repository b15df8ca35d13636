"""Rules of logscan.summary, logscan.tally, logscan.frames and of the report made of them."""

import functools
import itertools
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import CART, LOG, OPTIONS, RULES, at, event, night, own_bug, report_of

from logscan import summary as summary_module
from logscan import tally as tally_module
from logscan.errors import LogscanError
from logscan.frames import application_frame, location
from logscan.model import Event, Frame, Link
from logscan.report import dumps, loads
from logscan.reportbuild import report, rfc3339
from logscan.summary import Mark, Problem, Source, Summary, SummaryBuilder, total
from logscan.tally import MAX_BUCKETS, MAX_FRAMES, MAX_TEXT, WIDTHS

_names = st.sampled_from(["a", "b", "c", "d", "e", "f"])
_hex = _names.map(lambda name: name * 16)

events = st.builds(
    event,
    source=_names,
    stream=_names,
    offset=st.integers(0, 10**6),
    time=st.none() | st.integers(0, 10**13),
    signature=st.none() | _names,
    also=st.lists(_names, max_size=2, unique=True).map(tuple),
    follows=st.none() | _names,
    fingerprint=_hex,
    coarse=_hex,
    severity=st.sampled_from(["info", "warning", "error", "critical"]),
    action=st.sampled_from(["page", "ticket", "watch", "ignore"]),
    incomplete=st.sampled_from([None, "start", "end"]),
    truncated=st.booleans(),
    message=_names,
    text=_names,
    facts=st.dictionaries(st.just("version.uvicorn"), _names),
    resource=st.dictionaries(st.sampled_from(["service.name", "host.name"]), _names),
)
_counters = st.dictionaries(_names, st.integers(1, 100), max_size=3)
_sources = st.builds(
    Source, _names, st.just("id"), st.none() | _names, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9),
    st.none() | st.integers(0, 9), st.none() | st.integers(0, 9), st.booleans(),
)  # fmt: skip


def summed(some: list[Event]) -> Summary:
    builder = SummaryBuilder()
    for one in some:
        builder.add(one)
    return builder.done()


@st.composite
def summaries(draw: st.DrawFn) -> Summary:
    """A scan of a few events with some accounting."""
    builder = SummaryBuilder()
    for one in draw(st.lists(events, max_size=8)):
        builder.add(one)
    builder.bytes, builder.lines = draw(st.integers(0, 99)), draw(st.integers(0, 99))
    builder.skipped, builder.limits, builder.lost_upstream = draw(st.tuples(_counters, _counters, _counters))
    for part in draw(st.lists(_sources, max_size=2)):
        builder.source(part)
    for name in draw(st.lists(_names, max_size=2)):
        builder.problem(name, "cut", "ends early")
        builder.mark(len(name), name)
    builder.complete = draw(st.booleans())
    return builder.done()


@pytest.fixture
def _tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so small that every one of them is passed."""
    monkeypatch.setattr(summary_module, "MAX_GROUPS", 2)
    monkeypatch.setattr(tally_module, "MAX_VARIANTS", 2)
    monkeypatch.setattr(tally_module, "MAX_NAMES", 2)
    monkeypatch.setattr(tally_module, "MAX_BUCKETS", 3)


# The monkeypatched bounds hold for all examples of a test alike, so one fixture for all of them is right.
_quick = settings(max_examples=60, deadline=None, suppress_health_check=list(settings().suppress_health_check))


def test_sums_do_not_depend_on_order(_tight: None) -> None:
    """`+` is commutative and associative with `Summary()` as its identity, bounds or no bounds."""

    @_quick
    @given(summaries(), summaries(), summaries())
    def check(a: Summary, b: Summary, c: Summary) -> None:
        assert a + b == b + a
        assert (a + b) + c == a + (b + c)
        assert a + Summary() == a == Summary() + a

    check()


def test_a_builder_equals_the_sum_of_single_events(_tight: None) -> None:
    """However events are split up and shuffled, the summary is the same; nothing given to `+` changes."""

    @_quick
    @given(st.lists(events, max_size=14), st.randoms(use_true_random=False), st.integers(1, 5))
    def check(some: list[Event], random: object, size: int) -> None:
        whole = summed(some)
        shuffled = list(some)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        parts = [summed(shuffled[n : n + size]) for n in range(0, len(shuffled), size)]
        before = [total([part]) for part in parts]
        assert functools.reduce(operator.add, [summed([one]) for one in some], Summary()) == whole
        assert total(parts) == whole
        assert parts == before

    check()


def test_totals_are_exact_beyond_the_bounds(_tight: None) -> None:
    """Groups that do not fit are counted in coarse groups and `other`: no event is lost."""
    some = [event(offset=n, fingerprint=f"{n % 7:016x}", coarse=f"{n % 5:016x}") for n in range(70)]
    found = summed(some)
    assert (len(found.unknown), len(found.coarse), found.other is not None) == (2, 2, True)
    assert found.unclassified == 70
    assert report_of(found).input.limits == {"collapsed_groups": found.collapsed}
    assert sum(incident.count for incident in report_of(found).incidents) == 70


def test_buckets_coarsen_with_the_data() -> None:
    """The finest width that keeps at most 2,000 occupied buckets, even for impossible dates."""
    assert all(wide % narrow == 0 for narrow, wide in itertools.pairwise(WIDTHS))
    spread = summed([event(offset=n, time=n * 1_000_000) for n in range(2001)])
    tally = next(iter(spread.unknown.values()))
    assert (tally.buckets.width_s, len(tally.buckets.counts), sum(tally.buckets.counts.values())) == (
        5,
        401,
        2001,
    )
    centuries = summed([event(offset=n, time=n * 10**14) for n in range(2500)])
    assert len(next(iter(centuries.unknown.values())).buckets.counts) <= MAX_BUCKETS


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"incomplete": None, "time": 9}, {"incomplete": "end", "time": 1}),
        ({"truncated": False, "time": 9}, {"truncated": True, "time": 1}),
        ({"time": 9}, {"time": None}),
        ({"time": 1, "offset": 9}, {"time": 2, "offset": 1}),
        ({"source": "a", "offset": 9}, {"source": "b", "offset": 1}),
        ({"offset": 1}, {"offset": 2}),
    ],
)
def test_the_example(better: dict[str, object], worse: dict[str, object]) -> None:
    """Whole before cut, timed before untimed, then the earliest, by source and offset."""
    for pair in ([better, worse], [worse, better]):
        found = summed([event(**changes) for changes in pair])
        example = next(iter(found.unknown.values())).example
        assert example == next(iter(summed([event(**better)]).unknown.values())).example


def test_an_example_is_bounded() -> None:
    """A huge event leaves head and tail of its text, and the first and last of its frames."""
    frames = tuple(Frame("a.py", n) for n in range(1000))
    example = next(iter(summed([event(text="x" * 10**6 + "end", frames=frames)]).unknown.values())).example
    assert len(example.text) < MAX_TEXT + 100
    assert example.text.endswith("end")
    assert len(example.frames) == MAX_FRAMES
    assert (example.frames[0], example.frames[-1]) == (frames[0], frames[-1])


def test_sources_marks_and_problems() -> None:
    """Parts of a source add up; marks and problems are told once."""
    a = Source("app.log", "1", None, 10, 2, 1, 5, 9)
    b = Source("app.log", "1", "plain", 20, 3, 0, None, None, False)
    assert a + b == b + a == Source("app.log", "1", "plain", 30, 5, 1, 5, 9, False)
    one = SummaryBuilder()
    one.problem("x", "cut", "m")
    one.mark(5, "restart")
    twice = one.done() + one.done()
    assert twice.problems == {Problem("x", "cut", "m")}
    assert twice.marks == {Mark(5, "restart")}


@pytest.mark.parametrize(
    ("language", "frames", "chain", "where"),
    [
        ("python", CART, (), "shop/cart.py:88 apply_discount"),
        ("python", CART[::-1], (), "shop/cart.py:88 apply_discount"),
        ("python", CART[:1], (Link("ValueError", "", "cause", CART),), "shop/cart.py:88 apply_discount"),
        ("python", CART[:1], (), None),
        (
            "java",
            (Frame("A.java", 1, "shop.A.top"), Frame("B.java", 2, "shop.B.main")),
            (),
            "A.java:1 shop.A.top",
        ),
    ],
)
def test_the_application_frame(
    language: str, frames: tuple[Frame, ...], chain: tuple[Link, ...], where: str | None
) -> None:
    """The application's frame nearest to the failure, by the order in which the language prints."""
    frame = application_frame(language, frames, chain)
    assert (frame and location(frame)) == where


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (
            Frame("/srv/app/shop/api/v1/orders.py", 2, "get", None, "shop.api.v1.orders"),
            "shop/api/v1/orders.py:2 get",
        ),
        (Frame("/srv/app/main.py", 3, "<module>"), "app/main.py:3 <module>"),
        (Frame("/srv/shop/__init__.py", 3, "f", None, "shop"), "shop/__init__.py:3 f"),
        (Frame("C:\\app\\shop\\cart.py", 3), "shop/cart.py:3"),
        (Frame("<stdin>"), "<stdin>"),
    ],
)
def test_location(frame: Frame, text: str) -> None:
    """A place is named as far as its module goes, else by two parts of its path."""
    assert location(frame) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00Z"),
        (at("2026-11-22 02:41:07"), "2026-11-22T02:41:07Z"),
        (1_500_000, "1970-01-01T00:00:01.500000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (10**20, "9999-12-31T23:59:59Z"),
    ],
)
def test_times_in_reports(time: int | None, text: str | None) -> None:
    """RFC 3339 in UTC, microseconds only where there are some; impossible years are clamped."""
    assert rfc3339(time) == text


def test_a_report_adds_up() -> None:
    """Σ incidents = matched + unclassified = events, and Σ buckets = the incident's count."""
    found = report_of(night().done())
    assert sum(incident.count for incident in found.incidents) == found.events
    assert found.matched + found.unclassified == found.events
    for incident in found.incidents:
        assert sum(count for _, count in incident.buckets) == incident.count
        assert sum(variant.count for variant in incident.variants) == incident.count
        assert incident.lower_bound


def test_the_order_of_incidents() -> None:
    """Page, ticket, watch; unknown before known of the same action; a follow-on below its cause."""
    found = report_of(night().done())
    assert [incident.key for incident in found.incidents] == [
        "sqlalchemy.pool-exhausted",
        "fp:9f3ac1d000000000",
        "uvicorn.h11-keepalive-send-response",
        "uvicorn.h11-state-error",
        "httpx.read-timeout",
    ]
    assert found.incidents[3].follows == "uvicorn.h11-keepalive-send-response"
    assert found.incidents[3].follow_on == {"uvicorn.h11-keepalive-send-response": 61}


def test_an_urgent_follow_on_lifts_its_cause() -> None:
    """What pages is never hidden below tickets because it follows one of them: its cause ranks as it does."""
    rows = (
        ("t", "ticket", None, 9),
        ("cause", "watch", None, 1),
        ("next", "ticket", "cause", 1),
        ("x", "page", "next", 1),
    )
    some = [
        event(offset=n, signature=name, action=action, follows=follows, fingerprint=f"{n:016x}")
        for n, (name, action, follows, count) in enumerate(rows)
        for _ in range(count)
    ]
    assert [one.key for one in report_of(summed(some)).incidents] == ["cause", "next", "x", "t"]


def test_incidents_that_follow_each_other_are_all_shown() -> None:
    """A circle of follow-ons loses nobody."""
    some = [event(offset=n, signature="ab"[n % 2], follows="ba"[n % 2]) for n in range(10)]
    assert {incident.key for incident in report_of(summed(some)).incidents} == {"a", "b"}


def test_one_unknown_group_for_one_fingerprint() -> None:
    """Events of one fingerprint are one incident, also where their coarse names differ."""
    found = report_of(summed([event(offset=n, coarse=f"{n:016x}") for n in range(3)]))
    assert [(incident.key, incident.count) for incident in found.incidents] == [("fp:9f3ac1d000000000", 3)]


@pytest.mark.parametrize(
    ("changes", "transport", "locate"),
    [
        ({}, "plain", "sed -n '1,4p' app.log"),
        ({"source": "my logs/a b.log"}, "plain", "sed -n '1,4p' 'my logs/a b.log'"),
        ({"source": "-x.log"}, "plain", "sed -n '1,4p' ./-x.log"),
        ({"source": "a.log.gz"}, "plain", "gzip -dc a.log.gz | sed -n '1,4p'"),
        ({"source": "s3://b/a.log"}, "plain", None),
        ({"source": "-"}, "plain", None),
        (
            {"source": "-", "resource": {"service.name": "shop.service"}, "time": 5_000_000},
            "journald-json",
            "journalctl -u shop.service -S @5 -U @6",
        ),
        (
            {"source": "-", "resource": {"service.name": "sshd"}, "time": 0},
            "journald",
            "journalctl -t sshd -S @0 -U @1",
        ),
        ({"source": "-", "resource": {"service.name": "sshd"}, "time": None}, "journald", None),
    ],
)
def test_locate(changes: dict[str, object], transport: str, locate: str | None) -> None:
    """A command for what a shell can reach, quoted; null for the rest."""
    builder = SummaryBuilder()
    builder.add(event(**changes))
    builder.source(Source(str(changes.get("source", "app.log")), "1", transport))
    assert report_of(builder.done()).incidents[0].locate == locate


def test_reports_are_redacted() -> None:
    """A secret reaches no field of the report, unless redaction is switched off."""
    secret = "hunter" + "22"
    bug = own_bug(
        message=f"password={secret}",
        title=f"KeyError: password={secret}",
        text=f"password={secret}",
        frames=(Frame("a.py", 1, "f", f'connect(password="{secret}")'),),
        chain=(Link("ValueError", f"password={secret}", "cause"),),
    )
    builder = SummaryBuilder()
    builder.add(bug)
    builder.problem("app.log", "cut", f"password={secret}")
    assert secret.encode() not in dumps(report_of(builder.done()))
    assert secret.encode() in dumps(report_of(builder.done(), redact=str))


def test_a_report_reads_back() -> None:
    """JSON and back is the same value; fields of a later version are skipped."""
    found = report_of(night().done())
    assert loads(dumps(found)) == found
    assert loads(dumps(found).replace(b'{"schema"', b'{"later": [1], "schema"', 1)) == found


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"schema": "logscan.report/2"}', b'{"schema": "logscan.report/1"}', b"\xff"]
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    """Anything but `logscan.report/1` gives an error that names the file."""
    with pytest.raises(LogscanError, match=r"^old\.json: "):
        loads(data, "old.json")


def test_no_time_no_rates() -> None:
    """Without timestamps there are counts only, and no example is lost."""
    found = report(summed([event(time=None)]), RULES, OPTIONS, {})
    assert (found.span.first, found.bucket_seconds, found.input.untimed) == (None, None, 1)
    assert found.incidents[0].rate is None
    assert found.incidents[0].buckets == ()


def test_the_log_gives_the_span() -> None:
    """The span is the log's, not only that of its events: quiet before the first event counts."""
    found = report_of(night().done())
    assert found.span.first == rfc3339(LOG.first)
    bug = found.incidents[1]
    assert bug.rate is not None
    assert bug.rate.onset is not None
    assert (bug.rate.onset.after, bug.rate.onset.after_seconds, bug.rate.onset.quiet_seconds) == (
        "restart",
        7,
        12_948,
    )
