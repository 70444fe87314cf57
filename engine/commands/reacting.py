"""The dossier's answer to a step: its state moves, its clock ticks, its code is given.

The kernel never calls this by name of a state: it hands over what happened, and the facts drawn on the nodes decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.commands.context import Context
from engine.commands.happening import Happening, tell
from engine.domain import clock_ledger, dossier_code, procedure, time_limit
from engine.domain.calendar import VIETNAM
from engine.domain.clock_ledger import ClockEvent, ClockState
from engine.domain.dossier import Dossier, NationalStatus
from engine.domain.dossier_code import CodeParts
from engine.domain.occasion import occasion
from engine.domain.process import Passage
from engine.domain.reaction import ClockVerb, Effect, effects
from engine.domain.ticking import Rules, Tick, tick


def react(ctx: Context, dossier_id: str, passages: Sequence[Passage],
          variables: Mapping[str, Any]) -> tuple[Dossier | None, Mapping[str, Any]]:
    """The dossier after these passages, already saved, and the variables that the diagram may now read.

    `variables` are the instance's as the step left them, for whoever is told of what happened.
    Raises IllegalMove and ClockOrderBroken where the diagram contradicts the table of states or the clock.
    """
    before = ctx.uow.dossiers.get(dossier_id)
    told = effects(passages) if before else ()
    if before is None or not told:
        return before, {}
    after, happened = before, []
    for effect in told:
        earlier, after = after, _apply(ctx, after, effect)
        happened.append(occasion(earlier, after))
    if after == before:
        return before, {}
    ctx.uow.dossiers.save(after)
    if before.due_at is not None and after.due_at != before.due_at:
        ctx.uow.dossiers.redate_work(after.id, after.due_at)
    for each in filter(None, happened):
        tell(ctx, Happening(each, after, variables))
    return after, _variables(before, after)


def rules(ctx: Context, dossier: Dossier) -> Rules:
    """The term it was filed under, its receiving unit's calendar, its pack with what its procedure overrules."""
    facts = procedure.from_mapping(ctx.version(dossier.version_id).facts)
    calendar = ctx.calendars.of(dossier.received_by)
    return Rules(time_limit.parse(dossier.term), calendar, facts.rules(dossier.rule_pack))


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
    return dossier_code.compose(CodeParts(unit, today, seq), rules(ctx, dossier).pack.dossier_code_template)


def _tick(ctx: Context, dossier: Dossier, effect: Effect, verb: ClockVerb) -> Dossier:
    unstarted = dossier.clock is ClockState.IDLE
    ledger: list[ClockEvent] = [] if unstarted else list(ctx.uow.dossiers.clock(dossier.id))
    by = rules(ctx, dossier)
    now = Tick(dossier.id, ctx.actor.id, ctx.now, dossier.national_status, effect.node_name)
    event = tick(ledger, by, verb, now)
    if event is None:
        return dossier
    ctx.uow.dossiers.append_clock(event)
    ledger.append(event)
    return replace(
        dossier, clock=clock_ledger.state(ledger), clock_head=event.hash, due_at=by.read(ledger).due_at(),
        original_due_at=clock_ledger.original_due_at(ledger),
    )


def _variables(before: Dossier, after: Dossier) -> Mapping[str, Any]:
    told = {
        "dossier_code": (before.code, after.code),
        "due_at": (_iso(before.due_at), _iso(after.due_at)),
        "accepted_at": (_iso(before.accepted_at), _iso(after.accepted_at)),
    }
    return {name: now for name, (was, now) in told.items() if was != now}


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(VIETNAM).isoformat() if at else None
