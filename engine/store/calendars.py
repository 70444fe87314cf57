"""Working calendars read from the calendar table, kept until the table changes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import time
from typing import Any

import sqlalchemy as sa

from engine.domain.calendar import CalendarDay, DayKind, Session, WorkingCalendar
from engine.store.database import read_connection
from engine.store.ids import new_id
from engine.store.tables import calendar_day


class SqlCalendars:
    """Implements `ports.Calendars`. `forget` is called by whoever changes the table in this process."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._national: WorkingCalendar | None = None
        self._by_unit: dict[str | None, WorkingCalendar] = {}

    def of(self, unit_id: str | None) -> WorkingCalendar:
        """The unit's calendar; the national one for None."""
        with self._lock:
            if self._national is None:
                self._national = WorkingCalendar(days=self._read())
            if unit_id not in self._by_unit:
                self._by_unit[unit_id] = self._national.for_unit(unit_id)
            return self._by_unit[unit_id]

    def forget(self) -> None:
        """The next question reads the table again."""
        with self._lock:
            self._national = None
            self._by_unit.clear()

    def _read(self) -> tuple[CalendarDay, ...]:
        with read_connection(self._engine) as connection:
            return tuple(_as_day(row) for row in connection.execute(sa.select(calendar_day)))


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


def _as_row(day: CalendarDay) -> dict[str, Any]:
    sessions = [[s.opens.isoformat("minutes"), s.closes.isoformat("minutes")] for s in day.sessions]
    return {"id": new_id(), "unit_id": day.scope, "date": day.on, "kind": day.kind.value, "name": day.name,
            "legal_basis": day.legal_basis, "sessions": sessions or None}


def _as_day(row: Any) -> CalendarDay:
    sessions = tuple(Session(time.fromisoformat(a), time.fromisoformat(b)) for a, b in row.sessions or ())
    return CalendarDay(on=row.date, kind=DayKind(row.kind), scope=row.unit_id, name=row.name,
                       legal_basis=row.legal_basis, sessions=sessions)
