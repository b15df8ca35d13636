"""A memory for functions of values that come again as the very same object.

A storm repeats the same few stacks, and whoever parses them hands out the same tuple again; to hash twenty frames
would cost more than most of what is asked about them.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ByIdentity(Generic[K, V]):
    """Remembers `function(value, *more)` by the identity of `value`, which is kept alive, and by `more`."""

    def __init__(self, function: Callable[..., V], memory: int = 1024) -> None:
        self._function = function
        self._memory = memory
        self._seen: dict[tuple[int, tuple[Hashable, ...]], tuple[K, V]] = {}

    def __call__(self, value: K, *more: Hashable) -> V:
        key = id(value), more
        found = self._seen.get(key)
        if found is not None:
            return found[1]
        if len(self._seen) >= self._memory:
            self._seen.clear()
        result = self._function(value, *more)
        self._seen[key] = value, result
        return result
