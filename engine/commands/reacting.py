"""The dossier's answer to a step: its state moves, its clock ticks, its code is given.

The kernel never calls this by name of a state: it hands over what happened, and the facts drawn on the nodes decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.commands.context import Context
from engine.commands.ending import end_beside
from engine.commands.happening import Happening, tell
from engine.commands.terms import rules, watched, written
from engine.domain import dossier_code
from engine.domain.calendar import VIETNAM
from engine.domain.clock_ledger import ClockEvent, ClockState
from engine.domain.dossier import Dossier, NationalStatus
from engine.domain.dossier_code import CodeParts
from engine.domain.errors import WithdrawalPending
from engine.domain.occasion import occasion
from engine.domain.process import Passage
from engine.domain.reaction import ClockVerb, Effect, effects
from engine.domain.side import ENDS_WITH_THE_CLOCK
from engine.domain.ticking import Tick, tick

LOOKED_AT = frozenset({NationalStatus.SUBMITTED, NationalStatus.COMPLETED})
"""States that are watched without a running clock: online dossiers wait for a reply, results for their owners."""


def react(ctx: Context, dossier_id: str, passages: Sequence[Passage],
          variables: Mapping[str, Any]) -> tuple[Dossier | None, Mapping[str, Any]]:
    """The dossier after these passages, already saved, and the variables that the diagram may now read.

    `variables` are the instance's as the step left them, for whoever is told of what happened.
    Raises IllegalMove and ClockOrderBroken where the diagram contradicts the table of states or the clock,
    WithdrawalPending while a request to withdraw it is open.
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
    if after.clock_head != before.clock_head or LOOKED_AT & {before.national_status, after.national_status}:
        after = watched(ctx, after)
    ctx.uow.dossiers.save(after)
    if after.clock is ClockState.FINISHED and before.clock is not ClockState.FINISHED:
        end_beside(ctx, after, ENDS_WITH_THE_CLOCK)
    if before.due_at is not None and after.due_at != before.due_at:
        ctx.uow.dossiers.redate_work(after.id, after.due_at)
    for each in filter(None, happened):
        tell(ctx, Happening(each, after, variables))
    return after, _variables(before, after)


def _apply(ctx: Context, dossier: Dossier, effect: Effect) -> Dossier:
    if dossier.held_status is not None and (effect.status is not None or effect.clock):
        raise WithdrawalPending(current=dossier.national_status, step=effect.node_name)
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
    now = Tick(dossier.id, ctx.actor.id, ctx.now, dossier.national_status, effect.node_name)
    event = tick(ledger, rules(ctx, dossier), verb, now)
    return written(ctx, dossier, ledger, event) if event else dossier


def _variables(before: Dossier, after: Dossier) -> Mapping[str, Any]:
    told = {
        "dossier_code": (before.code, after.code),
        "due_at": (_iso(before.due_at), _iso(after.due_at)),
        "accepted_at": (_iso(before.accepted_at), _iso(after.accepted_at)),
    }
    return {name: now for name, (was, now) in told.items() if was != now}


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(VIETNAM).isoformat() if at else None
