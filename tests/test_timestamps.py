"""Raw timestamps to points in time."""

import random
import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import yaml

from logscan import formats
from logscan.timestamps import Clock


def micros(*parts: int) -> int:
    return int((datetime(*parts, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


REFERENCE = micros(2026, 11, 25, 12)


@pytest.mark.parametrize(
    ("raw", "when"),
    [
        ("2026-11-25 18:19:15.123456", micros(2026, 11, 25, 18, 19, 15, 123456)),
        ("2026-11-25T18:19:15,5+0530", micros(2026, 11, 25, 12, 49, 15, 500000)),
        ("2026/11/25 18:19:15", micros(2026, 11, 25, 18, 19, 15)),
        ("2026-11-25 18:19:15 CET", micros(2026, 11, 25, 17, 19, 15)),
        ("2026-11-25 18:19:15.000 PDT", micros(2026, 11, 26, 1, 19, 15)),
        ("2026-11-25 18:19:15 JST", micros(2026, 11, 25, 9, 19, 15)),
        ("2026-11-25 18:19:15.123 +03", micros(2026, 11, 25, 15, 19, 15, 123000)),
        ("2026-11-25 18:19:15-08", micros(2026, 11, 26, 2, 19, 15)),
        ("11-25 18:19:15.123 +0100", micros(2026, 11, 25, 17, 19, 15, 123000)),
        ("1.795630715503004e+09", micros(2026, 11, 25, 18, 18, 35, 503004)),
        ("Nov-25 18:19:11.123", micros(2026, 11, 25, 18, 19, 11, 123000)),
        ("25/Nov/2026:18:18:00.296", micros(2026, 11, 25, 18, 18, 0, 296000)),
        ("25 Nov 2026 18:18:03.445", micros(2026, 11, 25, 18, 18, 3, 445000)),
        ("Wed Nov 25 18:17:54.945162 2026", micros(2026, 11, 25, 18, 17, 54, 945162)),
        ("Nov 25, 2026 6:19:11 PM", micros(2026, 11, 25, 18, 19, 11)),
        ("Nov 25, 2026, 6:19:11\N{NARROW NO-BREAK SPACE}PM", micros(2026, 11, 25, 18, 19, 11)),
        ("Nov. 25, 2026 12:00:01 AM", micros(2026, 11, 25, 0, 0, 1)),
        ("11/25/2026 6:19:11 AM", micros(2026, 11, 25, 6, 19, 11)),
        ("11/25/2026, 6:19:11 PM", micros(2026, 11, 25, 18, 19, 11)),
        ("25-11-2026 18:19:11", micros(2026, 11, 25, 18, 19, 11)),
        ("11-25-2026 18:19:11", None),
        ("Wed, 25 Nov 2026 18:19:11 +0100", micros(2026, 11, 25, 17, 19, 11)),
        ("2026-11-25 18:19", micros(2026, 11, 25, 18, 19)),
        ("2026-11-25 06:19:11.5 PM", micros(2026, 11, 25, 18, 19, 11, 500000)),
        ("2026-11-25 12:19:11 AM", micros(2026, 11, 25, 0, 19, 11)),
        ("2026/11/25 18:19", micros(2026, 11, 25, 18, 19)),
        ("11-25 18:19", micros(2026, 11, 25, 18, 19)),
        ("11-25 18:19:11.5", micros(2026, 11, 25, 18, 19, 11, 500000)),
        ("20261125T181911.5Z", micros(2026, 11, 25, 18, 19, 11, 500000)),
        ("20261125-18:19:11", micros(2026, 11, 25, 18, 19, 11)),
        ("25.11.26 18:19:11", micros(2026, 11, 25, 18, 19, 11)),
        ("25 November 2026 18:19:11", micros(2026, 11, 25, 18, 19, 11)),
        ("25-Nov-2026::18:19:11.746231", micros(2026, 11, 25, 18, 19, 11, 746231)),
        ("26-11-25 18:19:11", None),
        ("06:19 PM", None),
        ("11/25/26 18:19:11", micros(2026, 11, 25, 18, 19, 11)),
        ("26/11/25 18:19:11", micros(2026, 11, 25, 18, 19, 11)),
        ("26/13/25 18:19:11", None),
        ("25/11/2026 18:19:11,5", micros(2026, 11, 25, 18, 19, 11, 500000)),
        ("12/11/2026 18:19:11", micros(2026, 12, 11, 18, 19, 11)),
        ("261125 181911", micros(2026, 11, 25, 18, 19, 11)),
        ("25.11.2026 18:19:11", micros(2026, 11, 25, 18, 19, 11)),
        ("261125 18:19:15", micros(2026, 11, 25, 18, 19, 15)),
        ("261125  8:19:15", None),
        ("20261125 18:19:15.026821", micros(2026, 11, 25, 18, 19, 15, 26821)),
        ("1125 18:19:15.026821", micros(2026, 11, 25, 18, 19, 15, 26821)),
        ("1795630715", micros(2026, 11, 25, 18, 18, 35)),
        ("1795630715.503", micros(2026, 11, 25, 18, 18, 35, 503000)),
        ("1795630715503", micros(2026, 11, 25, 18, 18, 35, 503000)),
        ("1795630715503004", micros(2026, 11, 25, 18, 18, 35, 503004)),
        ("1795630715503004005", micros(2026, 11, 25, 18, 18, 35, 503004)),
        ("18:19:15", None),
        ("2026-13-45 18:19:15", None),
        ("123456 18:19:15", None),
    ],
)
def test_a_raw_timestamp_is_one_point_in_time(raw: str, when: int | None) -> None:
    """Every spelling of a date and time is read to the microsecond; what is no point in time gives None."""
    assert Clock(UTC, REFERENCE).parse(raw) == when


def test_a_naive_time_is_in_the_clocks_zone() -> None:
    """Only where the text names no zone."""
    clock = Clock(timezone(timedelta(hours=9)), REFERENCE)
    assert clock.parse("2026-11-25 09:00:00") == micros(2026, 11, 25)
    assert clock.parse("2026-11-25 09:00:00 UTC") == micros(2026, 11, 25, 9)


@pytest.mark.parametrize(
    ("raw", "reference", "when"),
    [
        ("Dec 31 23:59:58", micros(2026, 1, 1, 0, 5), micros(2025, 12, 31, 23, 59, 58)),
        ("Jan  1 00:00:02", micros(2026, 1, 1, 0, 5), micros(2026, 1, 1, 0, 0, 2)),
        ("Jan  1 00:00:02", micros(2025, 12, 31, 23, 59), micros(2026, 1, 1, 0, 0, 2)),
        ("Nov 25 18:00:00", micros(2026, 11, 25, 12), micros(2026, 11, 25, 18)),
        ("Jun  1 00:00:00", micros(2027, 1, 15), micros(2026, 6, 1)),
        ("Feb 29 10:00:00", micros(2024, 3, 1), micros(2024, 2, 29, 10)),
        ("Feb 29 10:00:00", micros(2026, 11, 25), micros(2024, 2, 29, 10)),
        ("0229 10:00:00.5", micros(2025, 1, 2), micros(2024, 2, 29, 10, 0, 0, 500000)),
        ("1231 23:59:58.0", micros(2026, 1, 1, 0, 5), micros(2025, 12, 31, 23, 59, 58)),
        ("Dec 10 00:00:00", micros(2026, 11, 25), micros(2026, 12, 10)),
        ("Feb 29 10:00:00", micros(2103, 3, 1), micros(2096, 2, 29, 10)),
        ("Feb 30 10:00:00", micros(2026, 3, 1), None),
    ],
)
def test_a_missing_year_is_the_latest_that_can_have_been(raw: str, reference: int, when: int | None) -> None:
    """December seen in January is last year's, January seen on 31 December next year's; 29 February is in a leap
    year."""
    assert Clock(UTC, reference).parse(raw) == when


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"])
def test_a_minute_that_was_met_gives_the_same_times(zone: str) -> None:
    """Seconds are added to the minute's beginning, also around the hours at which clocks are set."""
    rng = random.Random(zone)
    one = Clock(ZoneInfo(zone), REFERENCE)
    for _ in range(4000):
        month, day, hour = rng.choice(
            ((3, 29, rng.randrange(4)), (10, 25, rng.randrange(4)), (13, 1, 0), (2, 30, 1), (7, 4, 9))
        )
        raw = f"2026-{month:02d}-{day:02d}{rng.choice('T ')}{hour:02d}:{rng.randrange(61):02d}:{rng.randrange(62):02d}"
        raw += rng.choice(("", ".5", ",123", ".123456789"))
        assert one.parse(raw) == Clock(ZoneInfo(zone), REFERENCE)._parse(raw), raw


def test_a_fraction_adds_to_its_second() -> None:
    """A time with a fraction is its second's, and the fraction: in every spelling that a format's samples show, and
    where the year depends on it."""
    reference = 1_793_000_000_000_000
    raws = set()
    for _, text in formats.sources():
        for sample in yaml.safe_load(text)["samples"]:
            header = formats.load("f", text).read(sample["line"].encode())
            if header is not None and header.time is not None:
                raws.add(header.time)
    spelt = {raw.replace(old, new) for raw in raws if ":" in raw for old in (".", ",") for new in (".", ",")}
    clock_time = re.compile(r"(\d\d:\d\d:\d\d)(?:[.,]\d+)?(?![\d:])")
    seconds = {clock_time.sub(rf"\1{part}", raw) for raw in spelt for part in ("", ".5", ",999999999")}
    assert len(seconds) > 100
    for raw in sorted(seconds):
        clock = Clock(UTC, reference)
        assert clock.parse(raw) == Clock(UTC, reference)._parse(raw), raw
    edge = datetime.fromtimestamp(reference / 1_000_000, UTC) + timedelta(days=31)
    for offset in (-1, 0, 1):
        for part in ("", ".000000", ".000001", ".999999"):
            raw = f"{edge + timedelta(seconds=offset):%m%d %H:%M:%S}{part}"
            assert Clock(UTC, reference).parse(raw) == Clock(UTC, reference)._parse(raw), raw
