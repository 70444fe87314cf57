"""Work items: claim, release, reassign, complete. Only those entitled by role at the unit may touch one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.commands.advance import advance, loaded, moment
from engine.commands.asking import refuse_over_limit
from engine.commands.context import Context
from engine.commands.guarding import ACCEPTS, refuse_incomplete, refuse_unseen
from engine.commands.handler import Handler
from engine.commands.promising import refuse_promise
from engine.domain import fee, routing
from engine.domain.actor import Actor, Role, StandIn
from engine.domain.calendar import VIETNAM
from engine.domain.errors import FeesDue, InvalidInput, NotAllowed, TaskAlreadyDone, TaskHeldByOther
from engine.domain.instance import Instance, WorkItem, WorkStatus
from engine.domain.process import InstanceStatus
from engine.forms import answers as form_answers
from engine.forms import options
from engine.forms.schema import MARKS, Form


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """Takes an open task into one's own hands."""

    task_id: str


@dataclass(frozen=True, slots=True)
class ReleaseTask:
    """Gives a claimed task back to everybody entitled."""

    task_id: str


@dataclass(frozen=True, slots=True)
class ReassignTask:
    """A supervisor hands a task to another entitled officer, with a reason."""

    task_id: str
    assignee_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Answers a task's form and lets the process go on. `answers` are JSON values by field key.

    `seen_twins` is the officer's word, where he accepts a dossier, that he saw those that may be the same one.
    """

    task_id: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    seen_twins: bool = False


def may_work(ctx: Context, command: ClaimTask | ReleaseTask | CompleteTask) -> None:
    """Entitled by role at the task's unit, or standing in for somebody who is. Raises NotAllowed."""
    _, item = _in_hand(ctx, command.task_id)
    if not _entitled(ctx, ctx.actor, item):
        raise NotAllowed(task=item.task.name)


def may_reassign(ctx: Context, command: ReassignTask) -> None:
    """A supervisor at the task's unit, or a process administrator. Raises NotAllowed."""
    _, item = _in_hand(ctx, command.task_id)
    if not routing.supervises(ctx.actor, item.unit_id):
        raise NotAllowed(task=item.task.name)


def claim(ctx: Context, command: ClaimTask) -> dict[str, Any]:
    """Raises TaskAlreadyDone, TaskHeldByOther."""
    _, item = _in_hand(ctx, command.task_id)
    _refuse_taken(ctx, item)
    ctx.uow.instances.assign(item.id, ctx.actor.id, ctx.now)
    return {"dossier_id": item.business_key}


def release(ctx: Context, command: ReleaseTask) -> dict[str, Any]:
    """Raises TaskAlreadyDone, TaskHeldByOther."""
    _, item = _in_hand(ctx, command.task_id)
    _refuse_taken(ctx, item)
    ctx.uow.instances.assign(item.id, None, ctx.now)
    return {"dossier_id": item.business_key}


def reassign(ctx: Context, command: ReassignTask) -> dict[str, Any]:
    """Raises InvalidInput when the reason is missing or the new officer is not entitled."""
    _, item = _in_hand(ctx, command.task_id)
    _refuse_finished(item)
    if not command.reason.strip():
        raise InvalidInput(problems={"reason": "required"})
    assignee = ctx.uow.people.actor(command.assignee_id)
    if assignee is None or not _entitled(ctx, assignee, item):
        raise InvalidInput(problems={"assignee_id": "not_entitled"})
    ctx.uow.instances.assign(item.id, assignee.id, ctx.now)
    return {"dossier_id": item.business_key, "assignee": assignee.name}


def complete(ctx: Context, command: CompleteTask) -> dict[str, Any]:
    """Raises TaskAlreadyDone, TaskHeldByOther, InvalidInput (by field), SupplementLimit, TwinsUnseen.

    And whatever the dossier refuses. A step done for somebody who is away says so, and in which capacity it is signed.
    """
    instance, item = _in_hand(ctx, command.task_id)
    _refuse_taken(ctx, item)
    _refuse_unpaid(ctx, item)
    answers = checked_answers(ctx, instance, item, command.answers)
    dossier = ctx.uow.dossiers.get(item.business_key)
    refuse_over_limit(ctx, dossier, answers)
    refuse_promise(ctx, dossier, instance, answers)
    accepted = next((key for key, value in answers.items() if value == ACCEPTS), "")
    if accepted:
        refuse_incomplete(ctx, dossier, instance.variables, accepted)
    if accepted and item.task.facts.get("kind") == "receive":
        refuse_unseen(ctx, dossier, command.seen_twins)
    if not routing.entitled(ctx.actor, Role(item.task.role), item.unit_id):
        ctx.uow.organisation.stood_in(item.id, _stand_ins(ctx, ctx.actor, item)[0].absence)
    ctx.uow.task_drafts.drop(item.id)
    return finish(ctx, instance, item, answers)


def open_for(ctx: Context, task_id: str) -> tuple[Instance, WorkItem]:
    """A task that the actor could complete now. Raises TaskAlreadyDone, TaskHeldByOther."""
    instance, item = _in_hand(ctx, task_id)
    _refuse_taken(ctx, item)
    return instance, item


def finish(ctx: Context, instance: Instance, item: WorkItem, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Completes an item whose answers are in order. Shared with the counter, which decides intake at once."""
    step = ctx.workflow.complete(loaded(ctx, instance), item.task.token_id, answers, moment(ctx, instance.parties))
    later, opened = advance(ctx, instance, step, done=item.id)
    mine = (task for task in opened if _may_take(ctx, task))
    return {
        "dossier_id": item.business_key,
        "next_task_id": next((task.id for task in mine), None),
        "opened": [task.task.name for task in opened],
        "incident": later.status is InstanceStatus.INCIDENT,
    }


def finish_paid(ctx: Context, task_id: str, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """Completes a step that waited for money, its form filled from `told`; None when somebody else completed it."""
    instance, item = _in_hand(ctx, task_id)
    if item.status is not WorkStatus.OPEN:
        return None
    return finish(ctx, instance, item, checked_answers(ctx, instance, item, told))


def checked_answers(ctx: Context, instance: Instance, item: WorkItem, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers as the published form understands them. Raises InvalidInput with a problem per field."""
    if not item.form_key:
        return {}
    form = options.form_of(ctx.version(instance.version_id), item.form_key)
    values, problems = form_answers.check(form, given, instance.variables, ctx.hidden)
    if problems:
        raise InvalidInput(problems=problems)
    return {**_forgotten(form, instance.variables), **values}


def _forgotten(form: Form, known: Mapping[str, Any]) -> dict[str, None]:
    """A reason and its marks belong to one decision: a step that asks for them anew lets go of what was said before."""
    return {each.key: None for each in form.fields if each.key in MARKS and known.get(each.key)}


def _in_hand(ctx: Context, task_id: str) -> tuple[Instance, WorkItem]:
    """The task under its instance's lock: what is read here cannot change before the commit."""
    return ctx.uow.instances.load_by_task(task_id), ctx.uow.instances.work_item(task_id)


def _may_take(ctx: Context, item: WorkItem) -> bool:
    free = item.assignee_id in (None, ctx.actor.id)
    return free and _entitled(ctx, ctx.actor, item)


def _entitled(ctx: Context, actor: Actor, item: WorkItem) -> bool:
    return routing.entitled(actor, Role(item.task.role), item.unit_id) or bool(_stand_ins(ctx, actor, item))


def _stand_ins(ctx: Context, actor: Actor, item: WorkItem) -> tuple[StandIn, ...]:
    """The one for whoever holds the item comes first: his name stands on what is signed."""
    dossier = ctx.uow.dossiers.get(item.business_key)
    today, slug = ctx.now.astimezone(VIETNAM).date(), dossier.slug if dossier else ""
    found = routing.stand_ins(actor, Role(item.task.role), item.unit_id, today, slug)
    return tuple(sorted(found, key=lambda each: each.absence.account_id != item.assignee_id))


def _refuse_finished(item: WorkItem) -> None:
    if item.status is not WorkStatus.OPEN:
        raise TaskAlreadyDone(task=item.task.name, by=item.done_by_name, at=item.done_at)


def _refuse_unpaid(ctx: Context, item: WorkItem) -> None:
    """Money is collected against a receipt, never by saying so in a form."""
    if item.task.facts.get("kind") == "pay" and fee.due(ctx.uow.fees.lines(item.business_key)):
        raise FeesDue(task=item.task.name)


def _refuse_taken(ctx: Context, item: WorkItem) -> None:
    """What lies in the hands of somebody who is away may be taken by his stand-in."""
    _refuse_finished(item)
    if item.assignee_id in (None, ctx.actor.id):
        return
    if item.assignee_id not in {each.absence.account_id for each in _stand_ins(ctx, ctx.actor, item)}:
        raise TaskHeldByOther(task=item.task.name, holder=item.assignee_name)


HANDLERS: Mapping[type, Handler] = {
    ClaimTask: Handler(claim, may_work, "audit.claim_task", "task_id"),
    ReleaseTask: Handler(release, may_work, "audit.release_task", "task_id"),
    ReassignTask: Handler(reassign, may_reassign, "audit.reassign_task", "task_id"),
    CompleteTask: Handler(complete, may_work, "audit.complete_task", "task_id"),
}
