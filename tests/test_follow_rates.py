"""Rates of incidents while they are followed, and when a change is told."""

from datetime import UTC

from command import ERROR

from logscan.followrates import FEW, HOUR, MAX_RATED, MINUTE, Rate, Rates
from logscan.model import Event
from logscan.registry import Settings
from logscan.run import scan_bytes
from logscan.signature import load

START = 1_800_000_000


def event(at: int | None) -> Event:
    (found,) = scan_bytes(ERROR, load((), bundled=False), Settings(level="error", reference=0), UTC)
    return Event(**{name: getattr(found, name) for name in Event.__struct_fields__} | {"time": at and at * 1_000_000})


PLAIN = event(None)


def play(rates: Rates, begin: int, end: int, every: int | None) -> list[tuple[int, Rate]]:
    """An event `every` so many seconds, looked at every five; what was told, and when after START."""
    told = []
    for at in range(begin, end):
        if every is not None and at % every == 0:
            rates.note("fp:1", PLAIN, START + at)
        if at % 5 == 0:
            told += [(at, rate) for rate in rates.changes(START + at)]
    return told


def test_a_change_is_told_once_where_a_rate_leaves_its_band() -> None:
    """Told at 5 a minute; again when it has doubled, once a minute at most; steady it is not told; at its end once."""
    rates = Rates()
    began = play(rates, 0, 1800, 1)
    assert [round(rate.now) >= FEW for _, rate in began] == [True, True]
    assert began[0][0] < 15 and MINUTE <= began[1][0] - began[0][0] < 2 * MINUTE
    assert play(rates, 1800, 1920, None) == []  # a pause of two minutes is none
    assert play(rates, 1920, 3600, 1) == []
    ((at, ended),) = play(rates, 3600, 7200, None)
    assert 150 <= at - 3600 <= 180 and ended.now == 0 and ended.was == began[1][1].now
    ((at, again),) = play(rates, 7200, 7230, 2)
    assert again.was == 0 and FEW <= again.now < 10


def test_few_events_are_no_rate() -> None:
    """One event a minute for an hour tells nothing."""
    assert play(Rates(), 0, HOUR, MINUTE) == []


def test_an_event_counts_in_its_own_minute() -> None:
    """A backlog of old events is no rate of now; what claims to be from the future counts now; an hour is all."""
    rates = Rates()
    for at in (START - 2 * HOUR, START - 1800, START - 100, START + 500, None):
        rates.note("fp:1", event(at), START)
    (rate,) = rates.all(START)
    assert (rate.now, rate.five * 5, round(rate.hour * 60)) == (2, 3, 4)
    assert sum(rate.minutes) == 4 and rate.minutes[-1] == 2
    assert rates.all(START + HOUR + 10) == []


def test_rates_are_bounded() -> None:
    """Of any number of incidents the last MAX_RATED are rated."""
    rates = Rates()
    for number in range(2 * MAX_RATED):
        rates.note(f"fp:{number}", PLAIN, START)
    known = rates.all(START)
    assert len(known) == MAX_RATED and {rate.key for rate in known} == {
        f"fp:{number}" for number in range(MAX_RATED, 2 * MAX_RATED)
    }
