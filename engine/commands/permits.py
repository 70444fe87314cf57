"""Papers for a check outside: asked for, approved by the head of the centre, carried out, checked in again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler, only_the_engine
from engine.commands.happening import tell
from engine.commands.notices import tell_heads, written_at
from engine.domain.actor import Role
from engine.domain.dossier import FINAL, ComponentState, Dossier
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.occasion import Happening, Occasion
from engine.domain.permit import PapersOut, Permit, PermitState

KEEPERS = (Role.RECEPTION_OFFICER, Role.RETURN_OFFICER, Role.CLERK)
"""Who gives papers out at the centre and takes them back."""


@dataclass(frozen=True, slots=True)
class AskPermit:
    """`papers` are keys of components; `holder_id` is who carries them. Both instants are aware."""

    dossier_id: str
    papers: tuple[str, ...]
    holder_id: str
    purpose: str
    leave_at: datetime
    due_back_at: datetime


@dataclass(frozen=True, slots=True)
class DecidePermit:
    """The head of the centre lets the papers go, or not."""

    permit_id: str
    approve: bool


@dataclass(frozen=True, slots=True)
class CarryOut:
    """The papers leave the centre."""

    permit_id: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The papers are back."""

    permit_id: str


@dataclass(frozen=True, slots=True)
class MissPapers:
    """The papers are not back in time. Harmless when they are, or when it was told before."""

    permit_id: str


def may_ask(ctx: Context, command: AskPermit) -> None:
    """Whoever has a step of the dossier open, or decides it. Raises NotFound, NotAllowed."""
    it = ctx.dossier(command.dossier_id)
    if it.national_status in FINAL or _units(ctx, it).isdisjoint(ctx.actor.unit_ids()):
        raise NotAllowed()


def may_decide(ctx: Context, command: DecidePermit) -> None:
    """The head of the centre that keeps the papers. Raises NotFound, NotAllowed."""
    if not ctx.actor.has(Role.CENTRE_HEAD, _permit(ctx, command.permit_id).unit_id):
        raise NotAllowed()


def may_keep(ctx: Context, command: CarryOut | CheckIn) -> None:
    """Officers of the counter that keeps the papers. Raises NotFound, NotAllowed."""
    unit_id = _permit(ctx, command.permit_id).unit_id
    if not any(ctx.actor.has(role, unit_id) for role in KEEPERS):
        raise NotAllowed()


def ask(ctx: Context, command: AskPermit) -> dict[str, Any]:
    """Only what lies at the centre can leave it, and only with somebody of the units that have to do with the dossier.

    Raises InvalidInput by field, PapersOut where another permit holds one of the papers.
    """
    it = ctx.dossier(command.dossier_id)
    known = {key: paper for key, paper in ctx.uow.changes.papers(it.id).items()
             if paper.state is ComponentState.PRESENT}
    problems = _problems(ctx, command, known, _units(ctx, it) | {it.received_by})
    if problems:
        raise InvalidInput(problems=problems)
    taken = sorted(ctx.uow.organisation.held_papers(it.id) & set(command.papers))
    if taken:
        raise PapersOut(papers=", ".join(known[key].name for key in taken))
    permit = Permit(
        id=ctx.uow.new_id(), dossier_id=it.id, unit_id=it.received_by, papers=command.papers,
        holder_id=command.holder_id, purpose=command.purpose.strip(), leave_at=command.leave_at,
        due_back_at=command.due_back_at, asked_at=ctx.now, asked_by=ctx.actor.id)
    ctx.uow.organisation.add_permit(permit)
    asked = {"papers": ", ".join(known[key].name for key in permit.papers), "purpose": permit.purpose,
             "back_due": written_at(permit.due_back_at)}
    tell_heads(ctx, it, "head_permit", asked, once=permit.id)
    return {"permit_id": permit.id, "dossier_id": it.id}


def decide(ctx: Context, command: DecidePermit) -> dict[str, Any]:
    """Raises PermitOrder when it was decided before."""
    state = PermitState.APPROVED if command.approve else PermitState.REFUSED
    return _moved(ctx, command.permit_id, state, {"decided_at": ctx.now, "decided_by": ctx.actor.id})


def carry_out(ctx: Context, command: CarryOut) -> dict[str, Any]:
    """Raises PermitOrder unless the head approved."""
    return _moved(ctx, command.permit_id, PermitState.OUT, {"left_at": ctx.now})


def check_in(ctx: Context, command: CheckIn) -> dict[str, Any]:
    """Raises PermitOrder unless the papers are outside."""
    return _moved(ctx, command.permit_id, PermitState.RETURNED, {"returned_at": ctx.now})


def miss(ctx: Context, command: MissPapers) -> dict[str, Any]:
    """Tells it once."""
    permit = _permit(ctx, command.permit_id)
    if not permit.overdue(ctx.now) or permit.missed_at:
        return {"permit_id": permit.id, "told": False}
    ctx.uow.organisation.move_permit(permit.id, permit.state, {"missed_at": ctx.now})
    tell(ctx, Happening(Occasion.PAPERS_MISSED, ctx.dossier(permit.dossier_id)))
    return {"permit_id": permit.id, "told": True}


def _moved(ctx: Context, permit_id: str, state: PermitState, values: Mapping[str, Any]) -> dict[str, Any]:
    permit = _permit(ctx, permit_id)
    permit.refuse_move(state)
    ctx.uow.organisation.move_permit(permit.id, state, values)
    return {"permit_id": permit.id, "dossier_id": permit.dossier_id}


def _permit(ctx: Context, permit_id: str) -> Permit:
    permit = ctx.uow.organisation.permit(permit_id)
    if permit is None:
        raise NotFound(what="permit")
    return permit


def _units(ctx: Context, it: Dossier) -> set[str]:
    """Those that have a step of the dossier open, and the one that decides it."""
    return {item.unit_id for item in ctx.uow.instances.open_items(it.id)} | {it.competent}


def _problems(ctx: Context, command: AskPermit, known: Collection[str], units: Collection[str]) -> dict[str, str]:
    problems = {}
    if not command.papers or not set(command.papers) <= set(known):
        problems["papers"] = "required"
    if not command.purpose.strip():
        problems["purpose"] = "required"
    if command.due_back_at <= command.leave_at or command.due_back_at <= ctx.now:
        problems["due_back_at"] = "required"
    holder = ctx.uow.people.actor(command.holder_id)
    if holder is None or holder.unit_ids().isdisjoint(units):
        problems["holder_id"] = "required"
    return problems


HANDLERS: Mapping[type, Handler] = {
    AskPermit: Handler(ask, may_ask, "audit.ask_permit", "dossier_id"),
    DecidePermit: Handler(decide, may_decide, "audit.decide_permit", "permit_id"),
    CarryOut: Handler(carry_out, may_keep, "audit.carry_out", "permit_id"),
    CheckIn: Handler(check_in, may_keep, "audit.check_in", "permit_id"),
    MissPapers: Handler(miss, only_the_engine, "audit.miss_papers", "permit_id"),
}
