"""The dossier's answer to a step: its state moves, its clock ticks, its code is given.

The kernel never calls this by name of a state: it hands over what happened, and the facts drawn on the nodes decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.commands.context import Context
from engine.domain import clock_ledger, clock_reading, dossier_code, procedure, time_limit
from engine.domain.calendar import VIETNAM
from engine.domain.clock_ledger import ClockEvent, ClockState, PauseReason
from engine.domain.dossier import Dossier, NationalStatus
from engine.domain.dossier_code import CodeParts
from engine.domain.process import Passage
from engine.domain.reaction import ClockVerb, Effect, effects
from engine.domain.rulepack import RulePack

PAUSES = {
    NationalStatus.SUPPLEMENT_REQUESTED: PauseReason.SUPPLEMENT,
    NationalStatus.PAYMENT_REQUESTED: PauseReason.PAYMENT,
    NationalStatus.WITHDRAWAL_REQUESTED: PauseReason.WITHDRAWAL,
}
"""Whose time passes while the clock stands, by the state that stopped it (domain.md 3.5)."""


def react(ctx: Context, dossier_id: str, passages: Sequence[Passage]) -> tuple[Dossier | None, Mapping[str, Any]]:
    """The dossier after these passages, already saved, and the variables that the diagram may now read.

    Raises IllegalMove and ClockOrderBroken where the diagram contradicts the table of states or the clock.
    """
    before = ctx.uow.dossiers.get(dossier_id)
    told = effects(passages) if before else ()
    if before is None or not told:
        return before, {}
    after = before
    for effect in told:
        after = _apply(ctx, after, effect)
    if after == before:
        return before, {}
    ctx.uow.dossiers.save(after)
    if after.due_at != before.due_at:
        ctx.uow.dossiers.redate_work(after.id, after.due_at)
    return after, _variables(before, after)


def rules(ctx: Context, dossier: Dossier) -> RulePack:
    """The pack the dossier was filed under, with the settings its procedure overrules."""
    return procedure.from_mapping(ctx.version(dossier.version_id).facts).rules(dossier.rule_pack)


def _apply(ctx: Context, dossier: Dossier, effect: Effect) -> Dossier:
    if effect.status is not None and effect.status != dossier.national_status:
        dossier = dossier.moved(NationalStatus(effect.status), ctx.now, effect.detail or "")
    elif effect.detail is not None:
        dossier = replace(dossier, detail_status=effect.detail)
    if dossier.national_status is NationalStatus.ACCEPTED and dossier.code is None:
        dossier = replace(dossier, code=_new_code(ctx, dossier))
    if effect.clock:
        dossier = _tick(ctx, dossier, effect, effect.clock)
    return replace(dossier, outcome=effect.outcome) if effect.outcome else dossier


def _new_code(ctx: Context, dossier: Dossier) -> str:
    """The ordinal counts per unit and day; its row is locked until the commit, so a rollback leaves no hole."""
    unit, today = ctx.uow.people.unit_code(dossier.received_by), ctx.now.astimezone(VIETNAM).date()
    seq = ctx.uow.dossiers.next_number(f"dossier:{unit}:{today:%y%m%d}")
    return dossier_code.compose(CodeParts(unit, today, seq), rules(ctx, dossier).dossier_code_template)


def _tick(ctx: Context, dossier: Dossier, effect: Effect, verb: ClockVerb) -> Dossier:
    if verb is ClockVerb.FINISH and dossier.clock is ClockState.FINISHED:
        return dossier  # several agencies may each say that they are done; the first ends the clock
    events = list(ctx.uow.dossiers.clock(dossier.id))
    sealed = clock_ledger.append(events, _event(ctx, dossier, effect, verb))
    ctx.uow.dossiers.append_clock(sealed)
    events.append(sealed)
    pack, calendar = rules(ctx, dossier), ctx.calendars.of(dossier.received_by)
    reading = clock_reading.read(events, calendar, pack.time_policy, pack.supplement_clock)
    return replace(
        dossier, clock=clock_ledger.state(events), clock_head=sealed.hash, due_at=reading.due_at(),
        original_due_at=clock_ledger.original_due_at(events),
    )


def _event(ctx: Context, dossier: Dossier, effect: Effect, verb: ClockVerb) -> ClockEvent:
    at, by = ctx.now, ctx.actor.id
    match verb:
        case ClockVerb.START:
            return _start(ctx, dossier)
        case ClockVerb.PAUSE:
            reason = PAUSES.get(dossier.national_status, PauseReason.OTHER)
            return clock_ledger.paused(dossier.id, at, by, reason, effect.node_name)
        case ClockVerb.RESUME:
            return clock_ledger.resumed(dossier.id, at, by)
        case ClockVerb.RESTART:
            return clock_ledger.restarted(dossier.id, at, by, effect.node_name)
    return clock_ledger.finished(dossier.id, at, by)


def _start(ctx: Context, dossier: Dossier) -> ClockEvent:
    limit, calendar = time_limit.parse(dossier.term), ctx.calendars.of(dossier.received_by)
    promised = time_limit.due_at(ctx.now, limit, calendar, rules(ctx, dossier).time_policy)
    return clock_ledger.started(dossier.id, ctx.now, ctx.actor.id, limit, promised, calendar.version)


def _variables(before: Dossier, after: Dossier) -> Mapping[str, Any]:
    told = {
        "dossier_code": (before.code, after.code),
        "due_at": (_iso(before.due_at), _iso(after.due_at)),
        "accepted_at": (_iso(before.accepted_at), _iso(after.accepted_at)),
    }
    return {name: now for name, (was, now) in told.items() if was != now}


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(VIETNAM).isoformat() if at else None
