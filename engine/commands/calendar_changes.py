"""Days added to and taken from the working calendar in one act that moves every promise it touches, and its undoing.

The Government swaps working days by a decision each year; no dossier may keep a date counted by the old calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.commands import terms
from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.domain.actor import Role
from engine.domain.calendar import CalendarDay, WorkingCalendar
from engine.domain.calendar_change import CalendarChange, ChangeUndone, DayTaken, changed
from engine.domain.errors import InvalidInput, NotAllowed, NotFound

NATION = "nation"


@dataclass(frozen=True, slots=True)
class ChangeCalendar:
    """`scope` is the id of the unit whose calendar it is, or NATION; `removed` are dates of its exceptional days."""

    scope: str
    added: tuple[CalendarDay, ...] = ()
    removed: tuple[date, ...] = ()

    @property
    def unit_id(self) -> str | None:
        """The unit, None for the nation."""
        return None if self.scope == NATION else self.scope


@dataclass(frozen=True, slots=True)
class UndoCalendarChange:
    """Takes back everything a change added and removed."""

    change_id: str


@dataclass(frozen=True, slots=True)
class _NewCalendars:
    """The calendars as they are once the change is committed."""

    before: Any
    added: tuple[CalendarDay, ...]
    removed: tuple[CalendarDay, ...]

    def of(self, unit_id: str | None) -> WorkingCalendar:
        """The unit's calendar after the change."""
        return changed(self.before.of(unit_id), self.added, self.removed)


def only_administrators(ctx: Context, _command: object) -> None:
    """Raises NotAllowed unless the actor administers processes or the system."""
    if not (ctx.actor.has(Role.PROCESS_ADMIN) or ctx.actor.has(Role.SYS_ADMIN)):
        raise NotAllowed()


def change_calendar(ctx: Context, command: ChangeCalendar) -> dict[str, Any]:
    """Raises InvalidInput when nothing is asked, NotFound for a unit or day that is not there, DayTaken."""
    if not command.added and not command.removed:
        raise InvalidInput(problems={"days": "required"})
    if command.unit_id:
        ctx.uow.people.unit_code(command.unit_id)
    known = {day.on: day for day in ctx.uow.calendar.days(command.unit_id)}
    missing = [on for on in command.removed if on not in known]
    if missing:
        raise NotFound(what="calendar_day", on=missing[0].isoformat())
    removed = tuple(known[on] for on in command.removed)
    added = tuple(replace(day, scope=command.unit_id) for day in command.added)
    _refuse_taken(known.keys() - set(command.removed), added)
    moved = _apply(ctx, command.unit_id, added, removed)
    change = CalendarChange(ctx.uow.new_id(), command.unit_id, added, removed, moved, ctx.now, ctx.actor.id)
    ctx.uow.calendar.note(change)
    return {"change_id": change.id, "moved": moved}


def undo_change(ctx: Context, command: UndoCalendarChange) -> dict[str, Any]:
    """Raises NotFound, ChangeUndone, DayTaken where a later change says something else about one of the days."""
    change = ctx.uow.calendar.change(command.change_id)
    if change is None:
        raise NotFound(what="calendar_change")
    if change.undone_at:
        raise ChangeUndone()
    known = {day.on for day in ctx.uow.calendar.days(change.unit_id)} - {day.on for day in change.added}
    _refuse_taken(known, change.removed)
    moved = _apply(ctx, change.unit_id, change.removed, change.added)
    ctx.uow.calendar.undo(change.id, ctx.now)
    return {"change_id": change.id, "moved": moved}


def _refuse_taken(known: set[date], added: tuple[CalendarDay, ...]) -> None:
    dates = [day.on for day in added]
    twice = [on for on in dates if on in known or dates.count(on) > 1]
    if twice:
        raise DayTaken(on=twice[0].isoformat())


def _apply(ctx: Context, unit_id: str | None, added: tuple[CalendarDay, ...], removed: tuple[CalendarDay, ...]) -> int:
    """Returns how many dossiers have another due date now."""
    ctx.uow.calendar.remove(removed)
    ctx.uow.calendar.add(added)
    later = replace(ctx, calendars=_NewCalendars(ctx.calendars, added, removed))
    moved = 0
    for dossier, ledger in ctx.uow.dossiers.open_clocks(unit_id):
        due_at = terms.rules(later, dossier).read(ledger).due_at()
        if due_at is None or dossier.due_at is None or due_at == dossier.due_at:
            continue
        ctx.uow.dossiers.save(terms.watched(later, replace(dossier, due_at=due_at)))
        ctx.uow.dossiers.shift_work(dossier.id, dossier.due_at, due_at)
        ctx.uow.dossiers.redate_work(dossier.id, due_at)
        moved += 1
    return moved


HANDLERS: Mapping[type, Handler] = {
    ChangeCalendar: Handler(change_calendar, only_administrators, "audit.change_calendar", "scope"),
    UndoCalendarChange: Handler(undo_change, only_administrators, "audit.undo_calendar_change", "change_id"),
}
