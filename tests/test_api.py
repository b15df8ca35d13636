"""The Python API, and the page that documents it."""

import doctest
import gzip
import inspect
import re
import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from command import LOG, ROOT, SAMPLES, SHOP, logscan
from command import report as command_report

import logscan as package
from logscan import LogscanError, api
from logscan.renderers import RENDERERS, View
from logscan.report import loads

PAGE = ROOT / "docs" / "api.md"
REFERENCE = {"tz": "UTC", "reference_time": "2026-11-25T00:00:00Z"}


def test_the_examples_of_the_page_are_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example of docs/api.md gives what the page says."""
    shutil.copy(SHOP, tmp_path)
    monkeypatch.chdir(tmp_path)
    tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried.attempted > 30
    assert tried.failed == 0


def test_the_page_names_every_argument_and_field() -> None:
    """Each argument of `scan`, each field of a rate, each frame."""
    page = PAGE.read_text("utf-8")
    from logscan.frame import FRAMES
    from logscan.report import Rate

    for name in [*inspect.signature(api.scan).parameters, *Rate.__struct_fields__]:
        assert f"`{name}`" in page, name
    for name in FRAMES:
        assert f'`"{name}"`' in page, name


def test_a_scan_is_that_of_the_command() -> None:
    """The report of files and folders is the command's, field by field; so is JSON, with what adding up needs."""
    for path in (SHOP, SAMPLES / "uvicorn-app-error"):
        made = package.scan(path, **REFERENCE)
        told = command_report(path)
        assert loads(made.render("json").encode()) == told
        assert made.report.incidents == told.incidents


def test_bytes_are_scanned_as_a_file_is() -> None:
    """A log in memory has the events of the same file, whatever its name; UTF-16 is read, packed data is not."""
    data = SHOP.read_bytes()
    file, memory = package.scan(SHOP, **REFERENCE).report, package.scan(data, **REFERENCE).report
    assert [(one.key, one.count, one.rate) for one in memory.incidents] == [
        (one.key, one.count, one.rate) for one in file.incidents
    ]
    assert (memory.input.bytes, memory.input.lines) == (file.input.bytes, file.input.lines)
    assert memory.input.sources[0].name == "memory://log"
    assert all(one.locate is None for one in memory.incidents)
    assert package.scan(LOG.decode().encode("utf-16"), **REFERENCE).report.events == 2
    packed = package.scan(gzip.compress(data), **REFERENCE).report
    assert (packed.events, [one.message for one in packed.problems]) == (0, ["binary data"])
    assert package.scan(b"", **REFERENCE).report.events == 0


def test_results_add_up_in_any_order() -> None:
    """a + b == b + a == the scan of both, and nothing given is changed."""
    paths = [SHOP, *sorted(SAMPLES.glob("uvicorn-*/app.log"))[:2]]
    a, b, c = (package.scan(path, **REFERENCE) for path in paths)
    before = a.report
    whole = package.scan(paths, **REFERENCE)
    assert (a + b + c).summary == (c + (b + a)).summary == whole.summary
    assert (a + b + c).report == (c + (b + a)).report == whole.report
    assert a.report == before


@pytest.mark.parametrize("other", [{"level": "warning"}, {"ignore": ["httpx.read-timeout"]}, {}])
def test_what_cannot_be_added_is_refused(other: dict[str, object]) -> None:
    """Another level, other signatures, the same log."""
    path = SHOP if not other else SAMPLES / "uvicorn-app-error"
    with pytest.raises(LogscanError, match="right"):
        package.scan(SHOP, **REFERENCE) + package.scan(path, **REFERENCE, **other)


def test_times_may_be_values() -> None:
    """`since`, `until` and marks as text and as datetimes, with a zone and without, are the same."""
    summer = timezone(timedelta(hours=2))
    same = [
        "2026-11-24 10:00:01",
        datetime(2026, 11, 24, 10, 0, 1),
        datetime(2026, 11, 24, 10, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 24, 12, 0, 1, tzinfo=summer),
    ]
    for time in same:
        made = package.scan(LOG, tz=UTC, since=time, marks=[(time, "deploy")]).report
        assert (made.events, made.options.since) == (1, "2026-11-24T10:00:01Z")
        assert [(one.time, one.label) for one in made.marks] == [("2026-11-24T10:00:01Z", "deploy")]
        assert package.scan(LOG, tz=UTC, until=time).report.events == 1
    assert package.scan(LOG, tz=summer).report.span.first == "2026-11-24T08:00:00.123000Z"


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "bad"}, {"tz": "Mars"}, {"since": "soon"}, {"since": "2026-11-23", "until": "2026-11-22"}, {"marks": [("soon", "x")]}, {"transport": "pigeon"},
        {"bucket": 0}, {"bucket": "wide"}, {"redact": "names"}, {"jobs": 0}, {"ignore": ["no.such"]},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked_for_is_a_usage_error(wrong: dict[str, object]) -> None:
    """Each says what is wrong, before anything is read."""
    value = next(iter(wrong.values()))
    with pytest.raises(LogscanError) as told:
        package.scan(SHOP, **{**REFERENCE, **wrong})
    assert re.search(str(value[0] if isinstance(value, list) else value)[:4].strip("('"), str(told.value))


def test_results_render_and_refuse() -> None:
    """Every format that is no stream is the renderer's own; others, and frames that do not exist, are named."""
    made = package.scan(LOG, **REFERENCE)
    for name in RENDERERS:
        if name not in ("json", "jsonl"):
            assert made.render(name, View(width=100)) == RENDERERS[name](made.report, View(width=100))
    with pytest.raises(LogscanError, match="format: 'jsonl' is not one of terminal, json"):
        made.render("jsonl")
    with pytest.raises(LogscanError, match="of: 'events' is not one of incidents"):
        made.to_frame("events")


def test_secrets_are_hidden_unless_the_program_says_otherwise() -> None:
    """`redact` is "" (secrets), more kinds, or None (nothing); events come as they are."""
    log = b"2026-11-24 10:00:00,123 ERROR shop: password=hunter22x9 from 10.1.2.3\n"
    seen: list[str] = []
    shown = {kinds: package.scan(log, redact=kinds, tz="UTC").render("json") for kinds in ("", "ip", None)}
    assert ["hunter22x9" in text for text in shown.values()] == [False, False, True]
    assert ["10.1.2.3" in text for text in shown.values()] == [True, False, True]
    package.scan(log, tz="UTC", on_event=lambda event: seen.append(event.text))
    assert len(seen) == 1 and "hunter22x9" in seen[0]


def test_what_a_program_raises_is_no_fault_of_the_log(tmp_path: Path) -> None:
    """An error of `on_event` comes out of the scan as it is, whatever its type and however the log is read: it is never
    told as a problem of the input."""
    (tmp_path / "app.log").write_bytes(LOG)

    def gone(event: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    for log in (tmp_path / "app.log", LOG):
        with pytest.raises(BrokenPipeError):
            package.scan(log, tz="UTC", on_event=gone)


def test_nothing_is_written_and_no_setting_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's and the project's files, and the environment, change nothing; no file is made."""
    (tmp_path / "logscan.toml").write_text('level = "critical"\n')
    (tmp_path / ".logscan").mkdir()
    (tmp_path / ".logscan" / "ignore").write_text("no.such.signature\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOGSCAN_LEVEL", "critical")
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    assert package.scan(LOG, tz="UTC").report.events == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [".logscan", "logscan.toml"]


def test_a_saved_report_is_read_by_both(tmp_path: Path) -> None:
    """What `render("json")` writes, `load` and `logscan report` read."""
    made = package.scan(SHOP, **REFERENCE)
    path = tmp_path / "a.json"
    path.write_text(made.render("json"))
    assert package.load(path).incidents == made.report.incidents
    assert logscan("report", path, "--format", "csv").stdout.decode() == made.render("csv")
    with pytest.raises(LogscanError, match="no such file"):
        package.load(tmp_path / "none.json")
