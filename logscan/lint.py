"""Is a signature good, and not only well-formed?

Loading refuses what cannot be used; this looks for what should not be published: examples that do not
give the signature, an overlap that nobody decided, patterns that are slow or that make the scanner look
at every line, dangling names, facts gone stale. Each check is a function from one signature's file to
problems, listed in `CHECKS`; a new check is one more function there. Checks that scan the examples get
`scan_text`, the scanner with the ruleset at hand, from the caller.
"""

import datetime
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
import regex

from . import literals, yamlread
from .errors import RulesError
from .model import Event
from .sigmodel import Signature, patterns_of
from .signature import Ruleset, bundled_folder, examples_of, load

ScanText = Callable[[bytes], list[Event]]
"""Events of a text under the ruleset that is being checked."""

STALE_DAYS = 730
_PROBE_SECONDS = 0.2
_PROBE_CHARS, _SHORT_CHARS = 20_000, 2_000
_LINE = re.compile(r"(?P<path>.*?):(?P<line>\d+):(?P<column>\d+): (?:(?P<field>[\w.\[\]-]+): )?(?P<what>.*)", re.DOTALL)
_PRIVATE_HOST = re.compile(r"https?://(localhost|127\.|10\.|192\.168\.|[^/]*\.(local|internal|lan)\b|[^./]+(/|$))")


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend, and where. Lines and columns are 1-based. A warning does not fail a run."""

    path: str
    line: int
    column: int
    field: str
    what: str
    grade: Literal["error", "warning"] = "error"


class ExampleResult(msgspec.Struct, frozen=True):
    """One example: its number within its kind from 1, its events, and the signatures that they got."""

    id: str
    kind: Literal["match", "no_match"]
    number: int
    events: int
    got: tuple[str, ...]
    passed: bool


class TestReport(msgspec.Struct, frozen=True):
    """Every example of a ruleset, in order."""

    __test__ = False  # a class named Test… is no test case
    results: tuple[ExampleResult, ...]

    @property
    def failed(self) -> tuple[ExampleResult, ...]:
        return tuple(result for result in self.results if not result.passed)


class _File:
    """One signature under check, with the places of its fields."""

    def __init__(self, signature: Signature, rules: Ruleset, scan_text: ScanText, today: datetime.date | None) -> None:
        self.signature, self.rules, self.scan_text, self.today = signature, rules, scan_text, today

    @cached_property
    def scalars(self) -> list[tuple[str, yamlread.Scalar]]:
        text = Path(self.signature.path).read_bytes()
        return list(yamlread.scalars(yamlread.read(text, self.signature.path)))

    @cached_property
    def scanned(self) -> list[tuple[Literal["match", "no_match"], list[Event]]]:
        return [(kind, self.scan_text(text)) for kind, text in examples_of(self.signature)]

    def problem(
        self, field: str, what: str, *, value: str | None = None, grade: Literal["error", "warning"] = "error"
    ) -> Problem:
        """At the scalar of `field` (or below it) that has `value`; at the file's start where none has."""
        for name, scalar in self.scalars:
            below = name == field or name.startswith((f"{field}.", f"{field}["))
            if below and (value is None or scalar.value.strip() == value):
                return Problem(self.signature.path, scalar.line, scalar.column, name, what, grade)
        return Problem(self.signature.path, 1, 1, field, what, grade)


_PROSE = ("title", "cause", "impact", "remediation", "reproduced.how")

Check = Callable[[_File], Iterator[Problem]]


def lint(paths: Sequence[Path], scan_text: ScanText, today: datetime.date | None = None) -> list[Problem]:
    """Everything that should be mended in the signatures of `paths` (of the bundled ones without any).

    `scan_text` is called only once the set has loaded. `today` allows to find stale facts.
    """
    try:
        rules = load(paths, bundled=True)
    except RulesError as error:
        return [_parsed(line) for line in error.problems]
    roots = [path.resolve() for path in (paths or [bundled_folder()])]
    found: list[Problem] = []
    for signature in rules.signatures:
        path = Path(signature.path).resolve()
        if any(root == path or root in path.parents for root in roots):
            file = _File(signature, rules, scan_text, today)
            for check in CHECKS:
                found.extend(_guarded(check, file))
    return sorted(found, key=lambda problem: (problem.path, problem.line, problem.column, problem.what))


def test(rules: Ruleset, scan_text: ScanText) -> TestReport:
    """Scan every example. A `match` passes where some event got the signature, a `no_match` where no
    event matched it, not even beside another.

    Raises RulesError where an example's file cannot be read.
    """
    results: list[ExampleResult] = []
    for signature in rules.signatures:
        numbers = {"match": 0, "no_match": 0}
        for kind, text in examples_of(signature):
            numbers[kind] += 1
            results.append(_result(signature.id, kind, numbers[kind], scan_text(text)))
    return TestReport(tuple(results))


test.__test__ = False  # type: ignore[attr-defined]


def _result(ident: str, kind: Literal["match", "no_match"], number: int, events: list[Event]) -> ExampleResult:
    got = tuple(event.signature for event in events if event.signature is not None)
    if kind == "match":
        passed = ident in got
    else:
        passed = ident not in got and not any(ident in event.also for event in events)
    return ExampleResult(ident, kind, number, len(events), got, passed)


def _guarded(check: Check, file: _File) -> list[Problem]:
    try:
        return list(check(file))
    except RulesError as error:
        return [_parsed(line) for line in error.problems]


def _parsed(line: str) -> Problem:
    match = _LINE.fullmatch(line)
    if match is None:
        return Problem("", 1, 1, "", line)
    field = match["field"] or ""
    return Problem(match["path"], int(match["line"]), int(match["column"]), field, match["what"])


def _patterns(file: _File) -> Iterator[Problem]:
    """A pattern that is no regular expression, or slow."""
    for pattern in dict.fromkeys(patterns_of(file.signature.match)):
        try:
            compiled = regex.compile(pattern)
        except regex.error as error:
            yield file.problem("match", f"not a regular expression: {error}", value=pattern)
            continue
        if literals.nested_repeat(pattern):
            what = "a repeat inside a repeat, as in (a+)+, can take for ever; give the inner part a fixed end"
            yield file.problem("match", what, value=pattern)
        elif _is_slow(compiled, pattern):
            what = f"slow on a long line: over {_PROBE_SECONDS} s; start it with fixed text or bound the repeats"
            yield file.problem("match", what, value=pattern)


def _is_slow(compiled: "regex.Pattern[str]", pattern: str) -> bool:
    """Tried on long runs of one character (those in the pattern, a blank, a letter, a digit), bare and
    after the pattern's own literal.
    """
    heads = ("", *sorted(literals.required(pattern) or ()))
    enough = _short_enough(pattern)
    chars = dict.fromkeys(f" a0_-{''.join(sorted(set(pattern)))}")
    return any(
        _seconds(compiled, head, unit, _SHORT_CHARS) > enough
        and _seconds(compiled, head, unit, _PROBE_CHARS) >= _PROBE_SECONDS
        for char in chars
        for unit in (char, f"{char}\x7f")
        for head in heads
    )


def _short_enough(pattern: str) -> float:
    """Seconds for a short run below which the long run cannot be slow, with a margin of four: where the steps are
    bounded by a power of the length, so is their growth. Negative where no power is known.
    """
    power = literals.growth(pattern)
    return _PROBE_SECONDS / (_PROBE_CHARS / _SHORT_CHARS) ** power / 4 if power is not None else -1.0


def _seconds(compiled: "regex.Pattern[str]", head: str, unit: str, chars: int) -> float:
    """How long a search takes in so many characters of a repeated unit; at least the limit where it was given up."""
    text = f"{head}{unit * (chars // len(unit))}\x7f"
    before = time.process_time()  # as the library's clock: what else the machine does is no fault of the pattern's
    try:
        compiled.search(text, timeout=_PROBE_SECONDS)
    except TimeoutError:
        return _PROBE_SECONDS
    return time.process_time() - before


def _anchor(file: _File) -> Iterator[Problem]:
    """No literal that the scanner could look for."""
    if file.signature.id in file.rules.unanchored:
        what = (
            "no literal of 4 or more plain characters can be derived, so every line has to be looked at; "
            "add fixed text to the pattern, or contains:"
        )
        yield file.problem("match", what, grade="warning")


def _examples(file: _File) -> Iterator[Problem]:
    """An example that is not what it says."""
    numbers = {"match": 0, "no_match": 0}
    for kind, events in file.scanned:
        result = _result(file.signature.id, kind, numbers[kind] + 1, events)
        field = f"examples.{kind}[{numbers[kind]}]"
        numbers[kind] += 1
        got = ", ".join(dict.fromkeys(result.got)) or "no signature"
        if not result.passed and kind == "match":
            yield file.problem(field, f"gives {got} in {len(events)} events, not {file.signature.id}")
        elif not result.passed:
            yield file.problem(field, f"matches {file.signature.id}, which it must not")


def _overlap(file: _File) -> Iterator[Problem]:
    """An example that another signature matches as well, with no order between the two."""
    ident, beats = file.signature.id, file.rules.beats
    others: dict[str, None] = {}
    for kind, events in file.scanned:
        for event in events if kind == "match" else ():
            matched = {*event.also, event.signature}
            others.update(dict.fromkeys(sorted(o for o in matched if o is not None and ident in matched)))
    for other in others:
        ordered = other in beats.get(ident, ()) or ident in beats.get(other, ())
        ordered = ordered or file.rules.by_id[other].role != file.signature.role
        if other != ident and not ordered:
            yield file.problem(
                "match",
                f"{other} matches an example of this one too; name one in the other's over, or"
                " give the less specific one another role",
            )


def _names(file: _File) -> Iterator[Problem]:
    """An id that no loaded signature has, or the signature's own."""
    signature = file.signature
    named = {
        "over": signature.over,
        "follow_on_of": signature.follow_on_of,
        "superseded_by": (signature.superseded_by,) if signature.superseded_by else (),
        "look_alikes": tuple(look_alike.id for look_alike in signature.look_alikes),
    }
    for field, idents in named.items():
        for ident in idents:
            if ident == signature.id:
                yield file.problem(field, f"{ident} is this signature itself; remove it", value=ident)
            elif ident not in file.rules.by_id:
                yield file.problem(field, f"no signature is called {ident}; mend or remove it", value=ident)


def _grades(file: _File) -> Iterator[Problem]:
    """Severity and action that contradict each other."""
    signature = file.signature
    if signature.action == "ignore" and signature.severity in ("error", "critical"):
        yield file.problem("action", f"ignore does not go with severity {signature.severity}; lower one of them")
    if signature.action == "page" and signature.severity in ("info", "warning"):
        yield file.problem("action", f"page does not go with severity {signature.severity}; nobody gets up for that")
    if signature.severity == "critical" and signature.action == "watch":
        yield file.problem("action", "watch does not go with severity critical; use page or ticket")


def _links(file: _File) -> Iterator[Problem]:
    """A link that only its author can open."""
    for field, scalar in file.scalars:
        if field.endswith((".url", ".link")) and _PRIVATE_HOST.match(scalar.value):
            what = "a private address; readers elsewhere cannot open it"
            yield Problem(file.signature.path, scalar.line, scalar.column, field, what, "warning")


def _claims(file: _File) -> Iterator[Problem]:
    """Claims without support: stable without evidence, reproduced without saying how."""
    signature = file.signature
    if signature.status == "stable" and not signature.evidence:
        yield file.problem("evidence", "a stable signature needs at least one page that supports it")
    if signature.affected and signature.evidence_level == "reproduced" and signature.reproduced is None:
        yield file.problem("evidence_level", "says reproduced, but reproduced: does not say how")


def _age(file: _File) -> Iterator[Problem]:
    """Facts last verified long ago, in the future, or on a day that does not exist."""
    try:
        verified = datetime.date.fromisoformat(file.signature.last_verified)
    except ValueError:
        yield file.problem("last_verified", "there is no such day")
        return
    if file.today is not None and verified > file.today:
        yield file.problem("last_verified", "lies in the future")
    elif file.today is not None and (file.today - verified).days > STALE_DAYS:
        what = f"older than {STALE_DAYS} days; check the facts and set it anew"
        yield file.problem("last_verified", what, grade="warning")


def _unfinished(file: _File) -> Iterator[Problem]:
    """What a draft left for a person to write."""
    for field, scalar in file.scalars:
        if re.match(r"TODO\b", scalar.value.strip()):
            what = f"still to be written by a person: {scalar.value.strip().removeprefix('TODO').strip() or field}"
            yield Problem(file.signature.path, scalar.line, scalar.column, field, what)


def _quoted(file: _File) -> Iterator[Problem]:
    """Prose in quotation marks of its own: quoted once for YAML and once more, it shows them everywhere."""
    for field, scalar in file.scalars:
        text = scalar.value.strip()
        if field.startswith(_PROSE) and len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            what = f"is in quotation marks that readers would see; write {field.rpartition('.')[2]}: {text}"
            yield Problem(file.signature.path, scalar.line, scalar.column, field, what)


CHECKS: tuple[Check, ...] = (
    _unfinished,
    _quoted,
    _patterns,
    _anchor,
    _examples,
    _overlap,
    _names,
    _grades,
    _links,
    _claims,
    _age,
)
