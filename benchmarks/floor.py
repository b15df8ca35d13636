"""What no scan of a log can fall below: to start, to read the log, to search it, to count its lines.

    python benchmarks/floor.py --size 256M --rounds 5

The search is logscan's own, compiled before: hyperscan, and the literals of formats, grammars, transports, bundled
signatures and the 500. The program beside it imports nothing else, looks at no line and reports nothing. Its CPU time
and logscan's against `rg -c -f` with the 500, the three in turn.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import hyperscan
import peers
from measure import Command, interleave
from run import MUST, Place

from logscan.prefilter import Late, distinct, eased
from logscan.registry import Settings, named, prefilter_for
from logscan.signature import load

KINDS = ("a01", "a1", "c1", "journal-json")
TRANSPORTS = {"c1": "journal-short", "journal-json": "journal-json"}
BLOCK = 256 * 1024
FLOOR = "start, read, search, count lines"
SEARCH = f"""
import sys, hyperscan
from stringzilla import count
with open(sys.argv[1], "rb") as saved:
    database = hyperscan.loadb(saved.read(), mode=hyperscan.HS_MODE_BLOCK)
database.scratch = hyperscan.Scratch(database)
hits, lines, block = [], 0, bytearray({BLOCK})
view, note = memoryview(block), lambda ident, begin, stop, flags, context: hits.append(stop)
with open(sys.argv[2], "rb", buffering=0) as log:
    while size := log.readinto(block):
        part = view[:size]
        database.scan(part, match_event_handler=note)
        lines += count(part, b"\\n")
print(lines, len(hits))
"""


def database(pack: Path, transport: str) -> tuple[bytes, int]:
    """The compiled search of a scan with bundled signatures and the pack, and how many texts it looks for."""
    found = prefilter_for(load([str(pack)], bundled=True), Settings(), named(transport))
    assert isinstance(found, Late)
    wanted = distinct(eased(distinct(each for each in found.literals if len(each) > 1)))
    compiled = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    size = len(wanted)
    compiled.compile(expressions=wanted, ids=list(range(size)), elements=size, flags=[0] * size, literal=True)
    return hyperscan.dumpb(compiled), size


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="256M", help="of each log")
    parser.add_argument("--logs", default=",".join(KINDS), help="kinds, with commas between them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, default=Path("build/benchmarks"), help="where logs and tools are kept")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    place = Place(given.work.resolve(), given.size, given.rounds, 1)
    pack = place.pack
    print("| log | literals | the floor | logscan | must hold |\n|---|---|---|---|---|")
    with TemporaryDirectory() as folder:
        for kind in given.logs.split(","):
            saved, log = Path(folder) / kind, place.log(kind, given.size, 1)
            compiled, size = database(pack, TRANSPORTS.get(kind, "plain"))
            saved.write_bytes(compiled)
            floor = Command(FLOOR, (sys.executable, "-c", SEARCH, str(saved), str(log)))
            scan = peers.logscan([log], pack)
            rivals = [each for each in peers.searchers(log, place.tools) if each.name == peers.BASE]
            series, skipped = interleave([floor, scan, *rivals], given.rounds)
            if skipped:
                raise SystemExit(str(skipped))
            least, mine = (series[name].ratio(series[peers.BASE], "cpu") for name in (FLOOR, scan.name))
            print(f"| {kind} | {size} | {least:.2f} | {mine:.2f} | {MUST.get(kind, '')} |", flush=True)


if __name__ == "__main__":
    main()
