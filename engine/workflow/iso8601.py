"""ISO 8601 as timers need it: dates, durations and repeating intervals, reckoned on the calendar of Việt Nam.

SpiffWorkflow reads naive dates in the zone the process was started in, makes 31 January plus one month 3 March, and
accepts a bare `P` (spiff.md 3.3, 23). Here a month later is the same day or the last one of that month, a moment
without a zone is Vietnamese local time, and a duration must say something and must not be negative.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.domain.calendar import VIETNAM as LOCAL

LONGEST_MONTHS, LONGEST = 1200, timedelta(days=36_525)
"""A century: what is longer was mistyped, and would end outside the calendar."""

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(
    rf"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_CYCLE = re.compile(r"R(\d*)/([^/]+)(?:/([^/]+))?")


@dataclass(frozen=True, slots=True)
class Duration:
    """Months are kept apart from exact time, because their length depends on where one starts."""

    months: int
    exact: timedelta

    def after(self, start: datetime, times: int = 1) -> datetime:
        """The instant (UTC) that many durations after `start`; counted from the start, so that days do not drift."""
        local = start.astimezone(LOCAL)
        return (_add_months(local, self.months * times) + self.exact * times).astimezone(UTC)

    def rounds_until(self, start: datetime, now: datetime) -> int:
        """How many whole durations after `start` are not later than `now`; -1 when the start itself is later."""
        if now < start:
            return -1
        longest = self.exact + timedelta(days=31 * self.months)
        rounds = int((now - start) / longest)
        while self.after(start, rounds + 1) <= now:
            rounds += 1
        return rounds

    def before(self, end: datetime, times: int) -> datetime:
        """The instant that many durations before `end`."""
        local = end.astimezone(LOCAL)
        return (_add_months(local, -self.months * times) - self.exact * times).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Cycle:
    """`R3/PT1H`, `R/2026-01-05T08:00/P1D` and their like. `rounds` is -1 for a cycle without end."""

    rounds: int
    start: datetime | None
    period: Duration

    def first(self, now: datetime) -> datetime:
        """When the first round is due."""
        return self.start if self.start is not None else self.period.after(now)


def parse_duration(text: str) -> Duration:
    """Raises ValueError for what is not a positive ISO 8601 duration."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"{text!r} is not an ISO 8601 duration such as PT1H or P3D")
    years, months, *rest = match.groups()
    weeks, days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in rest)
    exact = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    duration = Duration(int(years or 0) * 12 + int(months or 0), exact)
    if duration.months > LONGEST_MONTHS or exact > LONGEST:
        raise ValueError(f"{text!r} is longer than a century")
    return duration


def parse_moment(text: str) -> datetime:
    """The instant (UTC) of an ISO 8601 date or date-time; without a zone it is local time of Việt Nam."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO 8601 date such as 2026-02-25T09:00+07:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)


def parse_cycle(text: str) -> Cycle:
    """Raises ValueError for anything but a repeating interval; cron is not ISO 8601."""
    match = _CYCLE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an ISO 8601 repeating interval such as R3/PT24H")
    rounds = int(match[1]) if match[1] else -1
    first, second = match[2], match[3]
    if second is None:
        return Cycle(rounds, None, _moving(parse_duration(first)))
    if second.startswith("P"):
        return Cycle(rounds, parse_moment(first), _moving(parse_duration(second)))
    return _ending(rounds, _moving(parse_duration(first)), parse_moment(second))


def _ending(rounds: int, period: Duration, end: datetime) -> Cycle:
    """`R3/PT1H/<end>`: the last of the rounds falls on the end."""
    if rounds < 0:
        raise ValueError("a cycle with an end must say how many rounds it has")
    return Cycle(rounds, period.before(end, max(rounds - 1, 0)), period)


def _moving(period: Duration) -> Duration:
    if not period.months and period.exact <= timedelta(0):
        raise ValueError("the period of a cycle must be longer than nothing")
    return period


def _add_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    day = date(year, month + 1, min(moment.day, last))
    return datetime.combine(day, time(moment.hour, moment.minute, moment.second, moment.microsecond), moment.tzinfo)
