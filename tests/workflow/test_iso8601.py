"""23: the calendar arithmetic of timers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.workflow.iso8601 import parse_cycle, parse_duration, parse_moment


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(("start", "duration", "end"), [
    (utc(2026, 1, 31, 2), "P1M", utc(2026, 2, 28, 2)),
    (utc(2028, 1, 31, 2), "P1M", utc(2028, 2, 29, 2)),
    (utc(2026, 8, 31, 2), "P6M", utc(2027, 2, 28, 2)),
    (utc(2024, 2, 29, 2), "P1Y", utc(2025, 2, 28, 2)),
    (utc(2026, 12, 15, 2), "P1Y2M3DT4H5M6S", utc(2028, 2, 18, 6, 5, 6)),
    (utc(2026, 1, 30, 18), "P1M", utc(2026, 2, 27, 18)),  # 31 January 01:00 in Việt Nam
    (utc(2026, 3, 2, 2), "P2W", utc(2026, 3, 16, 2)),
    (utc(2026, 3, 2, 2), "PT0.5H", utc(2026, 3, 2, 2, 30)),
    (utc(2026, 3, 2, 2), "PT36H", utc(2026, 3, 3, 14)),
])
def test_a_duration_ends_on_the_calendar_of_viet_nam(start: datetime, duration: str, end: datetime) -> None:
    assert parse_duration(duration).after(start) == end


@pytest.mark.parametrize("text", [
    "P", "PT", "-PT1H", "P99999Y", "P40000D", "P-1D", "1H", "", "PT1H garbage", "0 0 * * *", "P1.5M", "PT1D",
])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601|century"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "moment"), [
    ("2026-02-25T09:00:00+07:00", utc(2026, 2, 25, 2)),
    ("2026-02-25T02:00:00Z", utc(2026, 2, 25, 2)),
    ("2026-02-25T09:00", utc(2026, 2, 25, 2)),
    ("2026-02-25", utc(2026, 2, 24, 17)),
])
def test_a_moment_without_a_zone_is_vietnamese_local_time(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


def test_a_monthly_cycle_keeps_its_day() -> None:
    cycle = parse_cycle("R3/2026-01-31T09:00/P1M")
    first = cycle.first(utc(2026, 1, 1))
    assert [cycle.period.after(first, n).astimezone().astimezone(UTC).day for n in range(4)] == [31, 28, 31, 30]


def test_a_cycle_may_start_now_start_at_a_moment_or_end_at_one() -> None:
    now = utc(2026, 3, 2, 2)
    assert parse_cycle("R/PT1H").first(now) == now + timedelta(hours=1)
    assert parse_cycle("R2/2026-03-05T09:00/P1D").first(now) == utc(2026, 3, 5, 2)
    assert parse_cycle("R3/P1D/2026-03-10T09:00").first(now) == utc(2026, 3, 8, 2)
    assert (parse_cycle("R/PT1H").rounds, parse_cycle("R5/PT1H").rounds) == (-1, 5)


@pytest.mark.parametrize("text", ["0 9 * * 1", "R3", "R3/", "R-1/PT1H", "PT1H", "R3/PT0S", "R/PT1H/2026-03-10"])
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601|longer than nothing|how many rounds"):
        parse_cycle(text)


@given(st.integers(0, 400), st.sampled_from(["P1M", "P1D", "PT1H", "P1Y", "P1M2DT3H"]))
def test_rounds_until_now_are_those_that_fell_due(days: int, period: str) -> None:
    start = utc(2026, 1, 31, 2)
    now, duration = start + timedelta(days=days, hours=5), parse_duration(period)
    rounds = duration.rounds_until(start, now)
    assert duration.after(start, rounds) <= now < duration.after(start, rounds + 1)
    assert duration.rounds_until(start, start - timedelta(seconds=1)) == -1
