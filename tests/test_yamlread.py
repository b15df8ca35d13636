"""YAML with positions: values stay strings, places are exact, and hostile files are refused cheaply."""

import re
import time

import pytest

from logscan.errors import RulesError
from logscan.yamlread import MAX_BYTES, Reader, plain, read, scalars

BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(8)
)
REFUSED = {
    "alias": (b"a: *x\n", "1:4: alias"),
    "alias bomb": (BOMB, "1:4: anchor &a"),
    "anchor on a scalar": (b"a: &x 1\n", "1:4: anchor &x"),
    "merge": (b"a: 1\n<<: {b: 2}\n", "2:1: merge key"),
    "tag": (b"a: !!python/object:os.system 1\n", "1:4: tag"),
    "local tag": (b"a: !x [1]\n", "1:4: tag"),
    "duplicate key": (b"a: 1\nb: 2\na: 3\n", "3:1: a: given twice, first in line 1"),
    "deep flow list": (b"[" * 100_000, "not valid YAML|nested deeper"),
    "deep flow mapping": (b"{a: " * 100_000, "nested deeper"),
    "deep block list": (b"- " * 100_000, "nested deeper"),
    "21 deep": (b"[" * 21 + b"]" * 21, "1:21: nested deeper"),
    "second document": (b"a: 1\n---\nb: 2\n", "2:1: a second document"),
    "directive": (b"%TAG ! tag:x,2000:\n---\na: 1\n", "directives"),
    "too large": (b"a" * (MAX_BYTES + 1), "larger than 1024 KiB"),
    "too many values": (b"- a\n" * 200_000, "more than 50000 values"),
    "not UTF-8": (b"a: 1\nb: \xff\n", "2:4: not UTF-8"),
    "control character": (b"a: 1\nb: x\x1b[31m\n", "2:5: control character U\\+001B"),
    "C1 control": ("a: \x9b31m\n".encode(), "1:4: control character U\\+009B"),
    "escaped control character": (b'a: "\\e[31m"\n', "1:4: an escape makes"),
    "empty": (b"", "1:1: the file is empty"),
    "comment only": (b"# nothing\n", "empty"),
    "list as key": (b"? [a]\n: 1\n", "1:3: a key must be"),
    "syntax": (b"a: b: c\n", "1:5: not valid YAML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """What has no use in a data file is refused at its place, with one line, in under a second."""
    text, expected = REFUSED[name]
    start = time.process_time()
    with pytest.raises(RulesError) as caught:
        read(text, "f.yaml")
    assert time.process_time() - start < 1
    (problem,) = caught.value.problems
    assert problem.startswith("f.yaml:")
    assert re.search(expected, problem), problem


def test_twenty_levels_are_fine() -> None:
    """The depth limit is 20, not less."""
    assert plain(read(b"[" * 20 + b"]" * 20, "f")) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a: 0.10\n", {"a": "0.10"}),
        (b"a: true\nb: ~\nc: 2026-11-24\n", {"a": "true", "b": "~", "c": "2026-11-24"}),
        (b"a: [x, 'y', \"z\"]\n", {"a": ["x", "y", "z"]}),
        (b"a: |\n  one\n    two\n", {"a": "one\n  two\n"}),
        (b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", {"a": "1", "b": "2"}),
        (b"'<<': 1\n", {"<<": "1"}),
        (b"---\na:\n", {"a": ""}),
        ("ä: ü\n".encode(), {"ä": "ü"}),
    ],
)
def test_scalars_stay_strings(text: bytes, expected: object) -> None:
    """No value is resolved: what was written is what is read."""
    assert plain(read(text, "f")) == expected


def test_places() -> None:
    """Every value knows its line and column, from 1, and its field."""
    node = read(b"a:\n  - b: x\n  - y\nc: {d: z}\n", "f")
    found = {field: (scalar.value, scalar.line, scalar.column) for field, scalar in scalars(node)}
    assert found == {"a[0].b": ("x", 2, 8), "a[1]": ("y", 3, 5), "c.d": ("z", 4, 8)}


def test_reader_collects_every_problem() -> None:
    """A reader goes on after a problem and names place, field and remedy of each."""
    reader = Reader("f")
    found = reader.mapping(read(b"titel: x\ncolour: red\nlist: x\n", "f"), "", ("title", "colour", "list"), ("title",))
    reader.choice(found["colour"], "colour", ("blue", "green"))
    reader.many(found["list"], "list", reader.text)
    assert reader.problems == [
        "f:1:1: titel: unknown key; did you mean title?",
        "f:1:1: title: missing; add it",
        "f:2:9: colour: 'red' is not one of blue, green",
        "f:3:7: list: must be a list",
    ]
