"""What a sample log must give: `<log>.expected.yaml` beside it, small enough to be read in a review.

    schema: logscan.expected/1
    events: 16
    signatures:
      uvicorn.connection-closed-send-body: 8
    unclassified:
      fp:6b28045460a1cd22: 8  # KeyError: 'coupon'

`unclassified` may also be one number, which then stands for all groups together. Counts and names depend on content
alone, so neither the day nor the place of a check matters.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from logscan import yamlread
from logscan.errors import RulesError
from logscan.report import Report
from logscan.sanitize import clean_line
from logscan.yamlread import Mapping, Node, Reader, Scalar

SCHEMA = "logscan.expected/1"
SUFFIX = ".expected.yaml"


class Expected(msgspec.Struct, frozen=True):
    """Events in all, by signature, and by unclassified group (None: only how many of them, `unknown`)."""

    events: int
    signatures: dict[str, int]
    unknown: int
    groups: dict[str, int] | None


class Difference(msgspec.Struct, frozen=True):
    """One count that is not as expected. `title` names the incident that was found, where one was."""

    key: str
    want: int
    got: int
    title: str = ""


def beside(log: str) -> Path:
    """Where the expectation of a log stands."""
    return Path(f"{log}{SUFFIX}")


def of_report(report: Report) -> Expected:
    """What a scan has given."""
    groups = {each.key: each.count for each in report.incidents if each.signature is None}
    known = {each.signature: each.count for each in report.incidents if each.signature is not None}
    return Expected(report.events, known, report.unclassified, groups)


def differences(want: Expected, report: Report) -> list[Difference]:
    """Where a scan's classification is not the expected one; empty where it equals it."""
    got = of_report(report)
    titles = {each.key: each.title for each in report.incidents}
    pairs = [("events", want.events, got.events)]
    pairs += _pairs(want.signatures, got.signatures)
    if want.groups is None:
        pairs.append(("unclassified", want.unknown, got.unknown))
    else:
        pairs += _pairs(want.groups, got.groups or {})
    return [Difference(key, a, b, titles.get(key, "")) for key, a, b in pairs if a != b]


def _pairs(want: dict[str, int], got: dict[str, int]) -> list[tuple[str, int, int]]:
    return [(key, want.get(key, 0), got.get(key, 0)) for key in sorted(want.keys() | got.keys())]


def dumps(report: Report) -> str:
    """The expectation that a scan fulfils, as YAML."""
    found = of_report(report)
    titles = {each.key: each.title for each in report.incidents}
    lines = [f"schema: {SCHEMA}", f"events: {found.events}"]
    lines += _section("signatures", [f"{key}: {n}" for key, n in sorted(found.signatures.items())])
    groups = (found.groups or {}).items()
    lines += _section("unclassified", [f"{key}: {n}  # {clean_line(titles[key])}" for key, n in sorted(groups)])
    return "\n".join(lines) + "\n"


def _section(name: str, rows: list[str]) -> Iterator[str]:
    yield f"{name}:" if rows else f"{name}: {{}}"
    yield from (f"  {row}" for row in rows)


def loads(data: bytes, name: str) -> Expected:
    """Read an expectation. `name` stands in messages.

    Raises RulesError with every problem: `file:line:column: field: what and how to mend it`.
    """
    reader = Reader(name)
    found = reader.mapping(
        yamlread.read(data, name), "", ("schema", "events", "signatures", "unclassified"), ("events",)
    )
    reader.choice(found.get("schema"), "schema", (SCHEMA,))
    unclassified = found.get("unclassified")
    groups = (
        None
        if isinstance(unclassified, Scalar) and unclassified.value
        else _counts(reader, unclassified, "unclassified")
    )
    unknown = _count(reader, unclassified, "unclassified") if groups is None else sum(groups.values())
    expected = Expected(
        events=_count(reader, found.get("events"), "events"),
        signatures=_counts(reader, found.get("signatures"), "signatures"),
        unknown=unknown,
        groups=groups,
    )
    if reader.problems:
        raise RulesError(reader.problems)
    return expected


def _counts(reader: Reader, node: Node | None, field: str) -> dict[str, int]:
    """A mapping of names to counts; an empty value is an empty mapping."""
    if node is None or (isinstance(node, Scalar) and not node.value):
        return {}
    if not isinstance(node, Mapping):
        reader.wrong(node, field, "must be a mapping of names to counts")
        return {}
    return {key.value: _count(reader, value, f"{field}.{key.value}") for key, value in node.pairs}


def _count(reader: Reader, node: Node | None, field: str) -> int:
    if isinstance(node, Scalar) and node.value.isascii() and node.value.isdigit():
        return int(node.value[:18])
    if node is not None:
        reader.wrong(node, field, "must be a whole number")
    return 0
