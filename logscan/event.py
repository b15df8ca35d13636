"""A closed group to an event: parsed, classified, dated. Results are remembered by content, because storms repeat."""

import msgspec

from logscan.classify import classify, finder_of
from logscan.fingerprint import title
from logscan.group import Group, meta_time
from logscan.model import LOOKBACK, Action, Content, Event, Level, Severity, Verdict
from logscan.parse import Parser
from logscan.registry import GRAMMARS
from logscan.repeat import Outcome, Repeat
from logscan.revealed import versions
from logscan.signature import Ruleset
from logscan.tally import VERSION_FACT
from logscan.timestamps import Clock

_SEVERITY: dict[Level, Severity] = {
    "trace": "info", "debug": "info", "info": "info", "notice": "info",
    "warning": "warning", "error": "error", "critical": "critical",
}  # fmt: skip


MEMORY = 512
"""Texts remembered; what storms repeat `logscan.known` remembers."""


class Contents:
    """What groups say and the verdicts on it, whatever source they come from."""

    def __init__(self, rules: Ruleset) -> None:
        self._rules = rules
        self._parser = Parser({grammar.language: grammar for grammar in GRAMMARS})
        self._fields = rules.fields
        self.finder = finder_of(rules)
        self._verdicts: dict[tuple[object, ...], Verdict] = {}
        self._versions: dict[str, dict[str, str]] = {}
        self._last: tuple[Group, Content] | None = None

    def content(self, group: Group) -> Content:
        """What the group says."""
        if self._last is None or self._last[0] is not group:  # who learns from a group asks again
            self._last = group, self._parser.content(group)
        return self._last[1]

    def verdict(self, group: Group, content: Content) -> Verdict:
        """The verdict on a content, remembered by all that decides it."""
        header = group.header
        key: tuple[object, ...] = (
            content.text, content.logger, content.unit, content.level, group.margin, group.trace_at,
            group.interleaved, group.final, group.incomplete, header.format if header else None,
        )  # fmt: skip
        key += tuple(content.fields.get(name) for name in self._fields)
        if header is not None and group.trace_at == 0:
            key += (group.lines[0].text,)  # the traceback was parsed with the header, of which the text holds a part
        found = self._verdicts.get(key)
        if found is None:
            found = classify(content, self._rules)
            if len(self._verdicts) >= MEMORY:
                self._verdicts.clear()
            if not found.timed_out and len(content.text) < 64 * 1024:
                self._verdicts[key] = found
        return found

    def shown(self, text: str) -> dict[str, str]:
        """The versions that a text shows, as facts."""
        found = self._versions.get(text)
        if found is None:
            found = {f"{VERSION_FACT}{name}": version for name, version in versions(text).items()}
            if len(self._versions) >= MEMORY:
                self._versions.clear()
            if len(text) < 64 * 1024:
                self._versions[text] = found
        return found


class EventMaker:
    """Makes the events of one source."""

    def __init__(self, contents: Contents, rules: Ruleset, clock: Clock, source: str) -> None:
        self._contents = contents
        self._rules = rules
        self._clock = clock
        self.source = source

    def repeat(self, group: Group, outcome: Outcome, follows: str | None) -> Repeat:
        """The event of a group with this outcome."""
        return Repeat(self, outcome, self.time(group), group.lines[0].offset, follows, group)

    def event(self, what: object, outcome: Outcome, follows: str | None) -> Event:
        """The event of a group (see `repeat.Maker`); `follows`: the signature that it is a follow-on of."""
        assert isinstance(what, Group)
        content = self._contents.content(what)
        verdict = outcome.verdict
        if verdict.signature is None:
            verdict = msgspec.structs.replace(verdict, title=title(content))
        return self.make(what, content, verdict, follows)

    def make(self, group: Group, content: Content, verdict: Verdict, follows: str | None) -> Event:
        """The event of a group that says this, and is judged so."""
        first, last = group.lines[0], group.lines[-1]
        trace = content.traceback
        numbers = _rows_apart(group)
        signature = self._rules.by_id.get(verdict.signature) if verdict.signature else None
        severity: Severity = _SEVERITY[content.level] if content.level else "error"
        if group.header is None and group.trace_at is not None and not group.meta.own and severity != "critical":
            severity = "error"  # a transport's level speaks of a line, not of the failure that the lines tell of
        action: Action = "page" if content.level == "critical" else "ticket"
        if signature is not None:
            severity, action = signature.severity, signature.action
        resource = dict(group.meta.resource)
        if "pid" in content.fields:
            resource.setdefault("process.pid", content.fields["pid"])
        at = group.trace_at
        return Event(
            source=self.source,
            stream=group.stream,
            offset=first.offset,
            length=last.end - first.offset,
            first_line=first.number,
            last_line=last.until,
            lines=numbers,
            trace_first_line=group.lines[at].number if at is not None else None,
            trace_last_line=last.until if at is not None else None,
            time=self.time(group),
            level=content.level,
            severity=severity,
            language=trace.language if trace else None,
            exception=trace.exception if trace else None,
            message=_message(group, content) or None,
            chain=trace.chain if trace else (),
            frames=trace.frames if trace else (),
            signature=verdict.signature,
            also=verdict.also,
            follows=follows,
            fingerprint=verdict.fingerprint,
            coarse=verdict.coarse,
            title=signature.title if signature is not None else verdict.title,
            action=action,
            facts=content.fields
            | ({"logger": content.logger} if content.logger else {})
            | self._contents.shown(content.text),
            resource=resource,
            incomplete=group.incomplete,
            truncated=group.truncated,
            interleaved=group.interleaved,
            text="\n".join(line.text.decode("utf-8", "replace") for line in group.lines),
            variant=verdict.variant,
        )

    def time(self, group: Group) -> int | None:
        """The header's own time, else the transport's, else that of the record before."""
        if group.header is not None and group.header.time is not None:
            time = self._clock.parse(group.header.time)
            if time is not None:
                return time
        time = meta_time(group.meta, self._clock)
        lender = group.lender
        if time is None and lender is not None and group.lines[0].offset - lender.lines[0].offset <= LOOKBACK:
            if lender.header is not None and lender.header.time is not None:
                time = self._clock.parse(lender.header.time)
            if time is None:
                time = meta_time(lender.meta, self._clock)
        return time


def _message(group: Group, content: Content) -> str | None:
    """The exception's message; where Go prints stacks and names none (klog does), that of the record above."""
    trace = content.traceback
    if trace is None or (trace.exception is None and trace.language == "go" and bool(group.trace_at)):
        return content.message
    return trace.message


def _rows_apart(group: Group) -> tuple[int, ...] | None:
    """The group's physical lines where other streams' stand between; None where none do."""
    until = group.lines[0].number
    for line in group.lines:
        if line.rows or not 0 <= line.number - until <= 1:
            break
        until = line.until
    else:
        return None
    return tuple(dict.fromkeys(n for line in group.lines for n in (line.rows or range(line.number, line.until + 1))))
