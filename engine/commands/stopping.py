"""A dossier ends before its result: its owner withdraws it, or the agency stops it (NĐ 118/2025, TT 03/2025 form 05).

While the owner's request is open the dossier rests in national state 7 and its clock stands; it remembers where it was.
A repeated request written down at the counter stops no clock.
An agency that wants to stop a dossier by itself gains no time by asking: state and clock stay until it is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.commands.context import Context
from engine.commands.ending import end_all_but
from engine.commands.handler import Handler, only_the_engine
from engine.commands.happening import tell
from engine.commands.side import ask_side
from engine.commands.terms import locked, saved, written
from engine.domain import clock_ledger, side
from engine.domain.actor import Actor, ActorKind, Role
from engine.domain.clock_ledger import ClockEvent, ClockKind, ClockState, PauseReason
from engine.domain.dossier import FINISHED, MOVES, Dossier, NationalStatus
from engine.domain.errors import IllegalMove, InvalidInput, NotAllowed
from engine.domain.occasion import Happening, Occasion
from engine.domain.procedure import Kind

WITHDRAWN, STOPPED = "withdrawn", "stopped"
LONGEST_REASON = 2000
MAY_STOP = (Role.CASE_OFFICER, Role.DEPT_HEAD, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class RequestWithdrawal:
    """The owner no longer wants what he asked for.

    `brought` says of a request written down at the counter what of the owner's it goes by: his letter and its date.
    """

    dossier_id: str
    reason: str
    brought: str = ""


@dataclass(frozen=True, slots=True)
class RequestStop:
    """The agency sees a reason not to go on with the dossier."""

    dossier_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class StopDossier:
    """It was decided: the dossier ends in national state 8, and everything that waits in it is taken back."""

    dossier_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContinueDossier:
    """It was decided: the dossier goes on where it was."""

    dossier_id: str
    reason: str = ""


def may_withdraw(ctx: Context, command: RequestWithdrawal) -> None:
    """The citizen who filed it, or a reception officer to whom its owner came. Raises NotAllowed, NotFound."""
    dossier = ctx.dossier(command.dossier_id)
    own = ctx.actor.kind is ActorKind.CITIZEN and dossier.submitted_by == ctx.actor.id
    if not own and not ctx.actor.has(Role.RECEPTION_OFFICER, dossier.received_by):
        raise NotAllowed()


def may_ask_to_stop(ctx: Context, command: RequestStop) -> None:
    """Officers of the agency that decides, and the head of the centre that received it. Raises NotAllowed, NotFound."""
    if not decides(ctx.actor, ctx.dossier(command.dossier_id)):
        raise NotAllowed()


def decides(actor: Actor, dossier: Dossier) -> bool:
    """True for those who may propose an end, more time or an apology for this dossier."""
    heads = actor.has(Role.CENTRE_HEAD, dossier.received_by)
    return heads or any(actor.has(role, dossier.competent) for role in MAY_STOP)


def request_withdrawal(ctx: Context, command: RequestWithdrawal) -> dict[str, Any]:
    """The clock stands whenever the owner asks himself; for what the counter writes down for him it stands only once.

    No agency gains time by asking in his name. Raises IllegalMove where there is nothing left to withdraw,
    InvalidInput without a reason or without what the owner brought, ProcedureNotInForce.
    """
    reason, before = _asked(ctx, command), locked(ctx, command.dossier_id)
    held = replace(before.moved(NationalStatus.WITHDRAWAL_REQUESTED, ctx.now), held_status=before.national_status)
    if before.clock is ClockState.RUNNING and _rests_for(ctx, before):
        held = _ticked(ctx, held, clock_ledger.paused(held.id, ctx.now, ctx.actor.id, PauseReason.WITHDRAWAL, reason))
    held = saved(ctx, before, held)
    tell(ctx, Happening(Occasion.WITHDRAWAL_REQUESTED, held, {"reason": reason}))
    begun = ask_side(ctx, held, Kind.WITHDRAWAL, side.APPLICANT, reason)
    return {"dossier_id": held.id, "instance_id": begun}


def request_stop(ctx: Context, command: RequestStop) -> dict[str, Any]:
    """Raises IllegalMove for a dossier that has its end or rests for its owner's decision, ProcedureNotInForce."""
    reason, dossier = reason_of(command.reason), locked(ctx, command.dossier_id)
    if dossier.national_status in FINISHED or dossier.held_status is not None:
        raise IllegalMove(current=dossier.national_status, to=NationalStatus.STOPPED)
    begun = ask_side(ctx, dossier, Kind.WITHDRAWAL, side.OFFICER, reason)
    return {"dossier_id": dossier.id, "instance_id": begun}


def stop(ctx: Context, command: StopDossier) -> dict[str, Any]:
    """Raises IllegalMove when the result is there already. Repeating it changes nothing."""
    for instance_id in ctx.uow.instances.running(command.dossier_id):
        ctx.uow.instances.load(instance_id)  # instances before the dossier, as every step locks them
    before = locked(ctx, command.dossier_id)
    if before.national_status is NationalStatus.STOPPED:
        return {"dossier_id": before.id, "repeated": True}
    end_all_but(ctx, before, {Kind.WITHDRAWAL})
    stopped = saved(ctx, before, _stopped(ctx, before))
    tell(ctx, Happening(Occasion.STOPPED, stopped, {"reason": command.reason}))
    return {"dossier_id": stopped.id}


def go_on(ctx: Context, command: ContinueDossier) -> dict[str, Any]:
    """Harmless for a dossier that does not rest."""
    before = locked(ctx, command.dossier_id)
    if before.held_status is None:
        return {"dossier_id": before.id, "repeated": True}
    after = before.continued()
    if before.clock is ClockState.PAUSED and _paused_for(ctx, before) is PauseReason.WITHDRAWAL:
        after = _ticked(ctx, after, clock_ledger.resumed(after.id, ctx.now, ctx.actor.id))
    after = saved(ctx, before, after)
    tell(ctx, Happening(Occasion.WITHDRAWAL_REJECTED, after, {"reason": command.reason}))
    return {"dossier_id": after.id}


def reason_of(text: str) -> str:
    """Raises InvalidInput: whoever asks for an end or for more time says why, in as many words as a paper holds."""
    reason = text.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(problems={"reason": "too_long" if reason else "required"})
    return reason


def _asked(ctx: Context, command: RequestWithdrawal) -> str:
    """Why, and at the counter by what; whoever decides reads both."""
    reason, brought = reason_of(command.reason), command.brought.strip()[:LONGEST_REASON]
    if ctx.actor.kind is ActorKind.CITIZEN:
        return reason
    if not brought:
        raise InvalidInput(problems={"brought": "required"})
    return f"{reason}\n{brought}"[:LONGEST_REASON]


def _rests_for(ctx: Context, dossier: Dossier) -> bool:
    before = (each for each in ctx.uow.dossiers.clock(dossier.id) if each.kind is ClockKind.PAUSED)
    return ctx.actor.kind is ActorKind.CITIZEN or all(each.reason is not PauseReason.WITHDRAWAL for each in before)


def _stopped(ctx: Context, dossier: Dossier) -> Dossier:
    """By way of state 7 where the table knows no direct way."""
    outcome = WITHDRAWN if dossier.held_status is not None else STOPPED
    if NationalStatus.STOPPED not in MOVES[dossier.national_status]:
        dossier = dossier.moved(NationalStatus.WITHDRAWAL_REQUESTED, ctx.now)
    dossier = dossier.moved(NationalStatus.STOPPED, ctx.now)
    if dossier.clock in (ClockState.RUNNING, ClockState.PAUSED):
        dossier = _ticked(ctx, dossier, clock_ledger.finished(dossier.id, ctx.now, ctx.actor.id))
    return replace(dossier, held_status=None, outcome=outcome)


def _ticked(ctx: Context, dossier: Dossier, event: ClockEvent) -> Dossier:
    ledger = ctx.uow.dossiers.clock(dossier.id)
    return written(ctx, dossier, ledger, clock_ledger.append(ledger, event))


def _paused_for(ctx: Context, dossier: Dossier) -> PauseReason:
    return ctx.uow.dossiers.clock(dossier.id)[-1].reason


HANDLERS: Mapping[type, Handler] = {
    RequestWithdrawal: Handler(request_withdrawal, may_withdraw, "audit.request_withdrawal", "dossier_id"),
    RequestStop: Handler(request_stop, may_ask_to_stop, "audit.request_stop", "dossier_id"),
    StopDossier: Handler(stop, only_the_engine, "audit.stop_dossier", "dossier_id"),
    ContinueDossier: Handler(go_on, only_the_engine, "audit.continue_dossier", "dossier_id"),
}
