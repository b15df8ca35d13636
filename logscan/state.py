"""A summary inside a saved report: what merging reports needs, exactly, and no more of the log than the report shows.

A report rounds (buckets as wide as the chart) and leaves out (ranks of examples, coarse groups), so that two of them
cannot be added up. `pack` puts the whole summary beside it, redacted as the report is, as JSON, compressed, in Base64:
a tenth of its size, and one string that scripts can ignore. Versioned by its own `schema`.
"""

import binascii
import zlib
from collections.abc import Callable, Iterator

import msgspec

from logscan.errors import LogscanError
from logscan.fingerprint import shortened
from logscan.model import Frame, Link
from logscan.redact import redact
from logscan.report import State, encode
from logscan.reportbuild import rfc3339
from logscan.summary import Mark, Problem, Source, Summary
from logscan.tally import Counts, Example, Rank, Tally, Variant

SCHEMA = "logscan.state/1"
MAX_BYTES = 1 << 30
"""What a state may unpack to; a bomb is refused."""

Hide = Callable[[str], str]
_TOLD = ("file", "function", "code", "module")


def pack(summary: Summary, hide: Hide = redact) -> State:
    """The summary for a report; `hide` is applied to all text of the log."""
    # sorted, so that equal summaries give equal bytes
    raw = encode(msgspec.to_builtins(redacted(summary, hide), str_keys=True, order="sorted"))
    return State(SCHEMA, binascii.b2a_base64(zlib.compress(raw), newline=False).decode())


def unpack(state: State | None, name: str) -> Summary:
    """The summary of a report. `name` is how the error calls it.

    Raises LogscanError where it is missing, damaged or of another version.
    """
    if state is None:
        raise LogscanError(f"{name}: holds nothing to add up; save it with `logscan scan … --format json`")
    if state.schema != SCHEMA:
        raise LogscanError(f"{name}: state is {state.schema!r}, expected {SCHEMA!r}: save it with this version")
    try:
        engine = zlib.decompressobj()
        raw = engine.decompress(binascii.a2b_base64(state.data, strict_mode=True), MAX_BYTES)
        if not engine.eof:
            raise LogscanError(f"{name}: damaged state: cut, or over {MAX_BYTES >> 20} MiB")
        return msgspec.json.decode(raw, type=Summary)
    except (binascii.Error, zlib.error, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LogscanError(f"{name}: damaged state: {error}") from error


def examples(summary: Summary) -> Iterator[bytes]:
    """The example of every group as a line of our own event stream, which the scanner reads."""
    for tally in [*summary.known.values(), *summary.unknown.values(), *summary.coarse.values()]:
        one = tally.example
        line = {
            "type": "event",
            "source": one.source,
            "stream": one.stream,
            "time": rfc3339(one.time),
            "level": None if one.language is not None else tally.severity,
            "facts": {},
            "resource": one.resource,
            "text": one.text,
        }
        yield encode(line) + b"\n"


def redacted(summary: Summary, hide: Hide) -> Summary:
    """The same with all text of the log redacted: names in counts too, which add up where they become one."""

    def groups(tallies: dict[str, Tally]) -> dict[str, Tally]:
        return {key: _tally(tally, hide) for key, tally in tallies.items()}

    sources: dict[str, Source] = {}
    for key, one in summary.sources.items():
        name, told = hide(key), msgspec.structs.replace(one, name=hide(one.name), id=hide(one.id))
        sources[name] = sources[name] + told if name in sources else told
    return msgspec.structs.replace(
        summary,
        known=groups(summary.known),
        unknown=groups(summary.unknown),
        coarse=groups(summary.coarse),
        other=None if summary.other is None else _tally(summary.other, hide),
        services=_counts(summary.services, hide),
        hosts=_counts(summary.hosts, hide),
        sources=sources,
        problems=frozenset(Problem(hide(one.source), one.kind, hide(one.message)) for one in summary.problems),
        marks=frozenset(Mark(one.time, hide(one.label)) for one in summary.marks),
    )


def _tally(tally: Tally, hide: Hide) -> Tally:
    return msgspec.structs.replace(
        tally,
        example=_example(tally.example, hide),
        sources=_counts(tally.sources, hide),
        streams=_counts(tally.streams, hide),
        versions=_counts(tally.versions, hide),
        services=_counts(tally.services, hide),
        hosts=_counts(tally.hosts, hide),
        variants={
            name: Variant(one.count, _rank(one.rank, hide), _text(one.message, hide), _text(one.where, hide))
            for name, one in tally.variants.items()
        },
    )


def _example(example: Example, hide: Hide) -> Example:
    return msgspec.structs.replace(
        example,
        rank=_rank(example.rank, hide),
        source=hide(example.source),
        stream=hide(example.stream),
        title=shortened(hide(example.title)),
        exception=_text(example.exception, hide),
        message=_text(example.message, hide),
        chain=tuple(
            Link(hide(one.exception), _text(one.message, hide), one.link, _frames(one.frames, hide))
            for one in example.chain
        ),
        frames=_frames(example.frames, hide),
        app_frame=example.app_frame and _frames((example.app_frame,), hide)[0],
        resource={name: hide(value) for name, value in example.resource.items()},
        text=hide(example.text),
    )


def _frames(frames: tuple[Frame, ...], hide: Hide) -> tuple[Frame, ...]:
    return tuple(
        msgspec.structs.replace(one, **{name: hide(value) for name in _TOLD if (value := getattr(one, name))})
        for one in frames
    )


def _counts(counts: Counts, hide: Hide) -> Counts:
    by_name: dict[str, int] = {}
    for name, count in counts.by_name.items():
        shown = hide(name)
        by_name[shown] = by_name.get(shown, 0) + count
    return Counts(by_name, counts.other)


def _rank(rank: Rank, hide: Hide) -> Rank:
    *when, source, offset, stream, fingerprint, text = rank
    return (*when, hide(source), offset, hide(stream), fingerprint, hide(text))  # type: ignore[return-value]


def _text(text: str | None, hide: Hide) -> str | None:
    return None if text is None else hide(text)
