"""From a workflow's Step to rows: whose work it is, what the dossier makes of it, one write for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from engine.commands.assigning import assignee
from engine.commands.context import Context
from engine.commands.reacting import react
from engine.commands.terms import rules
from engine.domain import routing, time_limit
from engine.domain.calendar import WorkingCalendar
from engine.domain.dossier import Dossier
from engine.domain.instance import Instance, WorkItem
from engine.domain.process import OpenTask, Step
from engine.domain.watch import reply_due_at, waits_for_reply
from engine.ports import Loaded


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Now, in the working calendar of the unit that received the dossier."""

    now: datetime
    calendar: WorkingCalendar

    def due(self, term: str) -> datetime:
        """UTC instant at which the term ends when it starts now."""
        ends_at = time_limit.due_at(self.now, time_limit.parse(term), self.calendar)
        if ends_at is None:
            raise ValueError(f"the term {term!r} never ends")
        return ends_at.astimezone(UTC)


def moment(ctx: Context, parties: Mapping[str, str]) -> Reckoning:
    """The present, reckoned by the receiving unit's calendar."""
    return Reckoning(ctx.now, ctx.calendars.of(parties.get(routing.RECEIVING)))


def loaded(ctx: Context, instance: Instance) -> Loaded:
    """The instance as the workflow wants it."""
    return Loaded(ctx.version(instance.version_id), instance.process_id, instance.state, instance.variables)


def begin(ctx: Context, instance: Instance, step: Step, *,
          by_message: str | None = None) -> tuple[Instance, list[WorkItem]]:
    """Stores a new instance with everything its first step caused. Returns it as it now stands."""
    step, items = _settle(ctx, instance, step)
    ctx.uow.instances.add(instance, step, items, ctx.actor.id, ctx.now, by_message)
    return after(instance, step), items


def advance(ctx: Context, instance: Instance, step: Step, *,
            done: str | None = None) -> tuple[Instance, list[WorkItem]]:
    """Stores one step of an instance that exists. `done` is the work item this command completed."""
    step, items = _settle(ctx, instance, step)
    ctx.uow.instances.record(instance, step, items, ctx.actor.id, ctx.now, done)
    return after(instance, step), items


def after(instance: Instance, step: Step) -> Instance:
    """The instance as the step left it, so that a second step of the same command needs no read."""
    variables: dict[str, Any] = {k: v for k, v in instance.variables.items() if k not in step.deleted}
    return replace(
        instance, state=step.state, status=step.status, variables={**variables, **step.written},
        lock_version=instance.lock_version + 1, history_seq=instance.history_seq + len(step.history),
    )


def _settle(ctx: Context, instance: Instance, step: Step) -> tuple[Step, list[WorkItem]]:
    dossier = ctx.uow.dossiers.get(instance.business_key)
    if dossier and dossier.version_id == instance.version_id:  # what runs beside it acts through delegates only
        dossier, told = react(ctx, dossier.id, step.history, {**instance.variables, **step.written})
        step = replace(step, written={**step.written, **told}) if told else step
    return step, [_work_item(ctx, instance, task, dossier) for task in step.opened]


def _work_item(ctx: Context, instance: Instance, task: OpenTask, dossier: Dossier | None) -> WorkItem:
    unit_id = _unit(ctx, instance, task)
    return WorkItem(
        id=ctx.uow.new_id(), instance_id=instance.id, business_key=instance.business_key, task=task, unit_id=unit_id,
        created_at=ctx.now, due_at=_step_due(ctx, task, unit_id, dossier),
        assignee_id=assignee(ctx, dossier, instance, task, unit_id),
    )


def _unit(ctx: Context, instance: Instance, task: OpenTask) -> str:
    """A unit drawn as an expression comes back as a code; everything else is a name among the parties."""
    if task.unit not in instance.parties:
        named = ctx.uow.people.unit_by_code(task.unit)
        if named:
            return named
    return routing.resolve_unit(task.unit, instance.parties)


def _step_due(ctx: Context, task: OpenTask, unit_id: str, dossier: Dossier | None) -> datetime | None:
    """A step is late at its allotment or with the whole dossier, whichever comes first (domain.md 3.6).

    What was sent online has its own time for a first reply, in the place of the allotment.
    """
    if dossier and task.facts.get("kind") == "receive" and waits_for_reply(dossier):
        return reply_due_at(dossier, rules(ctx, dossier).pack, ctx.calendars.of(unit_id)).astimezone(UTC)
    allotment = task.facts.get("allotment")
    own = Reckoning(ctx.now, ctx.calendars.of(unit_id)).due(allotment) if allotment else None
    return min((at for at in (own, dossier.due_at if dossier else None) if at), default=None)
