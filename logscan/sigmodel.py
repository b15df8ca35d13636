"""What a signature says, as values: the match tree, and everything a reader is told.

Reading these from YAML is `signature`'s work, matching them `classify`'s. The schema is published as
`signature.schema.json`.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from .model import Action, Incomplete, Level, LinkKind, Severity

Where = Literal["any", "root", "outermost"]
Status = Literal["experimental", "stable", "deprecated"]
Role = Literal["cause", "general", "wrapper"]
ROLES: tuple[Role, ...] = ("cause", "general", "wrapper")
EvidenceLevel = Literal["reproduced", "upstream", "reported"]
LinkUse = Literal["issue", "pull", "release", "docs", "runbook"]


class AllOf(msgspec.Struct, frozen=True, tag="all"):
    """Every part holds."""

    parts: tuple["Match", ...]


class AnyOf(msgspec.Struct, frozen=True, tag="any"):
    """At least one part holds."""

    parts: tuple["Match", ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """The part does not hold."""

    part: "Match"


class ErrorLeaf(msgspec.Struct, frozen=True, tag="error"):
    """ONE exception of the event satisfies all that is given here.

    types   dotted names with `*` globs, alternatives; an undotted one stands for any module
    message regex searched in the exception's message
    frames  `module-glob:function-glob`, alternatives, over that exception's frames
    where   outermost: the one raised last; root: the end of its chain of causes; any
    link    only exceptions that hang in the chain by this link
    """

    types: tuple[str, ...] = ()
    message: str | None = None
    frames: tuple[str, ...] = ()
    where: Where = "any"
    link: LinkKind | None = None


class TextLeaf(msgspec.Struct, frozen=True, tag="text"):
    """A regex and literals, all in one line unless `multiline`, of the event's text or of its record's
    message (`over`)."""

    over: Literal["text", "message"]
    regex: str | None = None
    contains: tuple[str, ...] = ()
    multiline: bool = False


class LevelLeaf(msgspec.Struct, frozen=True, tag="level"):
    """The record's level is one of these."""

    levels: tuple[Level, ...]


class GlobLeaf(msgspec.Struct, frozen=True, tag="glob"):
    """`of` is "logger", "unit" or "field:NAME"; its value matches one of the case-sensitive globs."""

    of: str
    globs: tuple[str, ...]


class IncompleteLeaf(msgspec.Struct, frozen=True, tag="incomplete"):
    """The event's traceback was cut there."""

    at: Incomplete


class LanguageLeaf(msgspec.Struct, frozen=True, tag="language"):
    """The traceback's language is one of these."""

    languages: tuple[str, ...]


Match = AllOf | AnyOf | Not | ErrorLeaf | TextLeaf | LevelLeaf | GlobLeaf | IncompleteLeaf | LanguageLeaf


class Affected(msgspec.Struct, frozen=True):
    """One range of releases, from `introduced` to before `fixed`
    (https://ossf.github.io/osv-schema/). `fixed` None: no release mends it.
    """

    purl: str
    introduced: str
    fixed: str | None = None


class Now(msgspec.Struct, frozen=True):
    """What helps tonight, what it risks, and how to take it back."""

    do: str
    risk: str | None = None
    undo: str | None = None


class Fix(msgspec.Struct, frozen=True):
    """One way to mend it for good: `upgrade`, with `package` and `fixed_in`, or a sentence."""

    do: str
    package: str | None = None
    fixed_in: str | None = None
    link: str | None = None
    not_when: str | None = None
    verify: str | None = None


class Reference(msgspec.Struct, frozen=True):
    """A page to read."""

    url: str
    kind: LinkUse


class Remediation(msgspec.Struct, frozen=True):
    """How the incident is mended, soonest first."""

    summary: str
    now: Now | None = None
    fixes: tuple[Fix, ...] = ()
    prevention: tuple[str, ...] = ()
    links: tuple[Reference, ...] = ()


class Evidence(msgspec.Struct, frozen=True):
    """Where a claim of the signature can be checked."""

    url: str
    shows: str


class Reproduced(msgspec.Struct, frozen=True):
    """How the incident was made to happen: a sample's folder or a sentence, and the versions used."""

    how: str
    versions: dict[str, str] = {}


class LookAlike(msgspec.Struct, frozen=True):
    """Another signature that is mistaken for this one, and how to tell them apart."""

    id: str
    tell_apart: str


class Example(msgspec.Struct, frozen=True):
    """Log text, inline or in a file whose path is relative to the folder above the pack's."""

    text: str | None = None
    file: str | None = None


class Examples(msgspec.Struct, frozen=True):
    """Text that must give an event of this signature, and text that must not."""

    match: tuple[Example, ...] = ()
    no_match: tuple[Example, ...] = ()


class Signature(msgspec.Struct, frozen=True):
    """One known incident. `path` is the file it was read from. `role`: of those that match, a cause comes before what
    is general (a platform's error, which a library may wrap with a name of its own), and both before a wrapper (words
    that are printed around any error)."""

    id: str
    title: str
    severity: Severity
    action: Action
    status: Status
    match: Match
    cause: str
    impact: str
    remediation: Remediation
    evidence: tuple[Evidence, ...]
    evidence_level: EvidenceLevel
    last_verified: str
    examples: Examples
    path: str
    superseded_by: str | None = None
    tags: tuple[str, ...] = ()
    affected: tuple[Affected, ...] = ()
    over: tuple[str, ...] = ()
    follow_on_of: tuple[str, ...] = ()
    reproduced: Reproduced | None = None
    look_alikes: tuple[LookAlike, ...] = ()
    role: Role = "cause"


Leaf = ErrorLeaf | TextLeaf | LevelLeaf | GlobLeaf | IncompleteLeaf | LanguageLeaf


def leaves_of(match: Match) -> Iterator[Leaf]:
    """Every leaf of a match tree."""
    if isinstance(match, AllOf | AnyOf):
        for part in match.parts:
            yield from leaves_of(part)
    elif isinstance(match, Not):
        yield from leaves_of(match.part)
    else:
        yield match


def patterns_of(match: Match) -> Iterator[str]:
    """Every regex of a match tree."""
    if isinstance(match, AllOf | AnyOf):
        for part in match.parts:
            yield from patterns_of(part)
    elif isinstance(match, Not):
        yield from patterns_of(match.part)
    elif isinstance(match, ErrorLeaf) and match.message is not None:
        yield match.message
    elif isinstance(match, TextLeaf) and match.regex is not None:
        yield match.regex


def fields_of(match: Match) -> frozenset[str]:
    """The names of the fields that a match tree asks for."""
    if isinstance(match, AllOf | AnyOf):
        return frozenset().union(*map(fields_of, match.parts))
    if isinstance(match, Not):
        return fields_of(match.part)
    if isinstance(match, GlobLeaf) and match.of.startswith("field:"):
        return frozenset({match.of.removeprefix("field:")})
    return frozenset()
