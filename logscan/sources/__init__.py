"""Where bytes come from: standard input, files, folders and archives, to blocks of text.

`find` names what there is to scan, `Reader` opens one of them and gives the logs in it. A concern a file:

    model.py        what a source, an omission and a failure are
    finding.py      paths to sources; rotation.py: the order of a rotated log's files
    reading.py      a source to its logs, a log to blocks of text
    compression.py  gzip, bzip2, xz, zstd, lz4; ahead.py: the thread that unpacks beside the scan
    tar.py, zip.py  archives as streams of members; feed.py: bytes that can be looked into
"""

from logscan.sources.finding import find, stdin
from logscan.sources.model import BLOCK, HEAD, SHRUNK, Cut, Skip, Source, Unreadable, why
from logscan.sources.reading import Reader, Stream, binary

__all__ = [
    "BLOCK",
    "HEAD",
    "SHRUNK",
    "Cut",
    "Reader",
    "Skip",
    "Source",
    "Stream",
    "Unreadable",
    "binary",
    "find",
    "stdin",
    "why",
]
