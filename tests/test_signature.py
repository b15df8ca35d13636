"""Signatures: what is read, what is refused, and where the scanner must look."""

import json
import pickle
from pathlib import Path

import jsonschema
import pytest

from logscan import literals, yamlread
from logscan.errors import RulesError
from logscan.sigmodel import (
    AllOf,
    AnyOf,
    ErrorLeaf,
    IncompleteLeaf,
    LevelLeaf,
    Match,
    Not,
    Signature,
    TextLeaf,
)
from logscan.signature import bundled_folder, examples_of, load, required

SCHEMA = json.loads((Path(yamlread.__file__).parent / "signature.schema.json").read_text())
GOOD = """\
schema: logscan.signature/1
id: shop.no-stock
title: "shop: out of stock"
severity: warning
action: watch
status: stable
match:
  message: "no stock left for item"
cause: Nothing left.
impact: No sale.
remediation:
  summary: Order more.
  fixes:
    - {do: upgrade, package: shop, fixed_in: "0.10", link: "https://shop.test/x"}
evidence:
  - {url: "https://shop.test/1", shows: it}
evidence_level: reported
last_verified: 2026-11-24
examples:
  match: ["ERROR no stock left for item 7"]
  no_match: ["ERROR no time left"]
"""


def write(folder: Path, text: str, name: str = "shop/no-stock") -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def refusal(folder: Path) -> list[str]:
    with pytest.raises(RulesError) as caught:
        load([folder], bundled=False)
    return [problem.removeprefix(f"{folder}/shop/no-stock.yaml:") for problem in caught.value.problems]


def test_the_bundled_set_loads_and_fits_the_schema() -> None:
    """Every bundled signature is accepted by the loader and by the published JSON Schema alike."""
    rules = load([])
    assert rules.count >= 7
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for signature in rules.signatures:
        node = yamlread.read(Path(signature.path).read_bytes(), signature.path)
        assert [error.message for error in validator.iter_errors(yamlread.plain(node))] == []


def test_the_schema_names_every_field() -> None:
    """The JSON Schema and the model know the same keys, and each key is described."""
    fields = {*Signature.__struct_fields__, "schema"} - {"path"}
    assert set(SCHEMA["properties"]) == fields
    assert all("description" in value or "$ref" in value for value in SCHEMA["properties"].values())


def test_a_good_file(tmp_path: Path) -> None:
    """Values come out as written; a version stays a string."""
    write(tmp_path, GOOD)
    rules = load([tmp_path], bundled=False)
    signature = rules.by_id["shop.no-stock"]
    assert signature.remediation.fixes[0].fixed_in == "0.10"
    assert signature.match == TextLeaf("message", regex="no stock left for item")
    assert (rules.count, rules.packs, rules.every_line) == (1, (tmp_path.name,), False)
    assert rules.anchors == {b"no stock left for item"}


REFUSED = {
    "unknown key": (("severity:", "severty:"), "4:1: severty: unknown key; did you mean severity?"),
    "missing key": (("impact: No sale.\n", ""), "1:1: impact: missing; add it"),
    "bad choice": (("action: watch", "action: wake"), "5:9: action: 'wake' is not one of page, ticket, watch, ignore"),
    "script link": (("https://shop.test/1", "javascript:alert(1)"), "16:11: evidence[0].url: 'javascript:alert(1)' is not an http or https link"),
    "id and file": (("shop.no-stock", "shop.other"), "2:5: id: shop.other does not fit the file, which is for shop.no-stock; rename one"),
    "id form": (("shop.no-stock", "Shop"), "2:5: id: 'Shop' is not an id like software.short-name"),
    "reserved": (('  message: "no stock left for item"', "  occurs: 3"), "8:3: match.occurs: reserved for a later version; remove it"),
    "empty any": (('  message: "no stock left for item"', "  any: []"), "8:8: match.any: is empty; give at least one condition"),
    "unknown leaf": (('  message: "no stock left for item"', "  mesage: x"), "8:3: match.mesage: unknown key; did you mean message?"),
    "no examples": (('["ERROR no time left"]', "[]"), "21:13: examples.no_match: is empty; give at least one example"),
    "upgrade to what": ((', fixed_in: "0.10"', ""), "14:7: remediation.fixes[0]: an upgrade needs package and fixed_in"),
    "bad regex": (("left for item", "(left"), "8:12: match.message: not a regular expression: missing ) at position 14"),
    "deprecated alone": (("stable", "deprecated"), "1:1: status: deprecated and superseded_by go together; give both or none"),
    "file outside": (('["ERROR no time left"]', "[{file: ../../etc/passwd}]"), "21:21: examples.no_match[0].file: '../../etc/passwd' is not a path below the folder that holds the pack"),
    "old schema": (("signature/1", "signature/9"), "1:9: schema: 'logscan.signature/9' is not one of logscan.signature/1"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    """A defect is told as file:line:column: field: what and how to mend it."""
    (old, new), expected = REFUSED[name]
    assert old in GOOD
    write(tmp_path, GOOD.replace(old, new))
    assert expected in refusal(tmp_path)


def test_all_problems_at_once(tmp_path: Path) -> None:
    """One run shows the problems of all files."""
    write(tmp_path, GOOD.replace("action: watch", "action: x").replace("severity: warning", "severity: y"))
    write(tmp_path, "a: *b\n", "shop/second")
    assert len(refusal(tmp_path)) == 3


def test_duplicate_ids_are_refused_with_both_places(tmp_path: Path) -> None:
    """Two packs with one id: neither wins silently."""
    first, second = write(tmp_path / "one", GOOD), write(tmp_path / "two", GOOD)
    with pytest.raises(RulesError) as caught:
        load([tmp_path / "one", tmp_path / "two"], bundled=False)
    (problem,) = caught.value.problems
    assert str(first) in problem and str(second) in problem


def test_the_same_file_twice_is_one(tmp_path: Path) -> None:
    """A path given twice, or the bundled folder named again, is no duplicate."""
    write(tmp_path, GOOD)
    assert load([tmp_path, tmp_path / "shop"], bundled=False).count == 1
    assert load([bundled_folder()]).count == load([]).count


def test_missing_path_and_circle(tmp_path: Path) -> None:
    """A path that is not there, and signatures that win over each other, are refused."""
    with pytest.raises(RulesError, match="no such file"):
        load([tmp_path / "nowhere"], bundled=False)
    write(tmp_path, GOOD + "over: [shop.b]\n")
    write(tmp_path, GOOD.replace("shop.no-stock", "shop.b") + "over: [shop.no-stock]\n", "shop/b")
    with pytest.raises(RulesError, match="in a circle"):
        load([tmp_path], bundled=False)


def test_digest_knows_content_only(tmp_path: Path) -> None:
    """The digest does not depend on where files lie or in what order they come, and changes with content."""
    for name in ("a", "b"):
        write(tmp_path / name, GOOD)
    write(tmp_path / "a", GOOD.replace("shop.no-stock", "shop.b"), "shop/b")
    write(tmp_path / "c", GOOD.replace("shop.no-stock", "shop.b"), "shop/b")
    one = load([tmp_path / "a"], bundled=False).digest
    assert load([tmp_path / "c", tmp_path / "b"], bundled=False).digest == one
    write(tmp_path / "b", GOOD.replace("Order more", "Order less"))
    assert load([tmp_path / "c", tmp_path / "b"], bundled=False).digest != one


def test_examples_in_files(tmp_path: Path) -> None:
    """An example's file is read relative to the folder above the pack."""
    write(tmp_path / "signatures", GOOD.replace('["ERROR no time left"]', "[{file: logs/a.log}]"))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.log").write_bytes(b"\xffx\n")
    (signature,) = load([tmp_path / "signatures"], bundled=False).signatures
    assert list(examples_of(signature)) == [
        ("match", b"ERROR no stock left for item 7\n"),
        ("no_match", b"\xffx\n"),
    ]


def test_a_ruleset_travels_to_workers() -> None:
    """Processes get the ruleset by pickle."""
    rules = load([])
    assert pickle.loads(pickle.dumps(rules)) == rules


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("can't handle event type .*ConnectionClosed", {"t handle event type "}),
        ("a|b", None),
        ("(?:left|right) hand", {" hand"}),
        ("fatal|panic", {"fatal", "panic"}),
        ("fatal|p", None),
        ("(?i)hello", None),
        ("(?i:hello) world", {" world"}),
        ("(?:abcd)+", {"abcd"}),
        ("(?:abcd)*efgh", {"efgh"}),
        ("abcd?", None),
        ("(ab)(cd)ef", {"abcdef"}),
        ("foo(?=bar)baz", {"foobaz"}),
        (r"say \"hello\" there", {" there"}),
        (r"one\ntwo and", {"two and"}),
        (r"x/longer/path", {"longer"}),
        ("[k]ernel", {"kernel"}),
        ("größer", None),
        ("(", None),
    ],
)
def test_required_literals(pattern: str, expected: set[str] | None) -> None:
    """A literal is one that every match holds, in bytes that no JSON writer escapes; else there is none."""
    assert literals.required(pattern) == (None if expected is None else frozenset(expected))


ERROR = ErrorLeaf(types=("a.B",))
LONG, SHORT = TextLeaf("text", regex="a longer text"), TextLeaf("text", regex="short")
OPEN = TextLeaf("text", regex=r"\d+")


@pytest.mark.parametrize(
    ("match", "anchors", "keys"),
    [
        (LONG, {"a longer text"}, {"a longer text"}),
        (AllOf((SHORT, LONG)), {"a longer text"}, {"a longer text"}),
        (AllOf((OPEN, SHORT)), {"short"}, {"short"}),
        (AnyOf((SHORT, LONG)), {"short", "a longer text"}, {"short", "a longer text"}),
        (AnyOf((SHORT, OPEN)), None, None),
        (ERROR, set(), {"type:B"}),
        (AnyOf((ERROR, SHORT)), {"short"}, {"type:B", "short"}),
        (AllOf((ERROR, LONG)), set(), {"a longer text"}),
        (AllOf((IncompleteLeaf("end"), SHORT)), set(), {"short"}),
        (ErrorLeaf(types=("*Error",)), set(), None),
        (ErrorLeaf(frames=("a:b",)), set(), None),
        (ErrorLeaf(message="some words"), set(), {"some words"}),
        (ErrorLeaf(types=("*Error",), message="some words"), set(), {"some words"}),
        (ErrorLeaf(types=("a.B",), message="some words"), set(), {"type:B"}),
        (Not(ERROR), None, None),
        (LevelLeaf(("info",)), None, None),
        (TextLeaf("text", contains=("some words", "x")), {"some words"}, {"some words"}),
    ],
)  # fmt: skip
def test_where_to_look(match: Match, anchors: set[str] | None, keys: set[str] | None) -> None:
    """Anchors are for records without a traceback, keys for any event; a part that cannot hold adds nothing."""
    found = required(match, types=False), required(match, types=True)
    assert found[0] == (None if anchors is None else frozenset(anchors))
    assert found[1] == (None if keys is None else frozenset(keys))
