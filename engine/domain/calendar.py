"""When people work: sessions of each weekday, days off, days swapped by the Prime Minister, hours of a season.

A calendar is a value. It is loaded whole, for all years it knows: a deadline counted again in February must see the
holidays of last December. Instants go in aware and come out in the zone of Vietnam.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Any

from engine.domain.errors import NoWorkingTime

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam has no daylight saving time, so a fixed offset is the zone, even where no time zone data is installed."""

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_PATIENCE = 400
"""Days without a session after which the calendar, not the wait, is at fault."""


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """Working hours without a break. The closing time belongs to it: what came at 17:00 sharp came in time."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"a session must open before it closes: {self.opens}-{self.closes}")

    @property
    def length(self) -> timedelta:
        """How long the session is."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)


WeeklyHours = tuple[tuple[Session, ...], ...]
"""Sessions of the seven weekdays, Monday first."""


def weekly_hours(sessions: tuple[Session, ...], weekdays: range = range(5)) -> WeeklyHours:
    """The same sessions on each of these weekdays (0 is Monday), rest on the others."""
    return tuple(sessions if weekday in weekdays else () for weekday in range(7))


STANDARD_SESSIONS = (Session(time(7), time(11, 30)), Session(time(13, 30), time(17)))
STANDARD_HOURS = weekly_hours(STANDARD_SESSIONS)
"""Monday to Friday, eight hours: what most counters keep (domain.md 3.3)."""


class DayKind(Enum):
    """Why a date is not the weekday it seems to be."""

    HOLIDAY = "holiday"
    COMPENSATORY_OFF = "compensatory_off"
    SWAPPED_OFF = "swapped_off"
    SWAPPED_WORKDAY = "swapped_workday"
    HALF_DAY = "half_day"
    SATURDAY_SESSION = "saturday_session"
    LOCAL_CLOSURE = "local_closure"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One exceptional date. `scope` is the id of the unit it holds for, None the whole nation.

    `sessions` are the day's own hours; without them a swapped workday has the hours of a full weekday, a half day its
    first session. A Saturday session receives people but lets no deadline pass, unless `counts_for_deadline`.
    """

    on: date
    kind: DayKind
    scope: str | None = None
    name: str = ""
    legal_basis: str = ""
    sessions: tuple[Session, ...] = ()
    counts_for_deadline: bool = False


@dataclass(frozen=True, slots=True)
class Season:
    """Other weekly hours from one date to another, both included, such as the summer hours of a province."""

    first: date
    last: date
    hours: WeeklyHours
    scope: str | None = None


@dataclass(frozen=True)
class WorkingCalendar:
    """The calendar of one unit, or of the nation when `unit_id` is None.

    Days and seasons of other units are ignored; those of the unit itself overrule the national ones.
    """

    unit_id: str | None = None
    hours: WeeklyHours = STANDARD_HOURS
    seasons: tuple[Season, ...] = ()
    days: tuple[CalendarDay, ...] = ()
    _spans: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False)
    _standard: dict[date, timedelta] = field(default_factory=dict, init=False, repr=False, compare=False)

    def for_unit(self, unit_id: str | None) -> WorkingCalendar:
        """The same rules as this unit lives by them."""
        return replace(self, unit_id=unit_id)

    @cached_property
    def version(self) -> str:
        """Hash of everything that decides about dates; stored with each deadline that was counted."""
        seen = [_plain(self.hours), [_plain(season) for season in self._own_seasons],
                [_plain(self._own_days[on]) for on in sorted(self._own_days)]]
        text = json.dumps(seen, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def sessions(self, on: date) -> tuple[Session, ...]:
        """The working hours of a date, as far as deadlines are concerned."""
        day = self._own_days.get(on)
        if day and day.kind is DayKind.SATURDAY_SESSION and not day.counts_for_deadline:
            return self._hours_on(on)[on.weekday()]
        return self.open_sessions(on)

    def open_sessions(self, on: date) -> tuple[Session, ...]:
        """The hours in which people are received: working hours, and Saturday sessions besides."""
        day, hours = self._own_days.get(on), self._hours_on(on)
        if day is None:
            return hours[on.weekday()]
        match day.kind:
            case DayKind.SWAPPED_WORKDAY:
                return day.sessions or _fullest(hours)
            case DayKind.HALF_DAY | DayKind.SATURDAY_SESSION:
                return day.sessions or _fullest(hours)[:1]
        return ()

    def is_working_day(self, on: date) -> bool:
        """True when deadlines run on that date."""
        return bool(self.sessions(on))

    def standard_day(self, on: date) -> timedelta:
        """What one working day of a term is worth at that time of the year: the hours of a full weekday."""
        if on not in self._standard:
            self._standard[on] = _total(_fullest(self._hours_on(on))) or _total(STANDARD_SESSIONS)
        return self._standard[on]

    def next_working_instant(self, at: datetime) -> datetime:
        """The instant itself when it falls into a session, else the opening of the next one."""
        return next(self._spans_from(at))[0]

    def end_of_working_day(self, at: datetime) -> datetime:
        """The last closing time of the day on which work next goes on."""
        return self._spans_on(self.next_working_instant(at).date())[-1][1]

    def end_of_session(self, at: datetime) -> datetime:
        """The closing time of the session in which work next goes on."""
        return next(self._spans_from(at))[1]

    def add_working(self, start: datetime, span: timedelta) -> datetime:
        """Lets so much working time pass; what ends with a session ends at its closing time."""
        hour = timedelta(hours=1)
        return self._advance(self.next_working_instant(start), Fraction(span // _TICK, hour // _TICK), lambda on: hour)

    def add_working_days(self, start: datetime, days: int | Decimal | Fraction) -> datetime:
        """Lets so many working days pass. Whole days keep the clock time: what opens a session still opens one."""
        at, amount = self.next_working_instant(start), Fraction(days)
        landed = self._advance(at, amount, self.standard_day)
        if amount and amount.denominator == 1 and self._opens(at):
            return next(opens for opens, closes in self._spans_from(landed) if opens < closes)
        return landed

    def working_between(self, earlier: datetime, later: datetime) -> timedelta:
        """Working time from one instant to another; negative when they stand the other way round."""
        if later < earlier:
            return -self.working_between(later, earlier)
        return sum((closes - opens for opens, closes in self._spans_between(earlier, later)), timedelta())

    def working_days_between(self, earlier: datetime, later: datetime) -> Fraction:
        """The same in working days, exactly: half of an eight-hour day is 1/2."""
        if later < earlier:
            return -self.working_days_between(later, earlier)
        by_unit: dict[timedelta, timedelta] = {}
        for opens, closes in self._spans_between(earlier, later):
            unit = self.standard_day(opens.date())
            by_unit[unit] = by_unit.get(unit, timedelta()) + (closes - opens)
        return sum((_share(spent, unit) for unit, spent in by_unit.items()), Fraction())

    def _advance(self, at: datetime, amount: Fraction, unit_on: Callable[[date], timedelta]) -> datetime:
        """Consumes sessions. The amount is time of the unit in force, converted only where the season changes that."""
        unit = unit_on(at.date())
        left = _times(amount, unit)
        for opens, closes in self._spans_from(at):
            here = unit_on(opens.date())
            if here != unit:
                left, unit = _times(_share(left, unit), here), here
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError("spans never end")

    def _opens(self, at: datetime) -> bool:
        return any(at == opens for opens, _ in self._spans_on(at.date()))

    def _spans_between(self, earlier: datetime, later: datetime) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self._spans_from(earlier):
            if opens >= later:
                return
            yield opens, min(closes, later)

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of the session under way, then every later session, without end."""
        if at.tzinfo is None:
            raise ValueError(f"an instant without a zone is no instant: {at.isoformat()}")
        at, idle = at.astimezone(VIETNAM), 0
        on = at.date()
        while idle < _PATIENCE:
            spans = self._spans_on(on)
            yield from ((max(opens, at), closes) for opens, closes in spans if closes >= at)
            idle, on = (0 if spans else idle + 1), on + _DAY
        raise NoWorkingTime(unit=self.unit_id, since=at.isoformat())

    def _spans_on(self, on: date) -> tuple[tuple[datetime, datetime], ...]:
        if on not in self._spans:
            self._spans[on] = tuple(
                (datetime.combine(on, each.opens, VIETNAM), datetime.combine(on, each.closes, VIETNAM))
                for each in sorted(self.sessions(on)))
        return self._spans[on]

    def _hours_on(self, on: date) -> WeeklyHours:
        return next((season.hours for season in self._own_seasons if season.first <= on <= season.last), self.hours)

    @cached_property
    def _own_seasons(self) -> tuple[Season, ...]:
        scopes = (self.unit_id, None) if self.unit_id else (None,)
        return tuple(season for scope in scopes for season in self.seasons if season.scope == scope)

    @cached_property
    def _own_days(self) -> dict[date, CalendarDay]:
        scopes = (None, self.unit_id) if self.unit_id else (None,)
        return {day.on: day for scope in scopes for day in self.days if day.scope == scope}


def _share(length: timedelta, unit: timedelta) -> Fraction:
    return Fraction(length // _TICK, unit // _TICK)


def _times(amount: Fraction, unit: timedelta) -> timedelta:
    return round(amount * (unit // _TICK)) * _TICK


def _fullest(hours: WeeklyHours) -> tuple[Session, ...]:
    return max(hours, key=_total)


def _total(sessions: tuple[Session, ...]) -> timedelta:
    return sum((session.length for session in sessions), timedelta())


def _plain(value: WeeklyHours | tuple[Session, ...] | Session | Season | CalendarDay) -> list[Any]:
    """The part of a value that decides about dates, as JSON."""
    match value:
        case Session():
            return [value.opens.isoformat(), value.closes.isoformat()]
        case Season():
            return [value.first.isoformat(), value.last.isoformat(), _plain(value.hours)]
        case CalendarDay():
            return [value.on.isoformat(), value.kind.value, _plain(value.sessions), value.counts_for_deadline]
    return [_plain(each) for each in value]
