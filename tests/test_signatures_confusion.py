"""`signatures test`: examples and sample logs in one table, right or told in full."""

import json
from collections import Counter
from pathlib import Path

import pytest
from command import logscan
from making import event
from test_signature import GOOD, write

from logscan.confusion import NOTHING, UNKNOWN, pairs
from logscan.expected import Expected

UNSEEN = """
    k8s.crash-loop-backoff k8s.evicted-node-pressure k8s.failed-scheduling k8s.image-pull k8s.liveness-probe-failed
    torch.cuda-forked torch.cuda-oom torch.device-side-assert torch.nccl-timeout
    urllib3.openssl-too-old
"""
"""The bundled signatures that no sample log with an expectation gives: their examples alone speak for them."""

ORDER = "2026-11-24 10:00:00,123 ERROR shop: "


def pack(folder: Path, expectation: str = "shop.no-stock: 2") -> Path:
    """A signature with a sample log of two events of it, one of another, and what is said of them."""
    write(folder / "signatures", GOOD)
    sample = folder / "samples" / "shop" / "app.log"
    sample.parent.mkdir(parents=True)
    sample.write_text(f"{ORDER}no stock left for item 7\n" * 2 + f"{ORDER}order 18 failed\n")
    Path(f"{sample}.expected.yaml").write_text(
        f"schema: logscan.expected/1\nevents: 3\nsignatures: {{{expectation}}}\nunclassified: 1\n"
    )
    return folder / "signatures"


def test_the_bundled_set_is_never_confused_and_says_what_no_log_backs() -> None:
    """Every example and every sample is called what it should be; what no log backs is known by name: whoever records
    a log strikes its signature out, whoever adds a signature without a log writes it down."""
    done = logscan("signatures", "test", "--format", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, [cell for cell in found["cells"] if not cell["right"]]) == (0, [])
    assert found["logs"] > 230 and found["examples"] > 3 * found["signatures"] and found["reproduced"] > 150
    assert set(found["unseen"]) == set(UNSEEN.split())
    assert sum(cell["count"] for cell in found["cells"] if cell["right"]) == found["right"] > 3000


def test_a_pack_without_error_is_one_line(tmp_path: Path) -> None:
    """No table where nothing is confused; samples/ beside the pack is found by itself."""
    done = logscan("signatures", "test", pack(tmp_path))
    said = "1 signatures, 2 examples, 1 logs with 3 events: 5 right, 0 wrong; no log for 0 signatures\n"
    assert (done.returncode, done.stdout.decode()) == (0, said)


@pytest.mark.parametrize(
    ("expectation", "rows"),
    [
        ("shop.no-stock: 1", {("nothing", "shop.no-stock", 1)}),
        ("shop.no-stock: 3", {("shop.no-stock", "nothing", 1), ("shop.no-stock", "shop.no-stock", 3)}),
        (
            "shop.no-stock: 1, shop.other: 1",
            {("shop.other", "shop.no-stock", 1)},
        ),
    ],
)
def test_rows_with_an_error_stand_in_full(tmp_path: Path, expectation: str, rows: set[tuple[str, str, int]]) -> None:
    """Should be, called, how often, and where; other rows are left out. Exit 1, and JSON says the same."""
    folder = pack(tmp_path, expectation)
    done = logscan("signatures", "test", folder)
    shown = [line.split() for line in done.stdout.decode().splitlines()[1:-1]]
    assert done.returncode == 1
    assert {(one[0], one[1], int(one[2])) for one in shown} == rows
    assert all(("app.log" in one[3]) != (one[3] == "right") for one in shown)
    found = json.loads(logscan("signatures", "test", folder, "--format", "json").stdout)
    assert {(one["should_be"], one["called"]) for one in found["cells"] if not one["right"]} == {
        (row[0], row[1]) for row in rows if row[0] != row[1]
    }


def test_examples_have_rows_of_their_own(tmp_path: Path) -> None:
    """A no_match example that matches is a row "not ID"; a match example without any event is "nothing"."""
    text = GOOD.replace("ERROR no time left", "ERROR no stock left for item 8").replace(
        "ERROR no stock left for item 7", "x"
    )
    write(tmp_path / "signatures", text)
    done = logscan("signatures", "test", tmp_path / "signatures")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 1
    assert lines[1].split()[:4] == ["not", "shop.no-stock", "shop.no-stock", "1"]
    assert lines[2].split()[:3] == ["shop.no-stock", "nothing", "1"]
    assert "match example 1" in lines[2]


def test_what_was_reproduced_must_be_in_its_logs(tmp_path: Path) -> None:
    """`reproduced.how` names a folder of which no log gives the signature: an error, though the log is as expected."""
    folder = pack(tmp_path)
    write(
        folder,
        GOOD.replace("shop.no-stock", "shop.other").replace("no stock", "no time at all")
        + "reproduced: {how: samples/shop}\n",
        "shop/other",
    )
    done = logscan("signatures", "test", folder)
    assert "reproduced: shop" in done.stdout.decode()


def test_more_samples_are_named(tmp_path: Path) -> None:
    """--samples takes folders and logs anywhere; one that is not there is a mistake."""
    pack(tmp_path / "a")
    write(tmp_path / "b" / "signatures", GOOD)
    for place in (tmp_path / "a" / "samples", tmp_path / "a" / "samples" / "shop" / "app.log"):
        done = logscan("signatures", "test", tmp_path / "b" / "signatures", "--samples", place)
        assert b" 1 logs with 3 events" in done.stdout
    assert logscan("signatures", "test", tmp_path / "b", "--samples", tmp_path / "none").returncode == 2


def test_every_event_and_every_expected_one_is_counted_once() -> None:
    """An event too many goes to a missing one that it also matches, before it goes to any other."""
    want = Expected(4, {"a.a": 2, "b.b": 1}, 1, None)
    found = [event(signature="a.a"), event(signature="c.c", also=("b.b",)), event(), event()]
    made = Counter(pairs(want, found))
    assert made == {("a.a", "a.a"): 1, (UNKNOWN, UNKNOWN): 1, ("b.b", "c.c"): 1, ("a.a", UNKNOWN): 1}
    assert Counter(pairs(want, found[:1]))["b.b", NOTHING] == 1
