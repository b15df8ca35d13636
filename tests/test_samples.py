"""The samples are what logscan says of them: every `<log>.expected.yaml` is checked."""

from pathlib import Path

import msgspec
import pytest
import yaml
from command import logscan

SAMPLES = Path(__file__).parent.parent / "samples"
EXPECTED = sorted(SAMPLES.rglob("*.expected.yaml"))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: str(path.relative_to(SAMPLES)))
def test_a_sample_gives_what_stands_beside_it(path: Path) -> None:
    """Events, signatures and unclassified events are as recorded."""
    want = yaml.safe_load(path.read_text())
    done = logscan("--format", "json", "--reference-time", "2026-11-25", str(path).removesuffix(".expected.yaml"))
    report = msgspec.json.decode(done.stdout)
    found = {each["signature"]: each["count"] for each in report["incidents"] if each["signature"]}
    assert report["events"] == want["events"]
    assert found == (want["signatures"] or {})
    assert report["unclassified"] == want["unclassified"]
    assert report["matched"] + report["unclassified"] == report["events"]


def test_there_are_samples() -> None:
    """The test above is not empty."""
    assert len(EXPECTED) > 25
