"""The samples are what logscan says of them: every `<log>.expected.yaml` is checked."""

from pathlib import Path

import yaml
from command import logscan

SAMPLES = Path(__file__).parent.parent / "samples"
EXPECTED = sorted(SAMPLES.rglob("*.expected.yaml"))

RECORDED = ("languages", "python")
"""Their recordings say event by event what is in them; other tests read that."""


def test_the_samples_give_what_stands_beside_them() -> None:
    """`logscan check` finds every sample as expected, and no error in those without an expectation."""
    folders = [path for path in sorted(SAMPLES.iterdir()) if path.is_dir() and path.name not in RECORDED]
    done = logscan("check", *folders)
    assert done.returncode == 0, done.stdout.decode()
    assert f"{len(EXPECTED)} as expected" in done.stdout.decode()


def test_there_are_samples() -> None:
    """The test above is not empty."""
    assert len(EXPECTED) > 25


def test_every_folder_of_logs_says_how_it_was_made_and_is_small() -> None:
    """how.md beside the logs or in the folder above them; 400 kB a log at most."""
    logs = [path for path in SAMPLES.rglob("*.log") if path.is_file()]
    homes = {path.parent for path in logs}
    bare = [home for home in sorted(homes) if not any((up / "how.md").exists() for up in (home, *home.parents[:2]))]
    assert bare == []
    assert [path for path in logs if path.stat().st_size > 400_000] == []


def test_signatures_name_samples_that_exist() -> None:
    """`reproduced.how` of a bundled signature is in this checkout."""
    gone = []
    for path in (SAMPLES.parent / "signatures").rglob("*.yaml"):
        how = (yaml.safe_load(path.read_text()).get("reproduced") or {}).get("how", "")
        if how.startswith("samples/") and not (SAMPLES.parent / how).exists():
            gone.append(f"{path.name}: {how}")
    assert gone == []
