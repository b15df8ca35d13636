"""`signatures drift`: what signatures look for, in the releases of the software's source."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command import logscan
from test_signature import GOOD, write

from logscan import checkout, drift
from logscan.literals import wordings
from logscan.sigmodel import AllOf, AnyOf, ErrorLeaf, Not, TextLeaf
from logscan.signature import load

MATCH = """\
match:
  any:
    - error:
        type: shop.errors.NoStock
        message: "^(?:no stock left for \\\\S+ in \\\\S+|nothing left of \\\\S+), your order \\\\d+ waits"
        frame: "shop.*:take"
    - text: "lib\\\\.Broken: the lid is (?:open|closed)"
"""
OLD = 'class NoStock(Exception):\n    pass\n\ndef take(a):\n    raise NoStock("no stock left for %s in %s, your order %d waits" % a)\n'
NEW = 'class NoStock(Exception):\n    pass\n\nasync def take(a):\n    raise NoStock(f"nothing left of {a}, "\n        f"your order {a.n} waits")\n'
LIB = 'class Broken(Exception):\n    "the lid is open"\n'


def git(folder: Path, *arguments: str) -> None:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=a", "-c", "user.email=a@shop.test", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


def release(folder: Path, files: dict[str, str], *tags: str) -> None:
    """Commit these files and no others, under these tags."""
    if not (folder / ".git").exists():
        folder.mkdir()
        git(folder, "init")
    for path in folder.rglob("*.*"):
        if path.is_file() and ".git" not in path.parts:
            path.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "x", "--allow-empty")
    for tag in tags:
        git(folder, "tag", tag)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A signature of a shop, the shop's checkout with six tags, and that of a library, bare."""
    shop = tmp_path / "shop"
    release(shop, {"README.md": "no stock left for"}, "v0.9.0")
    release(shop, {"src/shop/errors.py": OLD}, "v0.10.0", "v1.0.0rc1")
    release(shop, {"src/shop/errors.py": NEW}, "v1.0.0", "nightly")
    release(shop, {"src/shop/errors.py": "from shop.cart import NoStock", "src/shop/cart.py": NEW}, "v1.1.0")
    release(tmp_path / "work", {"lib.py": LIB, "tests/test_lib.py": "the lid is closed"}, "release-2.0")
    git(tmp_path, "clone", "--bare", "work", "lib.git")
    write(tmp_path / "signatures", GOOD.replace('match:\n  message: "no stock left for item"\n', MATCH))
    return tmp_path


def rows(home: Path, *sources: str, code: int) -> dict[str, tuple[str, str, list[tuple[str, str | None]]]]:
    """What is said of each literal: status, source and spans."""
    given = [argument for source in sources for argument in ("--source", source)]
    done = logscan("signatures", "drift", home / "signatures", *given, "--format", "json", cwd=home)
    assert done.returncode == code, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)["literals"]
    return {
        one["text"]: (one["status"], one["source"], [(s["first"], s["gone"]) for s in one["spans"]]) for one in told
    }


def test_where_each_literal_appears_and_vanishes(home: Path) -> None:
    """Tags that are versions, in their order (0.10 after 0.9, no candidates); texts that are put together from several
    literals or around a value; a class and a function only in the module that is asked for; what another package's
    source says is named; what none says is missing, and the command ends with 1."""
    found = rows(home, "shop=shop", "lib=lib.git", code=1)
    assert found == {
        "shop.errors:NoStock": ("found", "shop", [("0.10.0", "1.1.0")]),
        "shop.*:take": ("found", "shop", [("0.10.0", None)]),
        "no stock left for": ("found", "shop", [("0.10.0", "1.0.0")]),
        "nothing left of": ("found", "shop", [("1.0.0", None)]),
        "your order": ("found", "shop", [("0.10.0", None)]),
        "Broken": ("elsewhere", "lib", [("2.0", None)]),
        "the lid is open": ("elsewhere", "lib", [("2.0", None)]),
        "the lid is closed": ("missing", "shop", []),
    }


def test_what_is_not_released_yet(home: Path) -> None:
    """The commit that is checked out comes last, after every tag."""
    release(home / "shop", {"shop/errors.py": OLD.replace("your", "the")})
    found = rows(home, "shop=shop", "lib=lib.git", code=1)
    assert found["no stock left for"] == ("found", "shop", [("0.10.0", "1.0.0"), ("HEAD", None)])
    assert found["your order"] == ("found", "shop", [("0.10.0", "HEAD")])


def test_all_is_there(home: Path) -> None:
    """Without the alternative that no release prints the command ends with 0; its table has a row for each literal."""
    path = home / "signatures" / "shop" / "no-stock.yaml"
    path.write_text(path.read_text().replace("(?:open|closed)", "open"))
    done = logscan(
        "signatures", "drift", home / "signatures", "--source", "shop=shop", "--source", "lib=lib.git", cwd=home
    )
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert any(line.split("  ")[-1] == "shop 0.10.0 to before 1.0.0" and "no stock left for" in line for line in lines)
    assert lines[-1].startswith("1 signatures, 7 literals: 5 found, 2 elsewhere; releases: shop 5, lib 2, python 1")


def test_a_package_that_is_not_given_is_named(home: Path) -> None:
    """What belongs to a package whose checkout is not there is unchecked, and no fault."""
    found = rows(home, "shop=shop", code=0)
    assert found["Broken"] == ("unchecked", "lib", [])
    assert found["the lid is closed"] == ("unchecked", "lib", [])


def test_what_was_recorded_is_proven(home: Path) -> None:
    """A text that only the running software puts together stands in a sample log that gives the signature."""
    log = home / "samples" / "shop" / "app.log"
    log.parent.mkdir(parents=True)
    log.write_text("lib.Broken: the lid is closed\n")
    Path(f"{log}.expected.yaml").write_text("events: 1\nsignatures: {shop.other: 1}\n")
    assert rows(home, "shop=shop", "lib=lib.git", code=1)["the lid is closed"][0] == "missing"
    Path(f"{log}.expected.yaml").write_text("events: 1\nsignatures: {shop.no-stock: 1}\n")
    assert rows(home, "shop=shop", "lib=lib.git", code=0)["the lid is closed"] == ("recorded", "", [])


def test_a_working_tree_without_tags_is_one_release(home: Path) -> None:
    """Then HEAD is looked at, as it is committed."""
    tree = home / "tree"
    release(tree, {"shop/errors.py": OLD})
    (tree / "shop" / "errors.py").write_text(NEW)
    found = rows(home, f"shop={tree}", "lib=lib.git", code=1)
    assert found["no stock left for"] == ("found", "shop", [("HEAD", None)])
    assert found["nothing left of"][0] == "missing"


@pytest.mark.parametrize("sources", [(), ("shop",), ("shop=none",), ("shop=signatures",), ("other=shop",)])
def test_what_is_no_checkout_is_a_mistake(home: Path, sources: tuple[str, ...]) -> None:
    """Exit 2 with one line: no source, no folder, no git, no signature of that software."""
    given = [argument for source in sources for argument in ("--source", source)]
    done = logscan(
        "signatures", "drift", home / "signatures", *given, cwd=home, env={"GIT_CEILING_DIRECTORIES": str(home)}
    )
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("a (?:long|short) way", {"a long way", "a short way"}),
        ("slow(?: and lazy)? dog", {"slow dog", "slow and lazy dog"}),
        (r"port \d+ is .{1,20}taken", {"port ", " is ", "taken"}),
        ("(?<!x)not (?=y)here(?!z)", {"not here"}),
        ("[Cc]onnection(?:ab|cd){2}", {"onnection", "ab", "cd"}),
        ("(", set()),
    ],
)
def test_the_plain_texts_of_a_pattern(pattern: str, texts: set[str]) -> None:
    """Every alternative with what stands around it; a class and what is repeated are gaps."""
    assert set(wordings(pattern)) == texts


def test_what_is_demanded() -> None:
    """Classes and functions with their modules, texts without what is filled in; nothing of what is excluded."""
    match = AllOf(
        (
            AnyOf((ErrorLeaf(types=("a.b.C*", "a.b.Cold"), message=r"waited 5 s for a 'lock'", frames=("a.*:get", "a.b:<lambda>")),)),
            TextLeaf("text", regex=r"x\.y\.TooLate: the state=done after \d+ ms", contains=("Errno -",)),
            Not(TextLeaf("text", regex="never asked for")),
        )
    )  # fmt: skip
    signature = load([]).signatures[0]
    found = drift.sought(msgspec.structs.replace(signature, match=match))
    assert {(one.kind, one.text, one.module, one.owner) for one in found} == {
        ("class", "Cold", "a.b", "a"),
        ("function", "get", "a.*", "a"),
        ("text", "s for a 'lock", "*", "a"),
        ("class", "TooLate", "*", "x"),
        ("text", "the state", "*", "x"),
    }


def test_python_speaks_too() -> None:
    """The library of the running Python is a source: asyncio's own words are found there."""
    source = drift.search("python", *checkout.library(), [drift.Sought("text", "Exception in callback")])
    assert list(source.holds.values()) == [(True,)]
