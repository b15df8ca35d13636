"""A summary inside a saved report: what merging reports needs, exactly, and no more of the log than the report shows.

A report rounds (buckets as wide as the chart) and leaves out (ranks of examples, coarse groups), so that two of them
cannot be added up. `pack` puts the whole summary beside it, redacted as the report is, as JSON, compressed, in Base64:
a tenth of its size, and one string that scripts can ignore. Versioned by its own `schema`.
"""

import base64
import binascii
import zlib
from collections.abc import Callable, Iterator

import msgspec

from logscan.errors import LogscanError
from logscan.model import Frame, Link
from logscan.redact import redact
from logscan.report import State, encode
from logscan.reportbuild import rfc3339
from logscan.summary import Problem, Summary
from logscan.tally import Example, Rank, Tally, Variant

SCHEMA = "logscan.state/1"
MAX_BYTES = 1 << 30
"""What a state may unpack to; a bomb is refused."""

Hide = Callable[[str], str]


def pack(summary: Summary, hide: Hide = redact) -> State:
    """The summary for a report; `hide` is applied to all text of the log."""
    raw = encode(redacted(summary, hide))
    return State(SCHEMA, base64.b64encode(zlib.compress(raw)).decode())


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
        raw = engine.decompress(base64.b64decode(state.data, validate=True), MAX_BYTES)
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
    """The same with all text of the log redacted."""

    def groups(tallies: dict[str, Tally]) -> dict[str, Tally]:
        return {key: _tally(tally, hide) for key, tally in tallies.items()}

    return msgspec.structs.replace(
        summary,
        known=groups(summary.known),
        unknown=groups(summary.unknown),
        coarse=groups(summary.coarse),
        other=None if summary.other is None else _tally(summary.other, hide),
        problems=frozenset(Problem(one.source, one.kind, hide(one.message)) for one in summary.problems),
    )


def _tally(tally: Tally, hide: Hide) -> Tally:
    return msgspec.structs.replace(
        tally,
        example=_example(tally.example, hide),
        variants={
            name: Variant(one.count, _rank(one.rank, hide), one.message and hide(one.message), one.where)
            for name, one in tally.variants.items()
        },
    )


def _example(example: Example, hide: Hide) -> Example:
    return msgspec.structs.replace(
        example,
        rank=_rank(example.rank, hide),
        title=hide(example.title),
        message=example.message and hide(example.message),
        chain=tuple(
            Link(one.exception, one.message and hide(one.message), one.link, _frames(one.frames, hide))
            for one in example.chain
        ),
        frames=_frames(example.frames, hide),
        app_frame=example.app_frame and _frames((example.app_frame,), hide)[0],
        text=hide(example.text),
    )


def _frames(frames: tuple[Frame, ...], hide: Hide) -> tuple[Frame, ...]:
    return tuple(msgspec.structs.replace(one, code=hide(one.code)) if one.code else one for one in frames)


def _rank(rank: Rank, hide: Hide) -> Rank:
    return (*rank[:-1], hide(rank[-1]))
