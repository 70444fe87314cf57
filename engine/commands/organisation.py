"""Who works where and when: units, routes, absences, and whether new work is shared out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.commands.calendar_changes import only_administrators
from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.domain.absence import Absence, AbsenceNotYours, AbsenceOverlaps, Capacity, OwnStandIn, SignatureNotYours
from engine.domain.actor import Actor, Role
from engine.domain.calendar import VIETNAM
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.organisation import Unit

HEADS = (Role.CENTRE_HEAD, Role.DEPT_HEAD, Role.APPROVER)
KINDS = ("one_stop", "agency", "vertical")
LEVELS = ("ministry", "province", "commune", "other")
LONGEST_ABSENCE_DAYS = 366
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,49}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SaveUnit:
    """A new unit (`unit_id` empty), or other words about one that exists; code, kind and level then stay."""

    unit_id: str
    name: str
    code: str = ""
    kind: str = "agency"
    level: str = "commune"
    parent_id: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SaveRoute:
    """Which unit an agency key means for dossiers received at `unit_id`; an empty target forgets the key."""

    unit_id: str
    agency_key: str
    target_id: str = ""


@dataclass(frozen=True, slots=True)
class ShareWork:
    """Whether new work of a role at a unit goes to whoever has the least left to do."""

    unit_id: str
    role: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class PlanAbsence:
    """Somebody is away from one day to another, both included. No `procedures` means all of them."""

    account_id: str
    stand_in_id: str
    starts_on: date
    ends_on: date
    procedures: tuple[str, ...] = ()
    capacity: str = Capacity.NONE.value


@dataclass(frozen=True, slots=True)
class EndAbsence:
    """The arrangement holds no longer."""

    absence_id: str


def may_plan(ctx: Context, command: PlanAbsence) -> None:
    """Whoever answers for the person, and nobody to his own gain.

    Administrators may share out a leader's other work, but his signature is passed on only by himself or by a leader
    who signs the same: `capacity` then stays NONE. Raises NotFound, AbsenceNotYours, OwnStandIn, SignatureNotYours.
    """
    person = _refuse_strangers(ctx, command.account_id)
    if command.stand_in_id == ctx.actor.id:
        raise OwnStandIn()
    if command.capacity != Capacity.NONE.value and not ctx.actor.signs_like(person):
        raise SignatureNotYours()


def may_end(ctx: Context, command: EndAbsence) -> None:
    """The same people. Raises NotFound, AbsenceNotYours."""
    absence = ctx.uow.organisation.absence(command.absence_id)
    if absence is None:
        raise NotFound(what="absence")
    _refuse_strangers(ctx, absence.account_id)


def save_unit(ctx: Context, command: SaveUnit) -> dict[str, Any]:
    """Raises InvalidInput by field, NotFound for a unit or parent that does not exist."""
    problems = {} if command.name.strip() else {"name": "required"}
    if command.unit_id:
        code = ctx.uow.people.unit_code(command.unit_id)
    else:
        code = command.code.strip()
        problems |= _problems_of_new(ctx, command, code)
    if command.parent_id:
        ctx.uow.people.unit_code(command.parent_id)
    if command.parent_id and command.parent_id == command.unit_id:
        problems["parent_id"] = "unknown"
    if problems:
        raise InvalidInput(problems=problems)
    unit_id = command.unit_id or ctx.uow.new_id()
    ctx.uow.people.save_unit(Unit(
        unit_id, code, command.name.strip(), command.kind, command.level, command.parent_id or None,
        command.address.strip(), command.phone.strip()))
    return {"unit_id": unit_id}


def save_route(ctx: Context, command: SaveRoute) -> dict[str, Any]:
    """Raises InvalidInput for a key that no diagram could name, NotFound for a unit."""
    if not _KEY.fullmatch(command.agency_key):
        raise InvalidInput(problems={"agency_key": "unknown"})
    ctx.uow.people.unit_code(command.unit_id)
    if command.target_id:
        ctx.uow.people.unit_code(command.target_id)
    ctx.uow.people.save_route(command.unit_id, command.agency_key, command.target_id or None)
    return {"unit_id": command.unit_id}


def share_work(ctx: Context, command: ShareWork) -> dict[str, Any]:
    """Raises NotFound for a unit, InvalidInput for a role."""
    ctx.uow.people.unit_code(command.unit_id)
    if command.role not in {role.value for role in Role}:
        raise InvalidInput(problems={"role": "unknown"})
    ctx.uow.organisation.share_work(command.unit_id, Role(command.role), command.wanted)
    return {"unit_id": command.unit_id}


def plan_absence(ctx: Context, command: PlanAbsence) -> dict[str, Any]:
    """Raises InvalidInput by field, AbsenceOverlaps."""
    problems = _problems_of(ctx, command)
    if problems:
        raise InvalidInput(problems=problems)
    absence = Absence(ctx.uow.new_id(), command.account_id, command.stand_in_id, command.starts_on, command.ends_on,
                      command.procedures, Capacity(command.capacity))
    if any(absence.overlaps(other) for other in ctx.uow.organisation.absences([command.account_id])):
        raise AbsenceOverlaps()
    ctx.uow.organisation.add_absence(absence, ctx.actor.id, ctx.now)
    return {"absence_id": absence.id}


def end_absence(ctx: Context, command: EndAbsence) -> dict[str, Any]:
    """What the stand-in holds stays in his hands until he or a head gives it back."""
    ctx.uow.organisation.end_absence(command.absence_id, ctx.now)
    return {"absence_id": command.absence_id}


def _problems_of_new(ctx: Context, command: SaveUnit, code: str) -> dict[str, str]:
    problems = {}
    if not _CODE.fullmatch(code):
        problems["code"] = "required"
    elif ctx.uow.people.unit_by_code(code):
        problems["code"] = "taken"
    if command.kind not in KINDS:
        problems["kind"] = "unknown"
    if command.level not in LEVELS:
        problems["level"] = "unknown"
    return problems


def _problems_of(ctx: Context, command: PlanAbsence) -> dict[str, str]:
    today, problems = ctx.now.astimezone(VIETNAM).date(), {}
    stand_in = ctx.uow.people.actor(command.stand_in_id)
    if stand_in is None or not stand_in.memberships or command.stand_in_id == command.account_id:
        problems["stand_in_id"] = "required"
    if command.ends_on < max(command.starts_on, today):
        problems["ends_on"] = "required"
    if (command.ends_on - command.starts_on).days > LONGEST_ABSENCE_DAYS:
        problems["ends_on"] = "too_long"
    if command.capacity not in {each.value for each in Capacity}:
        problems["capacity"] = "unknown"
    return problems


def _refuse_strangers(ctx: Context, account_id: str) -> Actor:
    person = ctx.uow.people.actor(account_id)
    if person is None:
        raise NotFound(what="account")
    if not ctx.actor.answers_for(person):
        raise AbsenceNotYours()
    return person


HANDLERS: Mapping[type, Handler] = {
    SaveUnit: Handler(save_unit, only_administrators, "audit.save_unit", "unit_id"),
    SaveRoute: Handler(save_route, only_administrators, "audit.save_route", "unit_id"),
    ShareWork: Handler(share_work, only_administrators, "audit.share_work", "unit_id"),
    PlanAbsence: Handler(plan_absence, may_plan, "audit.plan_absence", "account_id"),
    EndAbsence: Handler(end_absence, may_end, "audit.end_absence", "absence_id"),
}
