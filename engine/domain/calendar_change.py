"""A change of the working calendar as one act: days added, days taken away, and how it moves what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from engine.domain.calendar import CalendarDay, DayKind, Session, WorkingCalendar
from engine.domain.errors import Conflict


class DayTaken(Conflict):
    """The calendar of this unit says something about that date already; `facts['on']` is the date."""

    code = "day_taken"


class ChangeUndone(Conflict):
    """The change was taken back before."""

    code = "change_undone"


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """`moved` is how many dossiers got another due date. `unit_id` None is the calendar of the nation."""

    id: str
    unit_id: str | None
    added: tuple[CalendarDay, ...]
    removed: tuple[CalendarDay, ...]
    moved: int
    changed_at: datetime
    changed_by: str
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """What a change would do: dossiers due later, due earlier; those that become late by it, or are late no longer."""

    later: int = 0
    earlier: int = 0
    newly_late: int = 0
    relieved: int = 0

    def counting(self, before: datetime, after: datetime, now: datetime) -> Shift:
        """With one more dossier whose due date moves."""
        return Shift(
            self.later + (after > before), self.earlier + (after < before),
            self.newly_late + (before >= now > after), self.relieved + (before < now <= after))

    @property
    def moved(self) -> int:
        """Dossiers whose due date moves at all."""
        return self.later + self.earlier


def changed(calendar: WorkingCalendar, added: Iterable[CalendarDay], removed: Iterable[CalendarDay]) -> WorkingCalendar:
    """The calendar as it is after the change."""
    gone = {(day.scope, day.on) for day in removed}
    kept = tuple(day for day in calendar.days if (day.scope, day.on) not in gone)
    return replace(calendar, days=(*kept, *added))


def as_rows(days: Iterable[CalendarDay]) -> list[dict[str, Any]]:
    """Plain values for storing."""
    return [{"on": day.on.isoformat(), "kind": day.kind.value, "scope": day.scope, "name": day.name,
             "legal_basis": day.legal_basis,
             "sessions": [[each.opens.isoformat("minutes"), each.closes.isoformat("minutes")] for each in day.sessions]}
            for day in days]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[CalendarDay, ...]:
    """What `as_rows` stored."""
    return tuple(CalendarDay(
        date.fromisoformat(row["on"]), DayKind(row["kind"]), row["scope"], row["name"], row["legal_basis"],
        tuple(Session(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row["sessions"]),
    ) for row in rows)
