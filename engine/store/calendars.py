"""Working calendars read from the calendar table, kept until the table changes."""

from __future__ import annotations

import threading
import time as time_module
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from engine.domain.calendar import CalendarDay, DayKind, Session, WorkingCalendar
from engine.domain.calendar_change import CalendarChange, as_rows, from_rows
from engine.store.database import read_connection
from engine.store.ids import new_id
from engine.store.organisation_tables import calendar_change
from engine.store.tables import calendar_day

FRESH_FOR_S = 30.0
"""After so long the table is read again: another process may have changed it."""


class SqlCalendars:
    """Implements `ports.Calendars`. `forget` is called by whoever changes the table in this process."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._national: WorkingCalendar | None = None
        self._read_at = 0.0
        self._by_unit: dict[str | None, WorkingCalendar] = {}

    def of(self, unit_id: str | None) -> WorkingCalendar:
        """The unit's calendar; the national one for None."""
        with self._lock:
            if self._national is None or time_module.monotonic() - self._read_at > FRESH_FOR_S:
                self._refresh()
            assert self._national is not None
            if unit_id not in self._by_unit:
                self._by_unit[unit_id] = self._national.for_unit(unit_id)
            return self._by_unit[unit_id]

    def forget(self) -> None:
        """The next question reads the table again."""
        with self._lock:
            self._national = None
            self._by_unit.clear()

    def _refresh(self) -> None:
        """An unchanged calendar stays the same object, which remembers what it has reckoned."""
        days, self._read_at = self._read(), time_module.monotonic()
        if self._national is None or self._national.days != days:
            self._national = WorkingCalendar(days=days)
            self._by_unit.clear()

    def _read(self) -> tuple[CalendarDay, ...]:
        with read_connection(self._engine) as connection:
            asked = sa.select(calendar_day).order_by(calendar_day.c.date, calendar_day.c.id)
            return tuple(_as_day(row) for row in connection.execute(asked))


class SqlCalendarRows:
    """Implements `ports.CalendarRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, days: Sequence[CalendarDay]) -> int:
        """Adds the days that the table does not have yet; returns how many. What a person entered is left as it is."""
        rows = self._connection.execute(sa.select(calendar_day.c.unit_id, calendar_day.c.date))
        known = {(row.unit_id, row.date) for row in rows}
        fresh = [_as_row(day) for day in days if (day.scope, day.on) not in known]
        if fresh:
            self._connection.execute(sa.insert(calendar_day), fresh)
        return len(fresh)

    def days(self, unit_id: str | None) -> tuple[CalendarDay, ...]:
        """What the calendar of this unit, or of the nation, says itself."""
        rows = self._connection.execute(
            sa.select(calendar_day).where(_scope(unit_id)).order_by(calendar_day.c.date))
        return tuple(_as_day(row) for row in rows)

    def remove(self, days: Sequence[CalendarDay]) -> None:
        """Takes days away."""
        for day in days:
            self._connection.execute(
                sa.delete(calendar_day).where(_scope(day.scope), calendar_day.c.date == day.on))

    def note(self, it: CalendarChange) -> None:
        """Keeps a change so that it can be taken back."""
        self._connection.execute(sa.insert(calendar_change).values(
            id=it.id, unit_id=it.unit_id, added=as_rows(it.added), removed=as_rows(it.removed), moved=it.moved,
            changed_at=it.changed_at, changed_by=it.changed_by))

    def change(self, change_id: str) -> CalendarChange | None:
        """A change that was made, locked until the transaction ends."""
        row = self._connection.execute(
            sa.select(calendar_change).where(calendar_change.c.id == change_id).with_for_update()).one_or_none()
        return as_change(row) if row else None

    def undo(self, change_id: str, at: datetime) -> None:
        """Marks a change as taken back; what it had moved is to be dated anew."""
        self._connection.execute(sa.update(calendar_change).where(calendar_change.c.id == change_id).values(
            undone_at=at, dated_at=None))

    def dated(self, change_id: str, at: datetime | None) -> None:
        """Every dossier that the change touches has its new date; None when that begins again."""
        self._connection.execute(
            sa.update(calendar_change).where(calendar_change.c.id == change_id).values(dated_at=at))

    def count(self, change_id: str, moved: int) -> None:
        """So many more dossiers have another due date by this change."""
        row = calendar_change.c
        self._connection.execute(
            sa.update(calendar_change).where(row.id == change_id).values(moved=row.moved + moved))


def as_change(row: Any) -> CalendarChange:
    """A change from its row."""
    return CalendarChange(row.id, row.unit_id, from_rows(row.added), from_rows(row.removed), row.moved, row.changed_at,
                          row.changed_by, row.undone_at)


def _scope(unit_id: str | None) -> sa.ColumnElement[bool]:
    return calendar_day.c.unit_id.is_(None) if unit_id is None else calendar_day.c.unit_id == unit_id


def _as_row(day: CalendarDay) -> dict[str, Any]:
    sessions = [[s.opens.isoformat("minutes"), s.closes.isoformat("minutes")] for s in day.sessions]
    return {"id": new_id(), "unit_id": day.scope, "date": day.on, "kind": day.kind.value, "name": day.name,
            "legal_basis": day.legal_basis, "sessions": sessions or None}


def _as_day(row: Any) -> CalendarDay:
    sessions = tuple(Session(time.fromisoformat(a), time.fromisoformat(b)) for a, b in row.sessions or ())
    return CalendarDay(on=row.date, kind=DayKind(row.kind), scope=row.unit_id, name=row.name,
                       legal_basis=row.legal_basis, sessions=sessions)
