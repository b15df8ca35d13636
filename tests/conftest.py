"""The tests have a cache of their own, and leave the user's alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from logscan import cache


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One for all commands that the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_STATE_HOME", os.devnull)
        patch.setenv("XDG_CONFIG_HOME", os.devnull)
        yield


@pytest.fixture(autouse=True)
def _as_a_library() -> None:
    """Within the tests' own process no cache is in use, unless a test starts it."""
    cache.stop()


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, not started yet; its folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "logscan"


@pytest.fixture(autouse=True)
def _engine_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are short: without this, none would meet the engine for long sources."""
    monkeypatch.setattr("logscan.prefilter.SHORT", 0)
