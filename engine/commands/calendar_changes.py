"""Days added to and taken from the working calendar in one act that moves every promise it touches, and its undoing.

The Government swaps working days by a decision each year; no dossier may keep a date counted by the old calendar. There
may be hundreds of thousands of them, so a job dates them anew a few at a time, by the calendar as it then is: however
often it runs, and whatever was changed meanwhile, the same dates come out.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine.commands import terms
from engine.commands.context import Context
from engine.commands.handler import Handler, only_the_engine
from engine.domain.actor import Role
from engine.domain.calendar import CalendarDay
from engine.domain.calendar_change import CalendarChange, ChangeUndone, DayTaken
from engine.domain.clock_ledger import ClockEvent, ClockState
from engine.domain.dossier import Dossier
from engine.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound

NATION = "nation"
REDATE = "redate_dossiers"
"""The job."""

AT_ONCE = 100
KNOWN_AFTER_S = 35.0
"""Every process reads the calendar again within half a minute; what it dated until then is dated anew, too."""

TICKING = (ClockState.RUNNING, ClockState.PAUSED)
UNREADABLE = (DomainError, LookupError, TypeError, ValueError)
"""What a ledger that is none raises. A failing database raises none of them: it ends the run, which is repeated."""

log = logging.getLogger(__name__)


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
class RedateDossiers:
    """Counts anew when the next few dossiers that a change touches are due; they follow the id `after`."""

    change_id: str
    after: str = ""


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
    change = CalendarChange(ctx.uow.new_id(), command.unit_id, added, removed, 0, ctx.now, ctx.actor.id)
    ctx.uow.calendar.note(change)
    _apply(ctx, change.id, added, removed)
    return {"change_id": change.id}


def undo_change(ctx: Context, command: UndoCalendarChange) -> dict[str, Any]:
    """Raises NotFound, ChangeUndone, DayTaken where a later change says something else about one of the days."""
    change = ctx.uow.calendar.change(command.change_id)
    if change is None:
        raise NotFound(what="calendar_change")
    if change.undone_at:
        raise ChangeUndone()
    known = {day.on for day in ctx.uow.calendar.days(change.unit_id)} - {day.on for day in change.added}
    _refuse_taken(known, change.removed)
    ctx.uow.calendar.undo(change.id, ctx.now)
    _apply(ctx, change.id, change.removed, change.added)
    return {"change_id": change.id}


def redate(ctx: Context, command: RedateDossiers) -> dict[str, Any]:
    """Answers with the id to go on after, None behind the last one. Raises NotFound."""
    change = ctx.uow.calendar.change(command.change_id)
    if change is None:
        raise NotFound(what="calendar_change")
    found = ctx.uow.dossiers.open_clocks(change.unit_id, command.after, AT_ONCE)
    moved = sum(_redated(ctx, dossier.id) for dossier, ledger in found if _elsewhen(ctx, dossier, ledger))
    if not change.undone_at:
        ctx.uow.calendar.count(change.id, moved)
    after = found[-1][0].id if len(found) == AT_ONCE else None
    if not (command.after and after):   # the first or the last few
        ctx.uow.calendar.dated(change.id, None if after else ctx.now)
    return {"change_id": change.id, "after": after}


def _refuse_taken(known: set[date], added: tuple[CalendarDay, ...]) -> None:
    dates = [day.on for day in added]
    twice = [on for on in dates if on in known or dates.count(on) > 1]
    if twice:
        raise DayTaken(on=twice[0].isoformat())


def _apply(ctx: Context, change_id: str, added: tuple[CalendarDay, ...], removed: tuple[CalendarDay, ...]) -> None:
    ctx.uow.calendar.remove(removed)
    ctx.uow.calendar.add(added)
    ctx.uow.enqueue(REDATE, change_id, key=f"{REDATE}-{change_id}-{ctx.uow.new_id()}", delay_s=KNOWN_AFTER_S,
                    partition=REDATE)


def _elsewhen(ctx: Context, dossier: Dossier, ledger: Sequence[ClockEvent]) -> bool:
    """True when it is due at another instant now. One that cannot be read alarms and keeps nobody else's date back."""
    try:
        return _due_at(ctx, dossier, ledger) != dossier.due_at
    except UNREADABLE:
        log.exception("dossier %s could not be dated anew", dossier.id)
        return False


def _redated(ctx: Context, dossier_id: str) -> bool:
    """Looks again under the dossier's lock. False where nothing is due, or due as before."""
    it = terms.locked(ctx, dossier_id)
    due_at = _due_at(ctx, it, ctx.uow.dossiers.clock(it.id))
    if due_at is None or it.due_at is None or due_at == it.due_at or it.clock not in TICKING:
        return False
    ctx.uow.dossiers.save(terms.watched(ctx, replace(it, due_at=due_at)))
    ctx.uow.dossiers.shift_work(it.id, it.due_at, due_at)
    ctx.uow.dossiers.redate_work(it.id, due_at)
    return True


def _due_at(ctx: Context, dossier: Dossier, ledger: Sequence[ClockEvent]) -> datetime | None:
    return terms.rules(ctx, dossier).read(ledger).due_at()


HANDLERS: Mapping[type, Handler] = {
    ChangeCalendar: Handler(change_calendar, only_administrators, "audit.change_calendar", "scope"),
    RedateDossiers: Handler(redate, only_the_engine, "audit.redate_dossiers", "change_id"),
    UndoCalendarChange: Handler(undo_change, only_administrators, "audit.undo_calendar_change", "change_id"),
}
