"""Settings from files and the environment: which wins, what is refused, and what a team says of signatures."""

from pathlib import Path

import pytest
from command import LOG, SHOP, logscan

from logscan.report import Report, loads


def level_in(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> str:
    """The level that a scan was told."""
    done = logscan("scan", "-f", "json", *arguments, stdin=LOG, cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    return loads(done.stdout).options.level


def test_who_wins(tmp_path: Path) -> None:
    """Option over variable over the project's file over the user's; each where the stronger ones say nothing."""
    home, project = tmp_path / "home", tmp_path / "project"
    (home / "logscan").mkdir(parents=True)
    (project / "deep" / "er").mkdir(parents=True)
    env = {"XDG_CONFIG_HOME": str(home)}
    assert level_in(project, env=env) == "error"
    (home / "logscan" / "logscan.toml").write_text('level = "notice"\ntz = "UTC"\n')
    assert level_in(project, env=env) == "notice"
    (project / "logscan.toml").write_text('level = "warning"\n')
    assert level_in(project / "deep" / "er", env=env) == "warning"
    assert level_in(project, env=env | {"LOGSCAN_LEVEL": "critical"}) == "critical"
    assert level_in(project, "--level", "info", env=env | {"LOGSCAN_LEVEL": "critical"}) == "info"
    assert level_in(project, env=env | {"LOGSCAN_CONFIG": ""}) == "error"


def test_the_closest_file_alone(tmp_path: Path) -> None:
    """Files further up are not looked at; a pyproject.toml without our table is passed by."""
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "logscan.toml").write_text('level = "warning"\ntz = "+05:00"\n')
    (deep / "pyproject.toml").write_text('[project]\nname = "x"\n')
    assert level_in(deep) == "warning"
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.logscan]\nlevel = "notice"\n')
    shown = logscan("config", cwd=deep).stdout.decode()
    assert f'level = "notice"  # {tmp_path / "a" / "pyproject.toml"}' in shown
    assert "tz = unset  # default" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("levle = 1", "levle: no such setting"),
        ("level = 1", "level: Expected `str`, got `int`"),
        ("level =", "not TOML"),
        ("[signature.nothing]\nignore = true", "no such signature"),
        ('[signature."x"]\naction = "sleep"', "Invalid enum value"),
        ("[redact-rules]\nx = '('", "not a regular expression"),
        ('level = "loud"', "not one of"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str, tmp_path: Path) -> None:
    """Exit 2 and one line that names the key."""
    (tmp_path / "logscan.toml").write_text(text)
    done = logscan("scan", stdin=LOG, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()


WRONG = {
    "level": ('"loud"', "level: 'loud' is not one of"),
    "since": ('"whenever"', "since: 'whenever' is no time"),
    "until": ('"whenever"', "until: 'whenever' is no time"),
    "format": ('"pdf"', "format: 'pdf' is not one of"),
    "output": ('["html"]', "output: 'html' is not FORMAT=PATH"),
    "top": ("-3", "top: -3 is no number"),
    "bucket": ('"often"', "bucket: 'often' is no"),
    "tz": ('"Mars/Olympus"', "tz: 'Mars/Olympus' is no time zone"),
    "reference-time": ('"then"', "reference-time: 'then' is no time"),
    "transport": ('"pigeon"', "transport: 'pigeon' is not one of"),
    "mark": ('["deploy"]', "mark: 'deploy' is not TIME=LABEL"),
    "fail-on": ('"new"', "fail-on new: needs --baseline"),
    "baseline": ('"gone.json"', "baseline: gone.json: no such file"),
    "signatures": ('["gone"]', "signatures: {folder}/gone:1:1: file: no such file"),
    "ignore": ('["shop.nothing"]', "ignore: no signature is called shop.nothing"),
    "installed": ('["gone.txt"]', "installed: gone.txt: no such file"),
    "redact": ('"sun"', "redact: 'sun' is not one of"),
    "color": ('"mauve"', "color: 'mauve' is not one of"),
    "jobs": ("0", "jobs: 0 is no number of processes"),
}


@pytest.mark.parametrize("key", WRONG)
def test_a_bad_value_is_told_by_the_file_it_stands_in(key: str, tmp_path: Path) -> None:
    """A scan names the file and the key, not an option that nobody wrote; `logscan config` says the same and is no
    success."""
    value, said = WRONG[key]
    (tmp_path / "logscan.toml").write_text(f"{key} = {value}\n")
    place = f"logscan: {tmp_path}/logscan.toml: {said.format(folder=tmp_path)}"
    for command in (("scan", "-"), ("config",)):
        done = logscan(*command, stdin=LOG, cwd=tmp_path)
        assert done.returncode == 2 and done.stderr.decode().startswith(place), done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[redact-rules]\nx = '('", "redact-rules.x: not a regular expression"),
        ("[redact-rules]\nX = 'x'", "redact-rules.X: no name"),
        ("[signature.nothing]\nignore = true", "[signature.'nothing']: no such signature"),
    ],
)
def test_a_bad_entry_of_a_table_is_told_by_its_file(text: str, said: str, tmp_path: Path) -> None:
    """The same for own rules of redaction and for a team's words on signatures."""
    (tmp_path / "logscan.toml").write_text(text)
    for command in (("scan", "-"), ("config",)):
        done = logscan(*command, stdin=LOG, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.decode().startswith(f"logscan: {tmp_path}/logscan.toml: {said}"), done.stderr


def test_the_one_to_blame_is_the_one_whose_value_it_is(tmp_path: Path) -> None:
    """A variable is named by its name; an option of the command line stays one, however it is spelt, and hides what a
    file says."""
    (tmp_path / "logscan.toml").write_text('level = "loud"\nformat = "json"\n')

    def said(*arguments: str, **env: str) -> str:
        return logscan(*arguments, stdin=LOG, cwd=tmp_path, env=env).stderr.decode()

    assert said("scan", "-", LOGSCAN_LEVEL="shrill").startswith("logscan: LOGSCAN_LEVEL: 'shrill'")
    assert said("config", LOGSCAN_LEVEL="shrill").startswith("logscan: LOGSCAN_LEVEL: 'shrill'")
    assert said("scan", "-", "--level", "quiet").startswith("logscan: --level: 'quiet'")
    assert said("scan", "-", "--level=quiet").startswith("logscan: --level: 'quiet'")
    assert said("scan", "-", "--level", "info") == ""
    for given in (["-f", "pdf"], ["-fpdf"], ["-qf", "pdf"]):
        assert said("scan", "-", "--level", "info", *given).startswith("logscan: --format: 'pdf'")
    # what suits a scan may not suit another command
    assert "logscan.toml: format: 'json' is not one of terminal, jsonl" in said("follow", "-")


def test_variables_of_every_kind(tmp_path: Path) -> None:
    """Switches, numbers and lists; a value that does not fit is exit 2."""
    shown = logscan(
        "config", env={"LOGSCAN_QUIET": "1", "LOGSCAN_TOP": "3", "LOGSCAN_SIGNATURES": "a:b"}
    ).stdout.decode()
    assert "quiet = true  # LOGSCAN_QUIET" in shown
    assert "top = 3  # LOGSCAN_TOP" in shown
    assert 'signatures = ["a", "b"]  # LOGSCAN_SIGNATURES' in shown
    assert logscan("scan", stdin=LOG, env={"LOGSCAN_QUIET": "perhaps"}).returncode == 2


def shop(folder: Path) -> Report:
    done = logscan("scan", SHOP, "--tz", "UTC", "-f", "json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return loads(done.stdout)


def test_a_team_has_the_last_word_on_a_signature(tmp_path: Path) -> None:
    """Severity, action, ignore and the team's runbook are in the report beside what the signature says; the counts and
    the other incidents stay."""
    before = shop(tmp_path)
    first, second = [one for one in before.incidents if one.signature][:2]
    (tmp_path / "logscan.toml").write_text(
        f'[signature."{first.key}"]\nignore = true\n[signature."{second.key}"]\nseverity = "info"\naction = "watch"\n'
        'runbook = {link = "https://wiki.example/x", text = "Ring the bell."}\n'
    )
    after = shop(tmp_path)
    found = {one.key: one for one in after.incidents}
    assert {one.key: one.count for one in before.incidents} == {one.key: one.count for one in after.incidents}
    assert found[first.key].action == "ignore"
    changed = found[second.key]
    assert (changed.severity, changed.action) == ("info", "watch")
    assert changed.remediation and second.remediation
    assert changed.remediation.summary.startswith(second.remediation.summary)
    assert "Ring the bell." in changed.remediation.summary
    assert changed.remediation.links[0].url == "https://wiki.example/x"
    assert changed.remediation.links[1:] == second.remediation.links
    assert after.rules.digest != before.rules.digest


def test_no_parser_is_loaded_where_there_is_no_file(tmp_path: Path) -> None:
    """Starting costs no TOML."""
    import subprocess
    import sys

    from command import environment

    program = (
        "import io, sys; from logscan.cli import run; sys.stdin = open('x.log'); "
        "run(['scan', 'x.log', '-q']); sys.exit('tomllib' in sys.modules)"
    )
    (tmp_path / "x.log").write_bytes(LOG)
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment(), capture_output=True)
    assert done.returncode == 0, done.stderr
