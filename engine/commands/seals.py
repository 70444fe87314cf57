"""Seals: the register, who keeps them, and every use (NĐ 99/2016/NĐ-CP). Only a clerk of the keeping unit sets one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context, Outside
from engine.commands.handler import Handler
from engine.domain.actor import Role
from engine.domain.errors import InvalidInput, NotAllowed, NotFound, SealNotKept
from engine.domain.paper import Print, Seal, SealHandover, Sealing, SealKind, SealUse
from engine.domain.signature import Signatory

LONGEST_SIGN = 200
LONGEST_MINUTES = 500
OWN_SIGN = "–"
"""The distinguishing sign of an agency's own seal: it bears none."""


@dataclass(frozen=True, slots=True)
class RegisterSeal:
    """Enters a seal into the register; a second seal is told apart by its `sign`."""

    owner_unit: str
    kind: str
    sign: str
    keeper_unit: str


@dataclass(frozen=True, slots=True)
class HandOverSeal:
    """The seal passes to another keeping unit; `minutes` name the record that both signed."""

    seal_id: str
    to_unit: str
    minutes: str


@dataclass(frozen=True, slots=True)
class ApplySeal:
    """A clerk sets the seal under a result that was issued without it."""

    result_id: str


def may_register(ctx: Context, command: RegisterSeal) -> None:
    """Clerks of the agency whose seal it is. Raises NotAllowed."""
    if not ctx.actor.has(Role.CLERK, command.owner_unit):
        raise NotAllowed()


def may_hand_over(ctx: Context, command: HandOverSeal) -> None:
    """Clerks of the unit that keeps it. Raises NotAllowed, NotFound."""
    if not ctx.actor.has(Role.CLERK, _seal(ctx, command.seal_id).keeper_unit):
        raise NotAllowed()


def may_apply(ctx: Context, command: ApplySeal) -> None:
    """Clerks of a unit that keeps a seal of the agency. Raises NotAllowed, SealNotKept, NotFound."""
    if not ctx.actor.has(Role.CLERK):
        raise NotAllowed()
    if _kept_by(ctx, _agency(ctx, command.result_id)) is None:
        raise SealNotKept()


def register(ctx: Context, command: RegisterSeal) -> dict[str, Any]:
    """Raises InvalidInput by field."""
    sign = command.sign.strip() or OWN_SIGN
    second = command.kind == SealKind.SECOND.value
    problems = {
        "kind": "" if command.kind in {each.value for each in SealKind} else "unknown",
        "sign": "required" if (second and sign == OWN_SIGN) or len(sign) > LONGEST_SIGN else "",
        "keeper_unit": "" if ctx.uow.papers.units([command.keeper_unit]) else "unknown",
    }
    if ctx.uow.seals.named(command.owner_unit, sign):
        problems["sign"] = "taken"
    _refuse(problems)
    seal = Seal(ctx.uow.new_id(), command.owner_unit, SealKind(command.kind), sign, command.keeper_unit, ctx.now,
                ctx.actor.id)
    ctx.uow.seals.add(seal)
    return {"seal_id": seal.id}


def hand_over(ctx: Context, command: HandOverSeal) -> dict[str, Any]:
    """Raises InvalidInput by field."""
    seal, minutes = _seal(ctx, command.seal_id), command.minutes.strip()
    known = bool(ctx.uow.papers.units([command.to_unit]))
    _refuse({"to_unit": "" if known and command.to_unit != seal.keeper_unit else "unknown",
             "minutes": "" if 0 < len(minutes) <= LONGEST_MINUTES else "required"})
    ctx.uow.seals.hand_over(SealHandover(ctx.uow.new_id(), seal.id, seal.keeper_unit, command.to_unit, ctx.now,
                                         ctx.actor.id, minutes))
    return {"seal_id": seal.id}


def sealed(outside: Outside, command: ApplySeal) -> tuple[Sealing, Print] | None:
    """One signature more under the file, made before the transaction opens."""
    job = outside.sealing(command.result_id)
    if job is None:
        raise NotFound(what="result")
    made = job.result.print
    if made is None or job.result.sealed_at:
        return None
    agency = Signatory(job.unit, place=1)
    file = outside.files.put(outside.signatures.sign(outside.files.get(made.path), (agency,), outside.now))
    return job, Print(file.path, file.sha256, file.size, signers=(*made.signers, agency.name))


def apply(ctx: Context, command: ApplySeal) -> dict[str, Any]:
    """Raises InvalidInput for a result that has no file yet; harmless for one that is sealed."""
    result = ctx.uow.papers.result(command.result_id)
    if result is None:
        raise NotFound(what="result")
    if result.sealed_at:
        return {"result_id": result.id, "repeated": True}
    if ctx.prepared is None:
        raise InvalidInput(problems={"result_id": "no_file"})
    job, made = ctx.prepared
    ctx.uow.papers.keep_result(result.id, made)
    _log(ctx, job, _kept_by(ctx, result.agency_id), ctx.actor.id)
    return {"result_id": result.id, "sealed": True}


def log_use(ctx: Context, job: Sealing) -> None:
    """The clerk sealed the result at its step; an agency's own seal enters the register with its first use."""
    seal = job.seal
    if seal is None:
        seal = ctx.uow.seals.named(job.result.agency_id, OWN_SIGN)
    if seal is None:
        seal = Seal(ctx.uow.new_id(), job.result.agency_id, SealKind.FIRST, OWN_SIGN, job.clerk_unit, ctx.now,
                    job.clerk_id)
        ctx.uow.seals.add(seal)
    _log(ctx, job, seal, job.clerk_id)


def _log(ctx: Context, job: Sealing, seal: Seal | None, clerk_id: str) -> None:
    if seal is None:
        raise SealNotKept()
    ctx.uow.papers.mark_sealed(job.result.id, ctx.now)
    document = f"{job.result.name} {job.result.data['number']}"
    ctx.uow.seals.log(SealUse(ctx.uow.new_id(), seal.id, job.result.id, job.result.dossier_id, document[:300], ctx.now,
                              clerk_id))


def _kept_by(ctx: Context, agency_id: str) -> Seal | None:
    """A seal of the agency that a unit keeps at which the actor is clerk."""
    units = sorted(each.unit_id for each in ctx.actor.memberships if each.role is Role.CLERK)
    found = (ctx.uow.seals.kept_for(agency_id, each) for each in units)
    return next((seal for seal in found if seal), None)


def _agency(ctx: Context, result_id: str) -> str:
    result = ctx.uow.papers.result(result_id)
    if result is None:
        raise NotFound(what="result")
    return result.agency_id


def _seal(ctx: Context, seal_id: str) -> Seal:
    seal = ctx.uow.seals.get(seal_id)
    if seal is None:
        raise NotFound(what="seal")
    return seal


def _refuse(problems: Mapping[str, str]) -> None:
    found = {name: code for name, code in problems.items() if code}
    if found:
        raise InvalidInput(problems=found)


HANDLERS: Mapping[type, Handler] = {
    RegisterSeal: Handler(register, may_register, "audit.register_seal", "owner_unit"),
    HandOverSeal: Handler(hand_over, may_hand_over, "audit.hand_over_seal", "seal_id"),
    ApplySeal: Handler(apply, may_apply, "audit.apply_seal", "result_id", sealed),
}
