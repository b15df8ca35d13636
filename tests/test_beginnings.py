"""Formats are left out for a line only where they could not have matched it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from logscan import formats
from logscan.formats import choice
from logscan.formats.beginnings import Automaton
from logscan.model import LEVELS

SAMPLES = Path(__file__).parent.parent / "samples"
LINES = [sample["line"].encode() for _, text in formats.sources() for sample in yaml.safe_load(text)["samples"]]
ATOMS = ["a", "b", "1", r"\d", r"\D", r"\w", r"\s", ".", "[^a]", "[a-c1]", "(?=a)", "(?!b)", r"\b", "$", "(?<=a)",
         r"(?i:B)", "(?>ab|a)", "(a)(?:b|\\1)", "[^\\W1]"]  # fmt: skip


def eager() -> formats.Formats:
    """The formats, which look at a line's beginning from the first one on."""
    found = formats.Formats(list(formats.bundled()))
    for byte in range(256):
        found._starting(byte)._left = 0
    return found


def patient() -> formats.Formats:
    """The formats, all of which are tried at every line."""
    found = formats.Formats(list(formats.bundled()))
    for byte in range(256):
        found._starting(byte)._left = 10**9
    return found


EAGER, PATIENT = eager(), patient()


def patterns() -> st.SearchStrategy[str]:
    """Small regular expressions."""

    def more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        repeats = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,70}", "{2,}", "*?", "++", "{3,4}?"])
        return (
            st.tuples(inner, inner).map("".join)
            | st.lists(inner, min_size=2, max_size=3).map(lambda parts: "(?:" + "|".join(parts) + ")")
            | st.tuples(inner, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
        )

    return st.recursive(st.sampled_from(ATOMS), more, max_leaves=8).filter(_compiles)


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern.encode())
    except re.error:  # a group's number that came twice
        return False
    return True


@given(
    st.lists(patterns(), min_size=1, max_size=3),
    st.text("abBC12 _-\n", max_size=80).map(str.encode),
    st.integers(0, 80),
    st.sampled_from([0, re.IGNORECASE]),
)
def test_a_pattern_that_matches_is_never_ruled_out(sources: list[str], text: bytes, seen: int, flags: int) -> None:
    """However much of a text the automaton sees, it allows what matches the whole."""
    automaton = Automaton([(source.encode(), flags | re.DOTALL) for source in sources])
    allowed = automaton.allowed(text[:seen].translate(choice.ZEROS))
    for index, source in enumerate(sources):
        if re.match(source.encode(), text, flags) is not None:
            assert index in allowed


@pytest.mark.parametrize(
    ("pattern", "text", "ruled_out"),
    [
        ("(?i:ab)c", b"aBc", b"ABC"),
        ("(?i:[a-c])d", b"Bd", b"Ae"),
        ("(?i:[^a])d", b"bd", b"Ad"),
        ("(?i)a(?-i:b)", b"Ab", b"aB"),
        ("a{2,3}b", b"aaab", b"ab"),
        ("a{0,70}b", b"a" * 70 + b"b", b"ac"),
        ("a{40}b", b"a" * 40 + b"b", b"aaab"),
        (r"(a|b)\1c", b"aac", b"c"),
        (r"\d\Dx", b"0-x", b"--"),
        ("(?=b)a?b", b"b", b"c"),
        ("", b"x", None),
    ],
)
def test_what_rules_a_pattern_out(pattern: str, text: bytes, ruled_out: bytes | None) -> None:
    """A byte that it cannot take does; the case of letters counts where the pattern says so, and there alone."""
    automaton = Automaton([(pattern.encode(), 0)])
    assert automaton.allowed(text) == (0,)
    assert ruled_out is None or automaton.allowed(ruled_out) == ()


def test_all_times_are_like_times() -> None:
    """What stands for a time in the automaton takes every text that is one: the two are walked side by side."""
    one, all_of = (Automaton([(formats.MACROS[macro].encode(), re.VERBOSE)]) for macro in ("any", "like"))
    todo, seen = [(one._root, all_of._root, b"")], set()
    while todo:
        time, like, text = todo.pop()
        if (time.nodes, like.nodes) in seen:
            continue
        seen.add((time.nodes, like.nodes))
        assert not time.nodes & one._ends or like.nodes & all_of._ends, text
        going = time.nodes - one._ends
        for byte in set(range(256)) - set(b"123456789"):
            if any(one._takes[node] >> byte & 1 for node in going):
                todo.append((one._after(time, byte), all_of._after(like, byte), text + bytes([byte])))
    assert len(seen) > 500


def test_an_automaton_rules_most_formats_out() -> None:
    """Else it would be of no use: of an ordinary line few formats are tried."""
    for line, most in (
        (b"2026-11-01 00:00:01,159 INFO [10876] shop.audit: order 17", 6),
        (b"2026-11-01T00:00:01.159Z  INFO shop::audit: order 17", 9),
        (b"[2026-11-01 00:00:01 +0000] [17] [INFO] order 17", 9),
        (b"h11._util.LocalProtocolError: order 17", 2),
    ):
        choices = EAGER._starting(line[0])
        assert len(choices.of(line)) <= most < len(choices.all)


def _lines() -> Iterator[bytes]:
    """The formats' samples, each also with another one's end, and the lines of real logs."""
    for number, line in enumerate(LINES):
        yield line
        other = LINES[(number * 7 + 3) % len(LINES)]
        for cut in (8, 20, 33, 47, 60):
            yield line[:cut] + other[cut:]
            yield line[:cut]
    for path in sorted(SAMPLES.rglob("*.log")):
        yield from path.read_bytes()[:6_000].split(b"\n")


def test_what_comes_into_question_by_a_beginning_is_enough() -> None:
    """Where a line's beginning was seen, asking the formats that it leaves finds what asking all of them does."""
    seen = 0
    for line in LINES:
        for cut in (1, 4, 7, 12, 20, 30):
            asked = EAGER.after(line[:cut]) if EAGER._first(line) is not None else None
            if asked is not None:
                found, first = formats.first_of(line, asked), PATIENT._first(line)
                assert first is not None and found is not None and found[0] is first[0], line
                seen += 1
    assert seen > 1000
    assert EAGER.after(b"") is None and EAGER.after(b"  | ValueError: ") is None


@pytest.mark.parametrize("level", ["warning", "error"])
def test_whatever_is_left_out_nothing_reads_otherwise(level: str) -> None:
    """A line has the same header, and is below a level or not, whether or not formats are left out, at once or when it
    comes again."""
    bar = LEVELS.index(level)  # type: ignore[arg-type]
    seen = 0
    for line in dict.fromkeys(_lines()):
        header = PATIENT.match(line)
        assert EAGER._match(line) == PATIENT._match(line) == header
        below = formats.rank(header) < bar
        fresh = line + b" "  # neither has met it
        assert EAGER.below(fresh, bar) == (formats.rank(PATIENT._match(fresh)) < bar)
        assert EAGER.match(fresh) == PATIENT._match(fresh)
        assert EAGER.below(line, bar) == EAGER.below(line, bar) == below
        seen += header is not None
    assert seen > 1000


def test_formats_are_left_out_after_enough_lines() -> None:
    """The automaton is made when many lines were asked, and not before; its answers are the same."""
    found = formats.Formats(list(formats.bundled()))
    line = b"2026-11-01 00:00:01,159 INFO [10876] shop.audit: order %d"
    choices = found._starting(line[0])
    count = choice.PATIENCE * len(choices.all)
    headers = [found.match(line % number) for number in range(count + 10)]
    assert choices._automaton is not None
    assert {header and (header.format, header.level, header.logger) for header in headers} == {
        ("dated-level", "info", "shop.audit")
    }
    other = formats.Formats(found.all)
    assert other._starting(line[0]) is choices  # what one source taught serves all
