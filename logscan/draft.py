"""A draft of a signature for events that none knows: what they share, and a file for a person to finish.

`candidates` proposes, from the events of one group, match trees from the plain to the specific. Which of them holds on
every event of the group and on nothing else is not guessed here but tried, by scanning with all of them (triage.py).
What only a person can know is written as `TODO …`, which `signatures lint` refuses.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from logscan.fingerprint import is_library
from logscan.frames import application_frame, pattern_of
from logscan.model import Event, Frame, Link
from logscan.redact import redact
from logscan.sanitize import clean
from logscan.sigdraft import TODO
from logscan.sigmodel import AllOf, ErrorLeaf, GlobLeaf, LevelLeaf, Match, Not, TextLeaf
from logscan.template import template

MAX_PIECES = 6
MAX_EXAMPLE = 6000


class Draft(msgspec.Struct, frozen=True):
    """A signature to be finished. `text` is its file, `sample` the example events beside it."""

    id: str
    text: str
    sample: bytes

    @property
    def path(self) -> str:
        """Below the folder that holds packs and samples."""
        software, _, name = self.id.partition(".")
        return f"signatures/{software}/{name}.yaml"

    @property
    def sample_path(self) -> str:
        return sample_path(self.id)


def sample_path(ident: str) -> str:
    """Of a draft's example events."""
    return f"samples/{ident.replace('.', '-')}/events.jsonl"


# -- what to match -----------------------------------------------------------------------------------------------------


def candidates(events: Sequence[Event]) -> list[Match]:
    """Match trees that hold on all these events of one group, the plainest first."""
    found = _of_tracebacks(events) if events[0].language is not None else _of_records(events)
    return list(dict.fromkeys(_flat(each) for each in found))


def _of_tracebacks(events: Sequence[Event]) -> list[Match]:
    roots = [_root(event) for event in events]
    language = events[0].language
    error = _leaf(language, roots)
    outermost = _leaf(language, [_raised(event)[0] for event in events])
    both = error if error == outermost else AllOf((error, outermost))
    code = _shared([_code(event, root) for event, root in zip(events, roots, strict=True)])
    line: tuple[Match, ...] = () if code is None else (TextLeaf("text", contains=(code,)),)
    messages = _shared([template((root.message or "").strip()) for root in roots])
    said = msgspec.structs.replace(error, message=_pattern(messages)) if messages else error
    return [error, both, AllOf((error, *line)), AllOf((both, *line)), said, AllOf((said, both, *line))]


def _of_records(events: Sequence[Event]) -> list[Match]:
    first = events[0]
    facts: list[Match] = [LevelLeaf((first.level,))] if first.level is not None else []
    logger = _shared([event.facts.get("logger", "") for event in events])
    if logger:
        facts.append(GlobLeaf("logger", (re.sub(r"([\[*?])", r"[\1]", logger),)))
    words = template(first.message or first.text)
    pieces = [each.strip() for each in words.split("*")]
    telling = sorted((each for each in pieces if re.search(r"[^\W\d_]{2}", each)), key=len, reverse=True)
    contains = tuple(each for each in pieces if each in telling[:MAX_PIECES])
    literal: tuple[Match, ...] = (TextLeaf("message", contains=tuple(dict.fromkeys(contains))),) if contains else ()
    whole = TextLeaf("message", regex=_pattern(words))
    bare = Not(ErrorLeaf(types=("*",)))
    return [
        AllOf((*literal, *facts)),
        AllOf((*facts, whole)),
        AllOf((*literal, *facts, whole)),
        AllOf((*literal, *facts, bare)),
        AllOf((*literal, *facts, whole, bare)),
    ]


def _flat(match: Match) -> Match:
    """Without conjunctions inside conjunctions and without repetitions."""
    if not isinstance(match, AllOf):
        return match
    parts: dict[Match, None] = {}
    for part in map(_flat, match.parts):
        parts.update(dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,)))
    return next(iter(parts)) if len(parts) == 1 else AllOf(tuple(parts))


def _raised(event: Event) -> list[Link]:
    """The exceptions of an event, the one raised last first."""
    return [Link(event.exception or "", event.message, "cause", event.frames), *event.chain]


def _root(event: Event) -> Link:
    """The exception that the others come from: the last one in which the application stands, else the first one that
    has frames."""
    raised = _raised(event)
    own = [each for each in raised if any(not is_library(frame) for frame in each.frames)]
    return own[-1] if own else next((each for each in raised if each.frames), raised[0])


def _leaf(language: str | None, errors: Sequence[Link]) -> ErrorLeaf:
    types = {each.exception for each in errors if each.exception}
    frames = [_frame(language, each.frames) for each in errors]
    places = {pattern_of(frame) for frame in frames if frame is not None}
    return ErrorLeaf(types=tuple(sorted(types)), frames=tuple(sorted(places)) if None not in frames else ())


def _frame(language: str | None, frames: Sequence[Frame]) -> Frame | None:
    """The frame to recognise an exception by: the application's innermost, else the innermost."""
    innermost = (frames[-1] if language == "python" else frames[0]) if frames else None
    return application_frame(language, frames) or innermost


def _code(event: Event, root: Link) -> str:
    """The source line of that frame, where it stands in the text as one line."""
    frame = _frame(event.language, root.frames)
    code = (frame.code or "").split("\n")[0].strip() if frame is not None else ""
    return code if code and any(code in line for line in event.text.split("\n")) else ""


def _shared(values: Sequence[str]) -> str | None:
    """The value that all have; None where they differ or have none."""
    return values[0] if values[0] and len(set(values)) == 1 else None


def _pattern(words: str) -> str:
    """A template as a regular expression; what was masked is anything."""
    return "^" + ".+?".join(re.escape(each).replace(r"\ ", " ") for each in words.split("*"))


# -- the file ----------------------------------------------------------------------------------------------------------


def identify(event: Event, taken: frozenset[str]) -> str:
    """An id that is free: the software that the frames or the record name, and what happened."""
    frame = application_frame(event.language, event.frames, event.chain)
    if event.language is not None:
        software = _software(frame) if frame is not None else _library(event.frames)
        kind = (event.exception or "incomplete traceback").rpartition(".")[2]
        where = (frame.function or "") if frame is not None else ""
        name = f"{re.sub(r'(?<=[a-z])(?=[A-Z])', '-', kind)} {where}"
    else:
        software = event.facts.get("logger", "") or event.resource.get("service.name", "")
        software = re.split(r"[.:/]", software)[0]
        name = " ".join(template(event.message or event.text).replace("*", " ").split()[:6])
    base = f"{_slug(software) or 'app'}.{_slug(name) or 'event'}"
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return base if base not in taken else next(each for each in numbered if each not in taken)


def _software(frame: Frame) -> str:
    parts = frame.file.replace("\\", "/").split("/")
    return frame.module.partition(".")[0] if frame.module and "." in frame.module else (["", *parts])[-2] or parts[-1]


def _library(frames: Sequence[Frame]) -> str:
    return next((frame.module.partition(".")[0] for frame in reversed(frames) if frame.module), "")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:48].strip("-")


def render(ident: str, match: Match, events: Sequence[Event], unlike: Event | None, day: str) -> str:
    """The signature's file. `unlike`: an event that is near, and not one of these; `day`: today, as YYYY-MM-DD."""
    import yaml

    first = events[0]
    software = ident.partition(".")[0]
    what = (first.exception or "").rpartition(".")[2] or template(first.message or first.text)
    frame = application_frame(first.language, first.frames, first.chain)
    where = f" in {frame.function}" if frame is not None and frame.function else ""
    other = _example(unlike) if unlike is not None else f"{TODO} an event that looks like these and is none"
    fields: dict[str, Any] = {
        "schema": "logscan.signature/1",
        "id": ident,
        "title": _text(f"{software}: {what}{where}")[:120],
        "severity": first.severity,
        "action": first.action,
        "status": "experimental",
        "match": tree(match),
        "cause": f"{TODO} why it happens",
        "impact": f"{TODO} what users notice",
        "remediation": {"summary": f"{TODO} what helps"},
        "evidence": [],
        "evidence_level": "reported",
        "last_verified": day,
        "examples": {"match": [{"file": sample_path(ident)}], "no_match": [other]},
    }
    return yaml.dump(fields, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100)


def tree(match: Match) -> Any:
    """A match tree as the file writes it."""
    if isinstance(match, AllOf):
        return {"all": [tree(part) for part in match.parts]}
    if isinstance(match, Not):
        return {"not": tree(match.part)}
    if isinstance(match, ErrorLeaf):
        given = {"type": _one(match.types), "message": match.message, "frame": _one(match.frames)}
        return {"error": {key: value for key, value in given.items() if value}}
    if isinstance(match, TextLeaf):
        given = {"regex": match.regex, "contains": list(match.contains)}
        return {match.over: {key: value for key, value in given.items() if value}}
    if isinstance(match, LevelLeaf):
        return {"level": _one(match.levels)}
    assert isinstance(match, GlobLeaf)
    return {match.of: _one(match.globs)}


def _one(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _example(event: Event) -> str:
    return _text(event.text)[:MAX_EXAMPLE]


def _text(text: str) -> str:
    """Log text as a file may hold it: redacted, without control characters."""
    return clean(redact(text)).replace("\t", "    ").rstrip()


def _dumper() -> Any:
    """Writes text of several lines as such, and all lists in full."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(str, text)
    return Dumper
