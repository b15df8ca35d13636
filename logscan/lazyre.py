"""Regular expressions that are compiled when they are first used.

A short scan meets a few of the several hundred patterns of all transports, grammars and redaction rules; compiling all
of them would cost it more time than reading does.
"""

import re
from collections.abc import Callable, Iterator
from typing import AnyStr, Generic


class Lazy(Generic[AnyStr]):
    """As much of `re.Pattern` as is used here; the methods mean the same."""

    __slots__ = ("_compiled", "flags", "pattern")

    def __init__(self, pattern: AnyStr, flags: int = 0) -> None:
        self.pattern: AnyStr = pattern
        self.flags = flags
        self._compiled: re.Pattern[AnyStr] | None = None

    def compiled(self) -> re.Pattern[AnyStr]:
        """The pattern itself."""
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self.flags)
        return self._compiled

    def match(self, text: AnyStr, pos: int = 0) -> re.Match[AnyStr] | None:
        return (self._compiled or self.compiled()).match(text, pos)

    def fullmatch(self, text: AnyStr) -> re.Match[AnyStr] | None:
        return (self._compiled or self.compiled()).fullmatch(text)

    def search(self, text: AnyStr, pos: int = 0) -> re.Match[AnyStr] | None:
        return (self._compiled or self.compiled()).search(text, pos)

    def finditer(self, text: AnyStr) -> Iterator[re.Match[AnyStr]]:
        return self.compiled().finditer(text)

    def findall(self, text: AnyStr) -> list[AnyStr]:
        return self.compiled().findall(text)

    def split(self, text: AnyStr, maxsplit: int = 0) -> list[AnyStr]:
        return self.compiled().split(text, maxsplit)

    def sub(self, new: AnyStr | Callable[[re.Match[AnyStr]], AnyStr], text: AnyStr, count: int = 0) -> AnyStr:
        return self.compiled().sub(new, text, count)


def lazy(pattern: AnyStr, flags: int = 0) -> Lazy[AnyStr]:
    """Instead of `re.compile` at a module's top level."""
    return Lazy(pattern, flags)
