"""What scanners of the same rules share: what they have found out about texts, none of it about a source.

All of it could be found out again, so nothing depends on who has read what before. Scanners come and go with segments
and rotated files, whose tracebacks are the same ones.
"""

from collections.abc import Callable, Sequence

from logscan import losses, restarts
from logscan.event import Contents
from logscan.known import Known
from logscan.registry import Settings, any_nested, grouper_for, literals, looks_everywhere, nested_in
from logscan.signature import Ruleset
from logscan.stride import LONG, Strides, odd
from logscan.timestamps import Clock
from logscan.traces import Traces
from logscan.transports import Transport, plain


class Memory:
    """One for a ruleset and the settings besides the time: `rules`, `settings`.

    contents   what groups say
    known      verdicts
    """

    def __init__(self, rules: Ruleset, settings: Settings, clock: Clock) -> None:
        self.contents = Contents(rules)
        self.known = Known(self.contents, rules)
        self._rules = rules
        self._settings = settings
        self._grouper = grouper_for(rules, settings, clock)  # texts are asked for, never times
        self._strides: dict[str, Strides] = {}
        self._traces: dict[str, Traces] = {}

    def strides(self, transport: Transport) -> Strides:
        """The lines of open tracebacks that came through a transport."""
        if transport.name not in self._strides:
            self._strides[transport.name] = Strides(self._grouper, Ordinary(transport))
        return self._strides[transport.name]

    def traces(self, transport: Transport) -> Traces | None:
        """The tracebacks that came through a transport; None where every line has to be looked at."""
        if self._settings.slow or looks_everywhere(self._rules, self._settings):
            return None
        if transport.name not in self._traces:
            self._traces[transport.name] = Traces(self._grouper, Ordinary(transport), transport is not plain)
        return self._traces[transport.name]


class Ordinary:
    """Whether a text of usual length is a line of its stream and nothing besides: no record, no news of losses or
    restarts, nothing of a terminal's."""

    def __init__(self, transport: Transport) -> None:
        self._tells: Callable[[bytes], bool] | None = None
        if transport is not plain:
            self._tells = literals(losses.ANCHORS | restarts.ANCHORS).found

    def __call__(self, text: bytes) -> bool:
        return len(text) <= LONG and self._plain(text) and nested_in(text) is None

    def all(self, lines: Sequence[bytes]) -> bool:
        """The same of several lines, most of it asked at once."""
        if max(map(len, lines), default=0) > LONG or not self._plain(b"\n".join(lines)):
            return False
        return not any_nested(lines)

    def _plain(self, text: bytes) -> bool:
        if odd(text):
            return False
        # "#012": an escape of rsyslog's
        return self._tells is None or (text.find(b"#0") < 0 and not self._tells(text))
