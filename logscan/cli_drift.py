"""The command `signatures drift`: what signatures look for, and what the software's source says."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from logscan import options
from logscan import report as reports
from logscan.arguments import Argument, Option
from logscan.errors import UsageError
from logscan.sanitize import clean_line

if TYPE_CHECKING:
    from logscan.drift import Row, Sought, Source
    from logscan.sigmodel import Signature


def drift(
    paths: Annotated[list[Path] | None, Argument(help="Folders or files. Default: the bundled ones.")] = None,
    source: Annotated[
        list[str] | None,
        Option(
            metavar="SOFTWARE=CHECKOUT",
            help="A git checkout (working tree or bare) with its tags; repeated: one for each software.",
        ),
    ] = None,
    format: Annotated[str, Option("--format", "-f", help="table, json.")] = "table",
) -> int:
    """Prove signatures against the source of their software. Says in which releases what they look for stands.

    Looks at the signatures whose id begins with a SOFTWARE that is given. What stands in another checkout that is given
    is named. Exit 1 where something is in no release of any. Only reads git's objects; runs and fetches nothing.
    """
    from logscan import checkout
    from logscan import drift as drifts
    from logscan.signature import bundled_folder, load

    options.one_of("--format", format, ("table", "json"))
    checkouts = _checkouts(source or ())
    rules = load(paths or [bundled_folder()], bundled=False)
    signatures = [one for one in rules.signatures if one.id.partition(".")[0] in checkouts]
    if not signatures:
        raise UsageError("--source: no signature is of a software that is given; `logscan signatures list` names them")
    wanted = sorted({each for one in signatures for each in drifts.sought(one)})
    sources = [_searched(name, folder, wanted) for name, folder in checkouts.items()]
    sources.append(drifts.search("python", *checkout.library(), wanted))
    rows = drifts.drift(signatures, sources, _recorded(signatures))
    if format == "json":
        told = {each.name: each.releases for each in sources}
        print(reports.encode({"releases": told, "literals": rows}).decode())
    else:
        for line in _drifted(rows, sources):
            print(clean_line(line))
    return 1 if any(row.status == "missing" for row in rows) else 0


def _checkouts(given: Sequence[str]) -> dict[str, Path]:
    """`--source`, by software. Raises UsageError."""
    found = {}
    for text in given:
        name, _, folder = text.partition("=")
        if not name or not folder:
            raise UsageError(f"--source: {text!r} is not SOFTWARE=CHECKOUT, as in uvicorn=../uvicorn")
        if not Path(folder).is_dir():
            raise UsageError(f"--source: {folder}: no such folder")
        found[name] = Path(folder)
    if not found:
        raise UsageError("nothing to compare with: name checkouts with --source SOFTWARE=CHECKOUT")
    return found


def _searched(name: str, folder: Path, wanted: "Sequence[Sought]") -> "Source":
    from logscan import checkout
    from logscan import drift as drifts

    releases = checkout.releases(folder)
    names = sorted({blob for release in releases for _, blob in release.files})
    return drifts.search(name, releases, checkout.blobs(folder, names), wanted)


def _recorded(signatures: "Sequence[Signature]") -> dict[str, str]:
    """The sample logs beside the signatures' packs, as one text for each signature that they give."""
    from logscan import expected
    from logscan.signature import base_of

    texts: dict[str, str] = {}
    for base in dict.fromkeys(base_of(one) for one in signatures):
        for path in sorted((base / "samples").rglob(f"*{expected.SUFFIX}")):
            log = Path(str(path).removesuffix(expected.SUFFIX))
            for ident in expected.loads(path.read_bytes(), str(path)).signatures if log.is_file() else ():
                texts[ident] = f"{texts.get(ident, '')}{log.read_text('utf-8', 'replace')}\n"
    return texts


def _drifted(rows: "Sequence[Row]", sources: "Sequence[Source]") -> Iterator[str]:
    """A line for each literal, and the totals."""
    first, second = max(len(row.id) for row in rows), max(min(len(row.text), 70) for row in rows)
    for row in rows:
        spans = [
            f"{span.first} on" if span.gone is None else f"{span.first} to before {span.gone}" for span in row.spans
        ]
        where = f"{row.source} {', '.join(spans)}".strip()
        yield f"{row.status:<9}  {row.id:<{first}}  {row.kind:<8}  {row.text:<{second}}  {where}".rstrip()
    from logscan.drift import STATUSES

    counts = Counter(row.status for row in rows)
    read = ", ".join(f"{source.name} {len(source.releases)}" for source in sources)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    yield f"{len({row.id for row in rows})} signatures, {len(rows)} literals: {told}; releases: {read}"
