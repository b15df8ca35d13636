"""The text of a line: what a program wrote, without what a terminal, a file or a writer put around it.

A line is of bounded length here, head and tail; without carriage return, byte order mark, holes, colours; and of a
progress bar what was printed over it.
"""

from itertools import islice
from typing import Final

from logscan.formats import Formats
from logscan.lazyre import lazy
from logscan.prefilter import Prefilter

LINE_HEAD: Final = 48 * 1024
LINE_TAIL: Final = 16 * 1024
CUT: Final = b" [...] "
_SGR = lazy(rb"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_BAR = lazy(rb"\d ?%|\d/\d|\[[=#>. -]{3,}\]")
"""What a progress bar holds: a share, a count, or the bar itself."""
_BAR_END = lazy(rb"\]|[\d ]%|/s|s/it|(?<=:)\d\d(?!:)")
"""Where it ends: tqdm's in a bracket, others with the share, the speed, the time that is left."""
_ALONE = lazy(rb"(?:[^|]{0,80}:)? *\d{1,3}%\|[^|]*\| [^ |]+ \[[^\]]*\] *$")
"""tqdm's (https://github.com/tqdm/tqdm/blob/master/tqdm/std.py, `format_meter`): nothing besides is on the line."""
_ENDS: Final = 32
"""Ends of one bar that are tried."""


def clean(raw: bytes) -> bytes:
    """A physical line without what is no text in it: a carriage return, a byte order mark, holes."""
    text = raw[:-1] if raw[-1:] == b"\r" else raw
    if text[:3] == b"\xef\xbb\xbf":  # also in the middle, where files were joined
        text = text[3:]
    return text.strip(b"\0") if text.find(b"\0") >= 0 else text


def plain(text: bytes, formats: Formats, anchors: Prefilter) -> bytes:
    """A cleaned line of bounded length, without colours and other terminal sequences, and without the progress bar that
    was overwritten."""
    text = shortened(text)
    if text.find(b"\x1b") >= 0:
        text = _SGR.sub(b"", text)
    return _overwritten(text.rstrip(b"\r"), formats, anchors) if text.find(b"\r") >= 0 else text


def _overwritten(text: bytes, formats: Formats, anchors: Prefilter) -> bytes:
    """A line with carriage returns in it: what follows a progress bar. Where nothing before a return is a bar, they are
    part of the text."""
    parts = text.split(b"\r")
    parts[-1] = _behind(parts[-1], formats)
    for at in (len(parts) - 1, *range(1, len(parts) - 1)):
        if formats.match(parts[at]) is not None or anchors.found(parts[at]):
            return b"\r".join(parts[at:])
    if not all(not part.strip() or _BAR.search(part) for part in parts[:-1]):
        return text
    return b"" if _ALONE.match(parts[-1]) else parts[-1]


def _behind(part: bytes, formats: Formats) -> bytes:
    """A record that was written behind a bar that is still open, without the bar."""
    bar = _BAR.search(part)
    if bar is None or formats.match(part) is not None:
        return part
    for end in islice(_BAR_END.finditer(part, bar.start()), _ENDS):
        rest = part[end.end() :]
        header = formats.match(rest)
        if header is not None and (header.time is not None or (header.level is not None and end[0] == b"]")):
            return rest
    return part


def shortened(line: bytes) -> bytes:
    """Head and tail of a long line: a group of a few such lines would be all that is kept."""
    return line if len(line) <= LINE_HEAD + LINE_TAIL else line[:LINE_HEAD] + CUT + line[-LINE_TAIL:]
