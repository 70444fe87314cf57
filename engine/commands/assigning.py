"""Into whose hands a step is put when it opens: back to who had it, to who has the least, or to nobody yet.

Nobody who is away is given anything; his stand-in for that procedure is asked in his place.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.commands.context import Context
from engine.domain import workload
from engine.domain.absence import Absence, Capacity
from engine.domain.actor import SIGNING, Role
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import Dossier
from engine.domain.instance import Instance
from engine.domain.process import OpenTask


def assignee(ctx: Context, dossier: Dossier | None, instance: Instance, task: OpenTask, unit_id: str) -> str | None:
    """The account, or None where everybody entitled may take the step."""
    role, slug = Role(task.role), dossier.slug if dossier else ""
    former = _former_holder(ctx, instance, task)
    if former:
        return next(iter(_present(ctx, (former,), role, slug)), None)
    if not ctx.uow.organisation.shares_work(unit_id, role):
        return None
    at_work = _present(ctx, ctx.uow.organisation.holders(unit_id, role), role, slug)
    return workload.least(at_work, ctx.uow.organisation.open_allotments(at_work))


def _former_holder(ctx: Context, instance: Instance, task: OpenTask) -> str | None:
    """`returnTo=same`: what comes back for correction goes to the officer who had it."""
    if task.facts.get("returnTo") != "same":
        return None
    return ctx.uow.instances.last_holder(instance.id, task.node_id)


def _present(ctx: Context, account_ids: Sequence[str], role: Role, slug: str) -> tuple[str, ...]:
    """Those at work today, each once; a stand-in in the place of who is away, unless he is away himself."""
    away = _away(ctx, account_ids, slug)
    covers = {each: _cover(away[each], role) for each in away}
    stand_ins = [each for each in covers.values() if each]
    gone = set(_away(ctx, stand_ins, slug)) if stand_ins else set()
    found = (covers[each] if each in away else each for each in account_ids)
    return tuple(dict.fromkeys(each for each in found if each and each not in gone))


def _away(ctx: Context, account_ids: Sequence[str], slug: str) -> dict[str, Absence]:
    today = ctx.now.astimezone(VIETNAM).date()
    return {each.account_id: each for each in ctx.uow.organisation.absences(account_ids) if each.covers(today, slug)}


def _cover(absence: Absence, role: Role) -> str | None:
    may_sign = role not in SIGNING or absence.capacity is not Capacity.NONE
    return absence.stand_in_id if may_sign else None
