"""Groups agree with causes, whatever the order, the release of Python and the way to the fault."""

import random
from datetime import UTC

import groups
from command import LOG, TRACE, report
from hypothesis import given
from hypothesis import strategies as st

from logscan import template as templates
from logscan.registry import Settings
from logscan.run import scan_bytes
from logscan.signature import load
from logscan.template import template

SETTINGS = Settings(level="error", reference=0)


def test_tracebacks_are_grouped_by_their_cause() -> None:
    """925 events of 37 faults by five ways under five releases: pairwise F1 of 0.95 at least, far above naive grouping."""
    events, causes = groups.tracebacks()
    assert len(events) == len(causes) == 925
    ours = groups.score([event.fingerprint for event in events], causes)
    naive = groups.score([(event.exception, event.message) for event in events], causes)
    assert ours.f1 >= 0.95 and ours.precision >= 0.98
    assert naive.f1 < 0.7


def test_python_three_is_grouped_without_a_fault() -> None:
    """Without 2.7, which prints neither chains nor modules, groups are exactly the faults."""
    logs = sorted(groups.GROUPS.glob("3.*.log"))
    one = report(*logs, "--no-bundled")
    assert one.events == 740
    assert sorted(incident.count for incident in one.incidents) == [20] * 37


def test_the_ways_to_a_fault_are_its_variants() -> None:
    """One group, five variants, whose counts add up to the group's."""
    one = report(groups.GROUPS / "3.13.0.log", "--no-bundled")
    for incident in one.incidents:
        assert incident.count == 5 == sum(variant.count for variant in incident.variants)
        assert len(incident.variants) == 5


def test_the_score_is_that_of_pairs() -> None:
    """By hand: two causes of two events each; one group of three has one pair of three right, of two that should be."""
    found = groups.score(["a", "a", "a", "b"], ["x", "x", "y", "y"])
    assert (found.groups, found.precision, found.recall) == (2, 1 / 3, 1 / 2)


def test_the_order_of_a_log_does_not_matter() -> None:
    """Events in any order give the same groups with the same counts."""
    blocks = [LOG, TRACE, TRACE.replace(b"coupon", b"price"), TRACE.replace(b"line 14", b"line 99")] * 3
    want = None
    for seed in range(4):
        random.Random(seed).shuffle(blocks)
        got = {incident.key: incident.count for incident in report(stdin=b"".join(blocks)).incidents}
        want = want or got
        assert got == want and sum(got.values()) == 15


def test_values_are_masked() -> None:
    """Numbers, ids, versions, hosts, paths, addresses, times and quoted text differ; the words around them do not."""
    pairs = [
        ("order 17 failed after 20 ms", "order 9 failed after 3 ms"),
        ("read /var/lib/a.db: denied", "read /srv/x/y: denied"),
        ("read src/a/b.txt: denied", "read lib/c/d: denied"),
        ("connect to db.example.com:5432 refused", "connect to 10.0.0.7:80 refused"),
        ("task 3f2a-11 raised", "task 0b7c-99 raised"),
        ("no coupon 'XMAS' today", "no coupon 'EASTER 2026' today"),
        ("unpacked jsonpickle-1.5.1.tar.gz", "unpacked rich-13.9-py3-none-any.whl"),
        ("installed attrs==24.1", "installed cachetools==5.0.1"),
        ("sent as text/html", "sent as application/json"),
    ]
    for one, other in pairs:
        assert template(one) == template(other), (template(one), template(other))
    apart = [("read and/or write failed", "open failed"), ("http error: refused", "http error: timed out")]
    for one, other in apart:
        assert template(one) != template(other)
    assert "OperationalError" in template("psycopg2.OperationalError: could not connect")


def test_masking_is_linear() -> None:
    """Long runs of any character take milliseconds."""
    import time

    for run in ("a-", "a.", "_", "a/", "0", ":", "a_1", "1-", "'", "a+", "a@", "[0:", "=", "==1"):
        began = time.process_time()
        template(run * 1000)
        assert time.process_time() - began < 0.25, run


TEXTS = st.lists(
    st.sampled_from([*"'\"`/\\:.,;=~+-@*[]()_ \t", "a", "order", "7", "0x1f", "2026-11-01", "10:00:00", "T", "http://",
                     "ada@example.org", ".com", "C:\\", "text/html", "é", "d2f9319b", "10.0.0.1", "::1", "shop.db", "\x0b"]),
    max_size=24,
).map("".join)  # fmt: skip


@given(TEXTS)
def test_word_by_word_is_all_at_once(text: str) -> None:
    """A message masked word by word is what the pattern for all values makes of it as a whole."""
    for _ in range(2):  # the second time its constant words are known
        masked = templates._masked(text)
        assert masked is None or masked == templates._VALUES.sub("*", text)


def test_most_messages_are_masked_word_by_word() -> None:
    """Also those with quotes; those with a date before a blank or a quote within an address are not."""
    simple = ("no stock left for 17", 'request: "GET /9bb574a6 HTTP/1.1", upstream: "http://a:1/"', "it's item 'a b'")
    assert all(templates._masked(text) is not None for text in simple)
    assert not any(templates._masked(text) for text in ("at 2026-11-01 10:00", "see http://a/'b c'", "2026-11-01"))


def test_units_that_fail_are_groups_of_their_own() -> None:
    """systemd ends every failure with the same words: which unit it was tells them apart, and is what the report says."""
    log = b"".join(
        b"Nov 26 17:0%d:03 node1 systemd[1]: %s.service: Main process exited, code=exited, status=1/FAILURE\n"
        b"Nov 26 17:0%d:03 node1 systemd[1]: %s.service: Failed with result 'exit-code'.\n" % (n, unit, n, unit)
        for n, unit in enumerate((b"shop", b"mail", b"shop"))
    )
    found = [(event.fingerprint, event.title) for event in scan_bytes(log, load(()), SETTINGS, UTC)]
    assert found[0] == found[2] != found[1] and found[1][1].startswith("exit-code: mail.service: ")
