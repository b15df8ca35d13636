"""No secret of a log is in anything that a scan writes. The secrets are made up; vendors' prefixes are joined at run
time so that no scanner of this repository takes them for real ones."""

import json
import re
from pathlib import Path

import pytest
from command import logscan

from logscan.redact import Redactor, redact
from logscan.redactmore import rules
from logscan.renderers import RENDERERS

HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
LETTERS = "Qz7Wx3Ec9Rv5Tb1Yn8Um2Ik4Ol6Pj0Sh"
PEM = "MIIEpAIBAAKCAQEA7bq9Xo2vK1mR5tYw8LpZ"

SEEDED = [
    ("AKIA" + "Q3EGR7XNZ5KDV2TW", "aws id {}"),
    ("ASIA" + "Q3EGR7XNZ5KDV2TW", "session {}"),
    ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYz1", "aws_secret_access_key={}"),
    ("gh" + f"p_{HEX}0123", "git said {}"),
    ("gh" + f"s_{HEX}4567", "runner token {}"),
    ("github_" + f"pat_{HEX}_{LETTERS}", "pushing with {}"),
    ("glp" + "at-Xy12Zw34Vu56Ts78Rq90", "PRIVATE-TOKEN: {}"),
    ("xox" + "b-9876543210-QwErTyUiOp", "slack {}"),
    ("T01/B02/" + LETTERS, "POST https://hooks.slack.com/services/{}"),
    ("sk_" + f"live_{LETTERS}", "stripe {}"),
    ("whsec" + f"_{LETTERS}", "webhook {}"),
    ("AI" + f"za{LETTERS}abc", "maps key {}"),
    ("ya29" + f".{LETTERS}", "oauth {}"),
    ("GOCSPX" + f"-{LETTERS}", "client {}"),
    ("sk-" + f"proj-{LETTERS}{HEX}", "openai {}"),
    ("npm" + f"_{LETTERS}abcd", "//registry/:_authToken={}"),
    ("SG" + f".{LETTERS[:22]}.{HEX}", "sendgrid {}"),
    ("hvs" + f".{LETTERS}", "vault {}"),
    ("dop" + f"_v1_{HEX}{HEX}", "droplet {}"),
    ("dckr" + f"_pat_{LETTERS}", "docker login {}"),
    ("pypi" + f"-AgEIcHlwaS5vcmc{LETTERS}", "twine {}"),
    ("shpat" + f"_{HEX}", "shop {}"),
    ("hf" + f"_{LETTERS}", "model hub {}"),
    ("NRAK" + "-Q3EGR7XNZ5KDV2TWB8C1M4", "agent {}"),
    ("dapi" + HEX, "cluster {}"),
    ("gls" + f"a_{LETTERS}_{HEX[:8]}", "grafana {}"),
    ("shps" + f"s_{HEX}", "shop secret {}"),
    ("gsk" + f"_{LETTERS}{HEX}", "inference {}"),
    ("figd" + f"_{LETTERS}{HEX}", "design {}"),
    ("ATATT" + f"3{LETTERS}{HEX}", "tickets {}"),
    ("PMA" + f"K-{HEX[:24]}-{HEX}ab", "postman {}"),
    (LETTERS[:14] + f".atlasv1.{LETTERS}{HEX}", "terraform {}"),
    (f"{LETTERS}{HEX}", "POST https://discord.com/api/webhooks/123456789/{}"),
    ("AGE-SECRET-KEY-1" + "Q3EGR7XNZ5KDV2TWB8C1M4", "age {}"),
    ("123456789:AA" + LETTERS + "x", "bot {}"),
    ("key-" + HEX, "mailgun {}"),
    ("Zm9vYmFyYmF6cXV4MTIzNDU2", "GET /blob?sv=2024&sig={}&se=1"),
    (HEX, "remote https://{}@git.example/app.git"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", "got {}"),
    ("tok.abc-77.def", "Authorization: Bearer {}"),
    ("c2hvcDpodW50ZXIx", "{{'Authorization': 'Basic {}'}}"),
    ("resp0nse77", 'Authorization: Digest username="x", response="{}"'),
    ("sid77abc=1f2e", "Cookie: {}; theme=dark"),
    ("sess88def", "Set-Cookie: sessionid={}; Path=/"),
    ("A1B2C3D4E5F6", "GET /cart;jsessionid={}"),
    ("pw0url1", "postgres://shop:{}@db.local/shop"),
    ("p@ss2url", "redis://:{}@cache:6379/0"),
    ("hunter3", "host=db password={} dbname=x"),
    ("hun ter4", "PGPASSWORD='{}'"),
    ("hunter5", '{{"password": "{}", "n": 1}}'),
    ("hunter6", "Server=x;Password={};"),
    ("hunter7key", '"{{\\"api_key\\": \\"{}\\"}}"'),
    ("Lz9AccountQ==", "AccountName=x;AccountKey={};"),
    ("hunter8", "mysql --password {} -h db"),
    ("hunter9", "ALTER USER shop IDENTIFIED BY '{}'"),
    ("acc77ess", "/cb?access_token={}&x=1"),
    (PEM, "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----"),
    (f"{PEM}pgp", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n{}\n-----END PGP PRIVATE KEY BLOCK-----"),
    (f"{PEM}tail", "{}\\n-----END PRIVATE KEY-----"),
    ("jane.doe+x@example.co.uk", "mail to {}"),
    ("4111 1111 1111 1111", "card {}"),
    ("378282246310005", "paid with {}"),
]  # fmt: skip


def log() -> str:
    """Each secret in a record's message, in a traceback's message and in its line of code."""
    lines = []
    for number, (secret, shape) in enumerate(SEEDED):
        said = shape.format(secret)
        flat = said.replace("\n", "\\n")
        lines += [
            f"2026-11-24 10:{number:02d}:00,123 ERROR shop.part{number}: {flat}",
            f"2026-11-24 10:{number:02d}:01,123 ERROR shop.trace: failed",
            "Traceback (most recent call last):",
            f'  File "/srv/app/shop/part{number}.py", line 14, in call_{chr(97 + number % 26)}{number}',
            f"    send({flat!r})",
            f"shop.Failed{number}: {said}",
        ]
    return "\n".join(lines) + "\n"


def test_no_output_holds_a_seeded_secret(tmp_path: Path) -> None:
    """At least 50 secrets in many shapes: none is in any format, on standard error, or in the kept report; every event
    is counted all the same."""
    assert len(SEEDED) >= 50
    (tmp_path / "app.log").write_text(log())
    places = [part for name in RENDERERS for part in ("--output", f"{name}=out.{name}")]
    done = logscan(
        "scan", "app.log", "-v", "--tz", "UTC", *places, cwd=tmp_path, env={"XDG_STATE_HOME": str(tmp_path / "state")}
    )
    assert done.returncode == 0, done.stderr
    written = {path.name: path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path.name != "redact.key"
               and path.name != "app.log"}  # fmt: skip
    assert any(name.startswith("report-") for name in written)
    assert json.loads(written["out.json"])["events"] >= 2 * len(SEEDED)
    written |= {"stdout": done.stdout.decode(), "stderr": done.stderr.decode()}
    found = [(name, secret) for name, text in written.items() for secret, _ in SEEDED if secret in text]
    assert found == []


def test_the_log_as_it_is_where_that_is_asked_for(tmp_path: Path) -> None:
    """`--no-redact` shows what the test above looks for, and such a report is not kept."""
    (tmp_path / "app.log").write_text(log())
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    done = logscan("scan", "app.log", "--no-redact", "--format", "jsonl", cwd=tmp_path, env=state)
    text = done.stdout.decode()
    assert sum(secret in text for secret, _ in SEEDED) > 45
    assert b"there is no report 1" in logscan("show", env=state).stderr


def test_equal_values_are_recognised() -> None:
    """One key: the same value, the same digits, whatever stands around it; another value or key, others."""
    one, other = Redactor(key=lambda: b"k" * 32), Redactor(key=lambda: b"l" * 32)
    digits = re.findall(r"#([0-9a-f]{6})>", one("password=hunter2 then {'password': 'hunter2'}, password=hunter3"))
    assert digits[0] == digits[1] != digits[2]
    assert other("password=hunter2") != one("password=hunter2")
    assert redact("password=hunter2") == "password=<redacted:password>"
    assert one(one("password=hunter2, Cookie: a=1")) == one("password=hunter2, Cookie: a=1")


@pytest.mark.parametrize(
    ("kind", "text", "redacted"),
    [
        ("ip", "from 203.0.113.9:443 via 127.0.0.1", "from <redacted:ip>:443 via 127.0.0.1"),
        ("ip", "peer 2001:db8::1, at 12:30:45", "peer <redacted:ip>, at 12:30:45"),
        ("ip", "version 1.2.3.4.5, 999.1.1.1", "version 1.2.3.4.5, 999.1.1.1"),
        ("user", "user=jane uid=1000", "user=<redacted:user> uid=<redacted:user>"),
        ("user", "Failed password for invalid user bob from", "Failed password for invalid user <redacted:user> from"),
        ("user", 'authentication failed for user "shop"', 'authentication failed for user "<redacted:user>"'),
        ("user", "open /home/jane/x.py", "open /home/<redacted:user>/x.py"),
        ("path", "open /srv/data/x.csv: no", "open <redacted:path>: no"),
        ("path", 'File "/srv/my app/x.py", line 3', 'File "<redacted:path>", line 3'),
        ("path", "see https://example.com/a/b", "see https://example.com/a/b"),
    ],
)
def test_more_is_hidden_where_it_is_asked_for(kind: str, text: str, redacted: str) -> None:
    """`--redact`: addresses, users, paths; without it they stay, and twice is the same as once."""
    hide = Redactor(rules([kind]))
    assert hide(text) == redacted
    assert hide(redacted) == redacted
    assert redact(text) == text


def test_own_rules() -> None:
    """A team's pattern hides what it finds, or its group `secret`; one that takes too long hides the whole text."""
    hide = Redactor(rules([], {"order": r"order (?P<secret>\d+)", "slow": r"(?:a|aa)+[cd]"}))
    assert hide("order 17 failed") == "order <redacted:order> failed"
    assert hide("a" * 40 + "b") == "<redacted:too-slow>"


def test_a_value_apart_from_its_name() -> None:
    """A field called like a secret is one, whatever it holds."""
    assert redact.named("db_password", "letters") == "<redacted:secret>"
    assert redact.named("service.name", "shop") == "shop"


CUT = [("pw0" + LETTERS, "postgres://shop:{}@db.local/shop"), ("4111 1111 1111 1111", "card {} was refused"),
       ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYz1", "aws_secret_access_key={}"), (f"jane.{HEX}@example.org", "mail to {}")]  # fmt: skip


@pytest.mark.parametrize(("secret", "form"), CUT)
@pytest.mark.parametrize("format", ["csv", "json", "markdown"])
def test_no_part_of_a_secret_is_left_where_a_title_is_cut(secret: str, form: str, format: str, tmp_path: Path) -> None:
    """Text is redacted before it is shortened: a half of a secret is not known for one. Wherever the cut falls."""
    log = tmp_path / "app.log"
    texts = ("word " * 20)[:90]
    lines = [f"2026-11-24 10:00:01 ERROR {chr(97 + n % 26)}{texts[:n]} {form.format(secret)}\n" for n in range(90)]
    log.write_text("".join(lines))
    told = logscan("scan", str(log), "--format", format, "--no-keep").stdout.decode()
    assert secret[:6] not in told.replace("\\", "")


def test_no_part_of_a_secret_is_left_where_an_example_is_cut(tmp_path: Path) -> None:
    """The same of an example too long to show: the words at its edges are left out."""
    for at in range(3042, 3078, 2):
        log = tmp_path / "app.log"
        log.write_text(
            f"2026-11-24 10:00:01 ERROR {'x' * 70} {'y ' * (at // 2 - 60)} 4111 1111 1111 1111 {'z ' * 2000}\n"
        )
        told = logscan("scan", str(log), "--format", "json", "--no-keep").stdout.decode()
        assert "4111 1" not in told
