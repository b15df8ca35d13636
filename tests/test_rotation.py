"""Rules of the order in which the files of a rotated log are read."""

import random
from pathlib import Path

import pytest

from logscan.sources import Source, find
from logscan.sources.rotation import in_order, oldest_first

SETS = {
    "logrotate": ["app.log.10.gz", "app.log.3.gz", "app.log.2", "app.log.1", "app.log"],
    "dateext": ["app.log-20231231.gz", "app.log-20240101", "app.log-20240102.zst", "app.log"],
    "dateext with hours": ["app.log-2024010100.gz", "app.log-2024010101", "app.log"],
    "logback": [
        "app-2024-01-01.1.log.gz",
        "app-2024-01-01.2.log",
        "app-2024-01-01.10.log",
        "app-2024-01-02.0.log",
        "app.log",
    ],
    "Python, by time": ["app.log.2024-01-01_00-00", "app.log.2024-01-02_00-00", "app.log"],
    "one generation": ["Xorg.0.log.old", "Xorg.0.log"],
    "journald": ["system@0005f.journal", "system@00060.journal", "system.journal"],
    "no suffix": ["syslog.2.gz", "syslog.1", "syslog"],
}


@pytest.mark.parametrize("name", list(SETS))
def test_a_folder_gives_the_oldest_first(tmp_path: Path, name: str) -> None:
    """Whatever the tool that rotated; the current file is the last."""
    for file in SETS[name]:
        (tmp_path / file).write_text(file)
    found = [Path(item.name).name for item in find([str(tmp_path)]) if isinstance(item, Source)]
    assert found == SETS[name]


def test_logs_of_one_folder_stay_apart() -> None:
    """One log's files after the other's, whatever order they come in."""
    names = SETS["logrotate"] + SETS["no suffix"]
    shuffled = random.Random(3).sample(names, len(names))
    assert sorted(shuffled, key=oldest_first) == names


def test_named_files_keep_their_places_but_for_a_rotated_log() -> None:
    """A shell's `app.log*` names the newest first; what does not belong together stays as given."""
    assert in_order(["z.log", "x/app.log", "x/app.log.1", "a.log", "x/app.log.2.gz", "y/app.log.9", "-"]) == [
        "z.log", "x/app.log.2.gz", "x/app.log.1", "x/app.log", "a.log", "y/app.log.9", "-"]  # fmt: skip
