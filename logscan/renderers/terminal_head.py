"""What stands above and below the incidents: what was read, how much was found, what was lost."""

from collections.abc import Mapping

from logscan.renderers.layout import Line, Span, cut, width_of, wrap
from logscan.renderers.words import before, clock, day, day_of_year, moment, number, plural, seconds_between, size
from logscan.report import COUNTED_LOSSES, Report, SourceReport
from logscan.sanitize import clean_line

MAX_PROBLEMS = 5

_LIMITS = {
    "truncated_lines": ("line", "over 64 KiB: only head and tail were kept"),
    "truncated_events": ("event", "over 1 MiB of text: only head and tail were kept"),
    "max_span": ("event", "past 8 MiB: cut there"),
    "stream_evictions": ("stream", "closed early: too many were open"),
    "prefixed_tracebacks": ("traceback", "behind a prefix that logscan does not know: not read"),
    "partial_flushes": ("event", "closed while more of it could still have come"),
    "regex_timeout": ("event", "on which a pattern ran out of time: the name may be wrong"),
    "collapsed_groups": ("event", "of rare unknown groups counted together (too many groups)"),
}
_LOSSES = {
    "journald_suppressed": "journald dropped {n} (rate limit)",
    "null_messages": "{n} over 4 KiB came empty: add --all to journalctl",
}


def subject(report: Report, width: int) -> list[Line]:
    """`shop.service on web01, 21 Nov 23:04 to 22 Nov 03:04 UTC, restarted 02:39:51`."""
    what = _names(report.input.services, "services") or _source_names(report) or "nothing yet"
    hosts = _names(report.input.hosts, "hosts")
    parts = [f"{what} on {hosts}" if hosts else what, *filter(None, [_span(report), _window(report), _marks(report)])]
    first, *more = wrap(clean_line(", ".join(parts)), width, 3)
    bold = Span(first[: len(what)], "strong") if first.startswith(clean_line(what)) else Span("")
    return [[bold, Span(first[len(bold.text) :])], *([Span(text)] for text in more)]


def counts(report: Report, width: int) -> list[Line]:
    """`1,366 events: 1,349 known (4 incidents), 17 unknown (1 group)`, or that nothing was found."""
    if not report.events:
        return _nothing(report, width)
    known = sum(incident.signature is not None for incident in report.incidents)
    groups = len(report.incidents) - known
    line = [Span(f"{plural(report.events, 'event')}: ")]
    if report.matched:
        line.append(Span(f"{number(report.matched)} known ({plural(known, 'incident')})"))
    else:
        line.append(Span("none known"))
    unknown = Span("none unknown")
    if report.unclassified:
        unknown = Span(f"{number(report.unclassified)} unknown ({plural(groups, 'group')})", "new")
    if width_of([*line, Span(", "), unknown]) > width:
        return [[*line, Span(",")], [Span("  "), unknown]]
    return [[*line, Span(", "), unknown]]


def warnings(report: Report, width: int) -> list[Line]:
    """A `!` line for everything that makes the report less than the whole truth."""
    texts: list[str] = []
    if report.events and report.span.first is None:
        texts.append("no timestamps: counts only")
    lost = {name: n for name, n in report.input.lost_upstream.items() if n and name not in COUNTED_LOSSES}
    if lost:
        told = (_LOSSES.get(name, "{name} {n}").format(name=name, n=plural(n, "message")) for name, n in lost.items())
        texts.append(f"counts are lower bounds: {'; '.join(told)}")
    for name, n in report.input.limits.items():
        if n:
            noun, what = _LIMITS.get(name, ("time", f"the limit {name} was reached"))
            texts.append(f"{plural(n, noun)} {what}")
    cut_off = [source.name for source in report.input.sources if not source.complete]
    if cut_off:
        more = f" and {len(cut_off) - 3} more" if len(cut_off) > 3 else ""
        texts.append(f"incomplete: could not read all of {', '.join(cut_off[:3])}{more}")
    elif not report.complete:
        texts.append("incomplete: this is not the whole input")
    foreign = [source for source in report.input.sources if source.foreign]
    unseen = {
        "levels were not seen": [source.name for source in foreign if not source.events],
        "more may have happened than was found": [source.name for source in foreign if _mostly_unread(report, source)],
    }
    for what, names in unseen.items():
        if names:
            which = ", ".join(names) if len(names) <= 3 else f"{names[0]} and {number(len(names) - 1)} more"
            texts.append(f"lines in no known format, so {what}: {which}")
    texts += [f"{problem.source}: {problem.message}" for problem in report.problems[:MAX_PROBLEMS]]
    if len(report.problems) > MAX_PROBLEMS:
        texts.append(f"and {number(len(report.problems) - MAX_PROBLEMS)} more problems: see --format json")
    lines: list[Line] = []
    for text in texts:
        for n, part in enumerate(wrap(clean_line(text), width - 2, 3)):
            lines.append([Span("  " if n else "! ", "alert"), Span(part, "warn")])
    return lines


def _mostly_unread(report: Report, source: SourceReport) -> bool:
    """Whether events were found in a source and most of its lines are in none of them, as far as the examples tell. The
    last words of a program and nothing else were read whole."""
    told = sum(
        incident.sources.get(source.name, 0) * (incident.example.text.count("\n") + 1) for incident in report.incidents
    )
    return source.events > 0 and 2 * told < source.lines


def footer(report: Report, width: int) -> list[Line]:
    """`read 412,880 lines, 388 MB in 3 files; skipped 1.2 MB (binary)`."""
    text = f"read {_amount(report)}"
    if report.input.untimed and report.span.first is not None:
        text += f"; {plural(report.input.untimed, 'event')} without a time"
    if report.span.first is not None and report.options.tz != "UTC":
        text += f"; times without a zone were read as {report.options.tz}, all are shown in UTC"
    skipped = _skipped(report.input.skipped)
    if skipped:
        text += f"; skipped {', '.join(skipped)}"
    return [[Span(part, "dim")] for part in wrap(clean_line(text), width, 3)]


def _skipped(reasons: Mapping[str, int]) -> list[str]:
    """`1.2 MB binary`, `140 kB not a log by its name (.c, .go, .md and 3 more)`: reasons that differ in what stands in
    brackets alone are told together."""
    sizes: dict[str, list[tuple[str, int]]] = {}
    for reason, n in reasons.items():
        what, _, which = reason.replace("_", " ").partition(" (")
        if n:
            sizes.setdefault(what, []).append((which.removesuffix(")"), n))
    told = []
    for what, some in sizes.items():
        names = [which for which, _ in sorted(some, key=lambda one: -one[1]) if which]
        more = f" and {number(len(names) - 3)} more" if len(names) > 3 else ""
        which = f" ({', '.join(names[:3])}{more})" if names else ""
        told.append(f"{size(sum(n for _, n in some))} {what}{which}")
    return told


def _nothing(report: Report, width: int) -> list[Line]:
    if not report.input.bytes:
        return [[Span("nothing was read: the input is empty", "warn")]]
    bounded = (
        not report.complete
        or any(n for name, n in report.input.lost_upstream.items() if name not in COUNTED_LOSSES)
        or bool(report.input.limits.get("prefixed_tracebacks"))
        or any(source.foreign for source in report.input.sources)
    )
    found = "nothing wrong found in what could be read" if bounded else "nothing wrong found"
    if _elsewhen(report):
        found, bounded = "nothing wrong found, but the log has nothing of that time", True
    looked = (
        f"looked for tracebacks, records at {report.options.level} or above"
        f" and {plural(report.rules.count, 'signature')}"
    )
    return [
        [Span(found, "warn" if bounded else "good"), Span(f": {_amount(report)}")],
        *([Span(part, "dim")] for part in wrap(clean_line(looked), width, 2)),
    ]


def _amount(report: Report) -> str:
    sources = len(report.input.sources)
    where = f" in {plural(sources, 'source')}" if sources > 1 else ""
    return f"{plural(report.input.lines, 'line')}, {size(report.input.bytes)}{where}"


def _names(counts: Mapping[str, int], word: str) -> str:
    return ", ".join(counts) if len(counts) <= 2 else f"{number(len(counts))} {word}"


def _source_names(report: Report) -> str:
    names = list(dict.fromkeys(source.name for source in report.input.sources))
    if not names:
        return "no input"
    if len(names) > 2:
        return f"{number(len(names))} sources"
    return ", ".join("standard input" if name == "-" else cut(clean_line(name), 60) for name in names)


def _span(report: Report) -> str:
    first, last = report.span.first, report.span.last
    if first is None or last is None:
        return ""
    reference = report.options.reference_time
    same_year = first[:4] == last[:4] == (reference or "")[:4]
    date = day if same_year else day_of_year
    if first[:10] == last[:10]:
        digits = 8 if seconds_between(first, last) < 600 else 5
        return f"{date(first)} {clock(first)[:digits]} to {clock(last)[:digits]} UTC"
    return f"{date(first)} {clock(first)[:5]} to {date(last)} {clock(last)[:5]} UTC"


def _window(report: Report) -> str:
    """`only from 22 Nov 2026 03:00:00 to 22 Nov 2026 04:00:00 UTC`, where a time was asked for."""
    asked = (("from", report.options.since), ("to", report.options.until))
    told = [f"{word} {day_of_year(time)} {clock(time)}" for word, time in asked if time]
    return f"only {' '.join(told)} UTC" if told else ""


def _elsewhen(report: Report) -> bool:
    """Whether all times that are known of the log are outside of the time that was asked for."""
    (first, last), (since, until) = (report.span.first, report.span.last), (report.options.since, report.options.until)
    if first is None or last is None:
        return False
    return bool((since and before(last, since)) or (until and before(until, first)))


def _marks(report: Report) -> str:
    if not report.marks:
        return ""
    latest, times = report.marks[-1], len(report.marks)
    first, last = report.span.first, report.span.last
    at = moment(latest.time, seconds_between(first, last) if first and last else 0)
    if latest.label != "restart":
        return f"{latest.label} {at}"
    return f"restarted {at}" if times == 1 else f"restarted {times} times, last {at}"
