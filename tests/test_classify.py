"""Classification: which leaf matches what, who wins, and which events count as the same."""

import time
from typing import Any

import msgspec
import pytest

from logscan.classify import classify
from logscan.fingerprint import fingerprints, shortened, title
from logscan.model import Content, Frame, Link, Traceback
from logscan.sigmodel import (
    AllOf,
    AnyOf,
    ErrorLeaf,
    Examples,
    GlobLeaf,
    IncompleteLeaf,
    LanguageLeaf,
    LevelLeaf,
    Match,
    Not,
    Remediation,
    Signature,
    TextLeaf,
)
from logscan.signature import Ruleset, assemble, load
from logscan.template import template

SITE = "/usr/local/lib/python3.11/site-packages"
LIB = Frame(f"{SITE}/h11/_state.py", 253, "_fire", None, "h11._state")
APP = Frame("/srv/app/shop/cart.py", 88, "apply_discount", None, "shop.cart")
LOST = Frame(f"{SITE}/uvicorn/protocols/http/h11.py", 79, "connection_lost", None, "uvicorn.protocols.http.h11")
TIMER = Frame("/srv/uv/0.11.3/uvicorn/protocols/http/h11_impl.py", 340, "timeout_keep_alive_handler")
H11 = "h11._util.LocalProtocolError"
OLD = "can't handle event type <class 'h11._events.ConnectionClosed'> for SERVER in state"
NEW = "can't handle event type ConnectionClosed when role=SERVER and state="
KEY = Link("KeyError", "<class 'h11._events.ConnectionClosed'>", "context", (LIB,))


def trace(exception: str | None, message: str | None = None, *frames: Frame, chain: tuple[Link, ...] = ()) -> Traceback:
    return Traceback("python", exception, message, frames, chain)


def event(traceback: Traceback | None = None, message: str = "it broke", **fields: Any) -> Content:
    return Content(**{"text": message, "message": message, "level": "error", "traceback": traceback} | fields)


def rules_of(*pairs: tuple[str, Match], **changes: Any) -> Ruleset:
    """A ruleset of bare signatures; `changes` name a signature's fields, as `b={"over": (…)}`."""
    signatures = []
    for name, match in sorted(pairs):
        bare = Signature(
            f"t.{name}", name, "error", "ticket", "stable", match, "c", "i", Remediation("s"),
            (), "reported", "2026-11-24", Examples(), f"t/{name}.yaml",
        )  # fmt: skip
        signatures.append(msgspec.structs.replace(bare, **changes.get(name, {})))
    return assemble(signatures, ("t",))


def matches(match: Match, content: Content) -> bool:
    return classify(content, rules_of(("x", match))).signature == "t.x"


CHAIN = trace(
    "shop.errors.CartError", "cart 7 failed", APP,
    chain=(
        Link("builtins.LookupError", "no price", "cause", (LIB,)),
        Link("redis.exceptions.ConnectionError", "down", "context", (LOST,)),
        Link("ValueError", "member", "group", (TIMER,)),
    ),
)  # fmt: skip
LEAVES: list[tuple[Match, bool]] = [
    (ErrorLeaf(types=("shop.errors.CartError",)), True),
    (ErrorLeaf(types=("CartError",)), True),
    (ErrorLeaf(types=("shop.other.CartError",)), False),
    (ErrorLeaf(types=("shop.*",)), True),
    (ErrorLeaf(types=("anything.ValueError",)), True),
    (ErrorLeaf(types=("carterror",)), False),
    (ErrorLeaf(types=("NoError", "LookupError")), True),
    (ErrorLeaf(message=r"cart \d+"), True),
    (ErrorLeaf(types=("LookupError",), message=r"cart \d+"), False),
    (ErrorLeaf(types=("CartError",), frames=("shop.cart:apply_*",)), True),
    (ErrorLeaf(types=("CartError",), frames=("h11._state:*",)), False),
    (ErrorLeaf(types=("LookupError",), frames=("x:y", "h11.*:_fire")), True),
    (ErrorLeaf(frames=("uvicorn.protocols.http.*:timeout_keep_alive_handler",)), True),
    (ErrorLeaf(frames=("cart:*",)), False),
    (ErrorLeaf(types=("CartError",), where="outermost"), True),
    (ErrorLeaf(types=("LookupError",), where="outermost"), False),
    (ErrorLeaf(types=("ConnectionError",), where="root"), True),
    (ErrorLeaf(types=("ValueError",), where="root"), False),
    (ErrorLeaf(types=("ValueError",), link="group"), True),
    (ErrorLeaf(types=("ValueError",), link="cause"), False),
    (TextLeaf("message", regex="^it broke$"), True),
    (TextLeaf("text", regex="it.*broke"), True),
    (TextLeaf("text", contains=("it", "broke")), True),
    (TextLeaf("text", contains=("it", "breaks")), False),
    (LevelLeaf(("warning", "error")), True),
    (LevelLeaf(("warning",)), False),
    (GlobLeaf("logger", ("shop.*",)), True),
    (GlobLeaf("logger", ("Shop.*",)), False),
    (GlobLeaf("unit", ("shop*.service",)), True),
    (GlobLeaf("field:thread", ("main",)), True),
    (GlobLeaf("field:nothing", ("*",)), False),
    (IncompleteLeaf("end"), True),
    (IncompleteLeaf("start"), False),
    (LanguageLeaf(("python",)), True),
    (LanguageLeaf(("java",)), False),
    (Not(LevelLeaf(("warning",))), True),
    (Not(LevelLeaf(("error",))), False),
    (AllOf((LevelLeaf(("error",)), ErrorLeaf(types=("CartError",)))), True),
    (AllOf((LevelLeaf(("info",)), ErrorLeaf(types=("CartError",)))), False),
    (AnyOf((LevelLeaf(("info",)), ErrorLeaf(types=("CartError",)))), True),
]


@pytest.mark.parametrize(("match", "expected"), LEAVES)
def test_leaves(match: Match, expected: bool) -> None:
    """Each leaf holds for what it names and for nothing else; one exception satisfies all keys of `error`."""
    facts = {
        "logger": "shop.cart",
        "unit": "shop-1.service",
        "fields": {"thread": "main"},
        "incomplete": "end",
    }
    assert matches(match, event(CHAIN, **facts)) is expected


def test_text_is_searched_line_by_line() -> None:
    """A pattern does not cross lines, and literals stand in one line, unless it says multiline."""
    content = event(text="one 'x\ny' two\nthree")
    assert not matches(TextLeaf("text", regex="one '[^']*' two"), content)
    assert matches(TextLeaf("text", regex="one '[^']*' two", multiline=True), content)
    assert not matches(TextLeaf("text", contains=("one", "two")), content)
    assert matches(TextLeaf("text", contains=("one", "two"), multiline=True), content)
    assert matches(TextLeaf("text", regex="^three$"), content)


def test_undotted_names() -> None:
    """A name without a dot, in the log or in the signature, stands for any module."""
    assert matches(ErrorLeaf(types=(H11,)), event(trace("LocalProtocolError", "x")))
    assert matches(ErrorLeaf(types=("LocalProtocolError",)), event(trace(H11, "x")))


def test_a_cut_traceback() -> None:
    """Without its last line a type cannot match the exception, but its chain and its frames can."""
    cut = event(trace(None, None, LOST, chain=(KEY,)), incomplete="end")
    assert not matches(ErrorLeaf(types=("*",), frames=("uvicorn.*:connection_lost",)), cut)
    assert matches(ErrorLeaf(frames=("uvicorn.*:connection_lost",)), cut)
    assert matches(ErrorLeaf(types=("KeyError",), message="ConnectionClosed"), cut)


def test_records_have_no_incomplete_error_or_language() -> None:
    """These leaves hold for tracebacks only; the anchors rely on it."""
    record = event(incomplete="end")
    assert not any(matches(m, record) for m in (IncompleteLeaf("end"), LanguageLeaf(("*",)), ErrorLeaf(message="")))


def test_who_wins() -> None:
    """`over` decides, through several steps; then more satisfied keys, then longer literals, then the id."""
    wide, narrow = TextLeaf("text", regex="broke"), TextLeaf("text", regex="it broke")
    two = AllOf((wide, LevelLeaf(("error",))))
    cases = [
        (rules_of(("a", wide), ("b", narrow)), "t.b", ("t.a",)),
        (rules_of(("a", narrow), ("b", two)), "t.b", ("t.a",)),
        (rules_of(("a", wide), ("b", wide)), "t.a", ("t.b",)),
        (rules_of(("a", wide), ("b", two), a={"over": ("t.b",)}), "t.a", ("t.b",)),
        (rules_of(("a", wide), ("m", ErrorLeaf(types=("X",))), ("z", two), a={"over": ("t.m",)}, m={"over": ("t.z",)}), "t.a", ("t.z",)),
        (rules_of(("a", two), ("b", wide), a={"status": "deprecated", "superseded_by": "t.b"}), "t.b", ("t.a",)),
        (rules_of(("a", ErrorLeaf(types=("X",)))), None, ()),
    ]  # fmt: skip
    for rules, winner, also in cases:
        verdict = classify(event(), rules)
        assert (verdict.signature, verdict.also) == (winner, also)


def test_the_index_changes_nothing() -> None:
    """Trying only the candidates gives what trying all of them gives."""
    rules = rules_of(*((f"n{n}", match) for n, (match, _) in enumerate(LEAVES)))
    every = msgspec.structs.replace(rules, always=tuple(rules.by_id))
    for content in (event(CHAIN, incomplete="end"), event(), event(trace(None, None, LOST, chain=(KEY,)))):
        assert classify(content, rules) == classify(content, every)


def test_a_message_that_the_text_does_not_hold_as_it_is_still_leads_to_its_signature() -> None:
    """The index looks at the exceptions' messages too: a box may have broken one of them in the text."""
    rules = rules_of(("m", ErrorLeaf(message="two words")))
    assert rules.always == ()
    content = event(trace("a.B", "two words"), text="│ two │\n│ words │")
    assert classify(content, rules).signature == "t.m"


def test_a_wrapped_message_is_read_as_one_line_too() -> None:
    """A message that a terminal broke between two words is found; what needs the line's end is found as before."""
    rules = rules_of(("m", ErrorLeaf(message="needs two words")), ("n", ErrorLeaf(message="needs two\\n +words")))
    verdict = classify(event(trace("a.B", "it needs two\n  words"), text="a.B: it needs two\n  words"), rules)
    assert {verdict.signature, *verdict.also} == {"t.m", "t.n"}


def test_a_slow_pattern_concerns_its_own_signature() -> None:
    """Out of time: the verdict says so, the signature does not match, the others do."""
    rules = rules_of(("slow", TextLeaf("text", regex="(a|aa)+$")), ("good", TextLeaf("text", regex="b$")))
    start = time.process_time()
    verdict = classify(event(text="a" * 60 + "b"), rules, timeout=0.05)
    assert (verdict.signature, verdict.timed_out) == ("t.good", True)
    assert time.process_time() - start < 2
    assert not classify(event(text="b"), rules, timeout=0.05).timed_out


BUNDLED: list[tuple[str, Content, str | None]] = [
    ("old words", event(trace(H11, f"{OLD} SEND_BODY", LOST, LIB, chain=(KEY,))), "uvicorn.connection-closed-send-body"),
    ("new words, no KeyError", event(trace(H11, f"{NEW}SEND_RESPONSE", LOST, LIB)), "uvicorn.connection-closed-send-body"),
    ("timer, SEND_BODY", event(trace(H11, f"{NEW}SEND_BODY", TIMER, LIB, chain=(KEY,))), "uvicorn.h11-keepalive-send-response"),
    ("timer, old words", event(trace(H11, f"{OLD} SEND_RESPONSE", TIMER, LIB)), "uvicorn.h11-keepalive-send-response"),
    ("cut, lost", event(trace(None, None, LOST, chain=(KEY,)), incomplete="end"), "uvicorn.connection-closed-send-body"),
    ("cut, timer", event(trace(None, None, TIMER, chain=(KEY,)), incomplete="end"), "uvicorn.h11-keepalive-send-response"),
    ("no frames, timer", event(trace(H11, f"{NEW}SEND_BODY"), "Exception in callback H11Protocol.timeout_keep_alive_handler()"), "uvicorn.h11-keepalive-send-response"),
    ("no frame that decides", event(trace(H11, f"{NEW}SEND_BODY", APP)), None),
    ("echo", event(trace(H11, "Can't send data when our state is ERROR", APP), "Exception in ASGI application"), "uvicorn.h11-state-error"),
    ("client side", event(trace("httpx.RemoteProtocolError", f"{NEW}SEND_RESPONSE", Frame(f"{SITE}/httpx/_api.py", 9, "get"))), "httpx.remote-disconnected"),
    ("an application's bug", event(trace("KeyError", "'item'", APP), "Exception in ASGI application"), None),
    ("no traceback", event(None, "Exception in ASGI application"), "asgi.exception-in-application"),
    ("cut without a name", event(trace(None, None, APP), "Exception in ASGI application", incomplete="end"), "asgi.exception-in-application"),
    ("websocket reset", event(trace("websockets.exceptions.ConnectionClosedError", "no close frame", APP), "Exception in ASGI application"), None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected"), BUNDLED, ids=[row[0] for row in BUNDLED])
def test_bundled(name: str, content: Content, expected: str | None) -> None:
    """The frame decides between the two h11 incidents, never the state; a wrapper alone decides nothing."""
    verdict = classify(content, load([]))
    assert (verdict.signature, verdict.also) == (expected, ()), name


OTHER = Frame("/srv/app/shop/cart.py", 12, "refund", None, "shop.cart")
SAME: dict[str, tuple[Content, Content]] = {
    "line numbers": (event(trace("KeyError", "'a'", LIB, APP)), event(trace("KeyError", "'a'", LIB, msgspec.structs.replace(APP, line=99)))),
    "messages, where own frames tell": (event(trace("KeyError", "'a'", APP)), event(trace("KeyError", "'zz'", APP))),
    "values in messages": (event(trace("KeyError", "'user_1'", LIB)), event(trace("KeyError", "'user_7'", LIB))),
    "library frames": (event(trace("KeyError", "1", LIB, APP)), event(trace("KeyError", "1", APP, LIB))),
    "depth of recursion": (event(trace("RecursionError", "x", *[APP] * 3)), event(trace("RecursionError", "x", *[APP] * 900))),
    "mutual recursion": (event(trace("E", "x", *[APP, OTHER] * 3)), event(trace("E", "x", *[APP, OTHER] * 9))),
    "order of group members": (
        event(trace("ExceptionGroup", "2 failed", APP, chain=(Link("A", "1", "group"), Link("B", "2", "group")))),
        event(trace("ExceptionGroup", "3 failed", APP, chain=(Link("B", "2", "group"), Link("A", "1", "group"), Link("A", "5", "group")))),
    ),
    "wrappers": (event(trace("E", "x", LIB), "Exception in ASGI application"), event(trace("E", "x", LIB), "Task exception was never retrieved")),
    "builtins": (event(trace("builtins.ValueError", "x", LIB)), event(trace("ValueError", "x", LIB))),
    "records": (event(None, "order 17 of 'ann' failed after 3.2 s"), event(None, "order 4 of 'bob' failed after 11 s")),
}  # fmt: skip
DIFFERENT: dict[str, tuple[Content, Content]] = {
    "functions": (event(trace("KeyError", "1", APP)), event(trace("KeyError", "1", OTHER))),
    "types": (event(trace("KeyError", "1", APP)), event(trace("ValueError", "1", APP))),
    "causes": (event(trace("E", "1", APP)), event(trace("E", "1", APP, chain=(Link("F", "1", "cause"),)))),
    "words of a message": (event(trace("E", "no user", LIB)), event(trace("E", "no stock", LIB))),
    "loggers": (event(None, "failed", logger="a"), event(None, "failed", logger="b")),
    "levels": (event(None, "failed"), event(None, "failed", level="critical")),
    "places of a cut traceback": (event(trace(None, None, APP)), event(trace(None, None, OTHER))),
}


@pytest.mark.parametrize("name", SAME)
def test_same_fingerprint(name: str) -> None:
    """What differs between two occurrences of one fault does not split the group."""
    one, other = SAME[name]
    assert fingerprints(one)[0] == fingerprints(other)[0]


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_fingerprint(name: str) -> None:
    """Two faults are two groups."""
    one, other = DIFFERENT[name]
    assert fingerprints(one)[0] != fingerprints(other)[0]


def test_coarse() -> None:
    """Coarse groups join variants: the type and the innermost own frame; logger, level and four words."""
    deep = event(trace("E", "1", OTHER, APP, LIB))
    assert fingerprints(deep)[1] == fingerprints(event(trace("E", "2", APP)))[1]
    assert fingerprints(deep)[1] != fingerprints(event(trace("E", "2", OTHER)))[1]
    one, other = (
        event(None, "could not reach host a at all"),
        event(None, "could not reach host b, giving up"),
    )
    assert fingerprints(one)[1] == fingerprints(other)[1]
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in fingerprints(one))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("user 17 not found", "user * not found"),
        ("'user_1'", "*"),
        ("can't open it's file", "can't open it's file"),
        ("id 0xdeadbeef at 7f3c2a10b9", "id * at *"),
        ("job 3f2b8c1e-0d4a-4e5b-9f6a-7c8d9e0f1a2b done", "job * done"),
        ("open /var/lib/x/7.db failed", "open * failed"),
        (r"open C:\data\x.db failed", "open * failed"),
        ("GET https://shop.test/a?b=1 gave 502", "GET * gave *"),
        ("mail to ann@shop.test bounced", "mail to * bounced"),
        ("peer 10.0.0.7:443 gone", "peer * gone"),
        ("at 2026-11-24T10:20:30.123Z it failed", "at * it failed"),
        ("rows [1, 2, 3] bad", "rows [*] bad"),
        ("and/or either/both", "and/or either/both"),
        ("first 1\nsecond", "first *"),
    ],
)
def test_template(message: str, expected: str) -> None:
    """Values are masked, words stay."""
    assert template(message) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (event(trace("shop.E", "it 'broke'\nmore", APP)), "E: it 'broke'"),
        (event(trace("MemoryError", None, APP)), "MemoryError"),
        (event(trace(None, None, LIB, APP, LIB)), "incomplete traceback in shop.cart:apply_discount"),
        (event(trace(None)), "incomplete traceback"),
        (event(None, "\nfirst\nsecond"), "first"),
        (event(None, ""), "empty record"),
        (event(trace("E", "x" * 100)), "E: " + "x" * 76 + "…"),
    ],
)
def test_title(content: Content, expected: str) -> None:
    """The exception and its first line, else where the cut traceback stood, else the record's first line."""
    assert shortened(title(content)) == expected
    assert len(expected) <= 80


def test_many_quick_searches_run_under_the_clock_too() -> None:
    """No single search is slow, but together they are: the steps of one content are bounded, then the clock decides."""
    line = "a" * 300
    content = Content(text="\n".join(f"{line}{number}" for number in range(400)), message="")
    rules = rules_of(("slow", TextLeaf("text", regex="a.*a.*!")))
    began = time.process_time()
    verdict = classify(content, rules, timeout=0.05)
    assert verdict.signature is None
    assert verdict.timed_out
    assert time.process_time() - began < 3
