"""The working calendar and what a change of it would do to the dossiers under way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.domain import procedure, time_limit
from engine.domain.calendar import CalendarDay, WorkingCalendar
from engine.domain.calendar_change import CalendarChange, Shift, changed
from engine.domain.ticking import Rules
from engine.store.calendars import SqlCalendarRows, as_change
from engine.store.dossier_rows import open_clocks
from engine.store.organisation_tables import calendar_change
from engine.store.tables import account
from engine.store.version_rows import SqlVersionRows

MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class MadeChange:
    """A change with the name of whoever made it."""

    change: CalendarChange
    changed_by: str


def days(conn: Connection, unit_id: str | None, year: int) -> tuple[CalendarDay, ...]:
    """What the calendar of a unit, or of the nation, says itself about a year."""
    return tuple(day for day in SqlCalendarRows(conn).days(unit_id) if day.on.year == year)


def changes(conn: Connection) -> tuple[MadeChange, ...]:
    """The latest changes, newest first."""
    rows = conn.execute(
        select(calendar_change, account.c.name).outerjoin(account, account.c.id == calendar_change.c.changed_by)
        .order_by(calendar_change.c.changed_at.desc(), calendar_change.c.id.desc()).limit(MOST_CHANGES))
    return tuple(MadeChange(as_change(row), row.name or "") for row in rows)


def preview(conn: Connection, calendar: Callable[[str | None], WorkingCalendar], unit_id: str | None,
            added: Sequence[CalendarDay], removed: Sequence[date], now: datetime) -> Shift:
    """What `ChangeCalendar` with the same days would do. Nothing is changed."""
    gone = tuple(CalendarDay(on, day.kind, unit_id) for day in SqlCalendarRows(conn).days(unit_id)
                 for on in removed if day.on == on)
    versions, shift, calendars = SqlVersionRows(conn, {}), Shift(), dict[str, WorkingCalendar]()
    for dossier, ledger in open_clocks(conn, unit_id):
        if dossier.received_by not in calendars:
            calendars[dossier.received_by] = changed(calendar(dossier.received_by), added, gone)
        facts = procedure.from_mapping(versions.get(dossier.version_id).facts)
        rules = Rules(time_limit.parse(dossier.term), calendars[dossier.received_by], facts.rules(dossier.rule_pack))
        due_at = rules.read(ledger).due_at()
        if due_at and dossier.due_at:
            shift = shift.counting(dossier.due_at, due_at, now)
    return shift
