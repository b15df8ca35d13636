"""Every test has a cache of its own, and leaves the user's alone."""

from pathlib import Path

import pytest

from logscan import cache


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cache.stop()


@pytest.fixture(autouse=True)
def _engine_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are short: without this, none would meet the engine for long sources."""
    monkeypatch.setattr("logscan.prefilter.SHORT", 0)
