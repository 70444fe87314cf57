"""A Step as rows: each kind of delta is one statement, and none when there is nothing to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engine.domain.instance import Instance, JobStatus, MessageStatus, WorkItem
from engine.domain.process import (
    InstanceStatus,
    NodePhase,
    Passage,
    ServiceCall,
    Step,
    Subscription,
    Thrown,
    Trouble,
    WaitingTimer,
)
from engine.store import work_item_rows
from engine.store.ids import new_id
from engine.store.tables import history, incident, job, message, subscription, timer, variable, work_item
from engine.store.upsert import insert

Enqueue = Callable[..., None]

# Written once: building a statement costs as much as running it.
_NEW_ITEMS, _NEW_PASSAGES = sa.insert(work_item), sa.insert(history)


def write(connection: sa.Connection, it: Instance, step: Step, written: Mapping[str, Any], items: Sequence[WorkItem],
          actor_id: str, at: datetime, enqueue: Enqueue) -> None:
    """Everything a step caused, apart from the instance row itself."""
    write_variables(connection, it.id, written, step.deleted, at)
    if items:
        connection.execute(_NEW_ITEMS, [work_item_rows.as_row(item, at) for item in items])
    _write_timers(connection, it.id, step)
    _write_subscriptions(connection, it, step, enqueue)
    _write_calls(connection, it, step, at, enqueue)
    _write_thrown(connection, it, step.thrown, at, enqueue)
    if step.history:
        rows = [_passage_row(it, it.history_seq + n, p, actor_id, at) for n, p in enumerate(step.history, start=1)]
        connection.execute(_NEW_PASSAGES, rows)
    _close_incidents(connection, it.id, step, actor_id, at)
    if step.troubles:
        connection.execute(sa.insert(incident), [incident_row(it.id, t, None, at) for t in step.troubles])


def _close_incidents(connection: sa.Connection, instance_id: str, step: Step, actor_id: str, at: datetime) -> None:
    """A token that an event took away has no trouble any more, nor has any token of an instance that was ended."""
    gone = [passage.token_id for passage in step.history if passage.phase is NodePhase.CANCELLED]
    ended = step.status is InstanceStatus.TERMINATED
    if gone or ended:
        which = sa.true() if ended else incident.c.token_id.in_(gone)
        connection.execute(
            sa.update(incident)
            .where(incident.c.instance_id == instance_id, which, incident.c.resolved_at.is_(None))
            .values(resolved_at=at, resolved_by=actor_id))


def incident_row(instance_id: str, trouble: Trouble, job_id: str | None, at: datetime) -> dict[str, Any]:
    """Why the instance stands still, as it is inserted."""
    return {
        "id": new_id(), "instance_id": instance_id, "node_id": trouble.node_id, "token_id": trouble.token_id,
        "code": trouble.code, "message": trouble.message, "expression": trouble.expression,
        "values": dict(trouble.values), "job_id": job_id, "created_at": at,
    }


def write_variables(connection: sa.Connection, instance_id: str, written: Mapping[str, Any], deleted: Sequence[str],
                    at: datetime) -> None:
    """Sets and removes variables of one instance."""
    if written:
        rows = [{"instance_id": instance_id, "key": k, "value": v, "at": at} for k, v in written.items()]
        connection.execute(_set_variable(connection.dialect.name), rows)
    if deleted:
        connection.execute(
            sa.delete(variable).where(variable.c.instance_id == instance_id, variable.c.key.in_(deleted)))


@lru_cache(maxsize=2)
def _set_variable(dialect: str) -> Any:
    statement = insert(dialect, variable)
    return statement.on_conflict_do_update(
        index_elements=["instance_id", "key"], set_={"value": statement.excluded.value, "at": statement.excluded.at})


def _write_timers(connection: sa.Connection, instance_id: str, step: Step) -> None:
    gone = [*step.timers_cleared, *((each.token_id, each.slot) for each in step.timers_set)]
    if step.timers_cleared or step.timers_set:
        connection.execute(sa.delete(timer).where(
            timer.c.instance_id == instance_id, sa.tuple_(timer.c.token_id, timer.c.slot).in_(gone)))
    if step.timers_set:
        connection.execute(sa.insert(timer), [_timer_row(instance_id, each) for each in step.timers_set])


def _timer_row(instance_id: str, waiting: WaitingTimer) -> dict[str, Any]:
    return {
        "id": new_id(), "instance_id": instance_id, "token_id": waiting.token_id, "slot": waiting.slot,
        "node_id": waiting.node_id, "due_at": waiting.due_at, "every_s": waiting.every_s,
        "cycles_left": waiting.cycles_left, "attempts": 0,
    }


def _write_subscriptions(connection: sa.Connection, it: Instance, step: Step, enqueue: Enqueue) -> None:
    if step.subscriptions_cleared:
        connection.execute(sa.delete(subscription).where(
            subscription.c.instance_id == it.id,
            sa.tuple_(subscription.c.token_id, subscription.c.slot).in_(step.subscriptions_cleared)))
    if step.subscribed:
        connection.execute(sa.insert(subscription), [_subscription_row(it, each) for each in step.subscribed])
        _call_for_early_messages(connection, it, step.subscribed, enqueue)


def _subscription_row(it: Instance, waiting: Subscription) -> dict[str, Any]:
    return {
        "instance_id": it.id, "token_id": waiting.token_id, "slot": waiting.slot, "node_id": waiting.node_id,
        "kind": waiting.kind, "name": waiting.name, "business_key": it.business_key,
    }


def _call_for_early_messages(connection: sa.Connection, it: Instance, waiting: Sequence[Subscription],
                             enqueue: Enqueue) -> None:
    """A message may arrive before its receiver waits for it; it is delivered as soon as somebody does."""
    early = connection.scalars(sa.select(message.c.id).where(
        message.c.business_key == it.business_key, message.c.name.in_({each.name for each in waiting}),
        message.c.status == MessageStatus.UNDELIVERABLE.value))
    for message_id in early.all():
        enqueue("deliver_message", message_id, key=f"{message_id}-{new_id()}", partition=it.business_key)


def _write_calls(connection: sa.Connection, it: Instance, step: Step, at: datetime, enqueue: Enqueue) -> None:
    if step.calls_cancelled:
        connection.execute(
            sa.update(job).where(job.c.instance_id == it.id, job.c.token_id.in_(step.calls_cancelled),
                                 job.c.status.in_((JobStatus.QUEUED.value, JobStatus.FAILED.value)))
            .values(status=JobStatus.CANCELLED.value, done_at=at))
    rows = [_job_row(it, call, at) for call in step.calls]
    if rows:
        connection.execute(sa.insert(job), rows)
    for row in rows:
        enqueue("run_job", row["id"], key=row["id"], partition=it.id)


def _job_row(it: Instance, call: ServiceCall, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(), "instance_id": it.id, "business_key": it.business_key, "token_id": call.token_id,
        "node_id": call.node_id, "name": call.name, "delegate": call.delegate, "inputs": dict(call.inputs),
        "status": JobStatus.QUEUED.value, "attempts": 0, "created_at": at,
    }


def _write_thrown(connection: sa.Connection, it: Instance, thrown: Sequence[Thrown], at: datetime,
                  enqueue: Enqueue) -> None:
    rows = [_message_row(it, each, at) for each in thrown]
    if rows:
        connection.execute(sa.insert(message), rows)
    for row in rows:
        enqueue("deliver_message", row["id"], key=row["id"], partition=it.business_key)


def _message_row(it: Instance, thrown: Thrown, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(), "source_instance_id": it.id, "business_key": it.business_key, "kind": thrown.kind,
        "name": thrown.name, "payload": dict(thrown.payload), "target_process": thrown.target_process,
        "dedupe_key": f"{it.id}:{it.lock_version}:{thrown.seq}", "status": MessageStatus.PENDING.value, "attempts": 0,
        "created_at": at,
    }


def _passage_row(it: Instance, seq: int, passage: Passage, actor_id: str, at: datetime) -> dict[str, Any]:
    return {
        "instance_id": it.id, "seq": seq, "business_key": it.business_key, "at": at, "phase": passage.phase.value,
        "node_id": passage.node_id, "name": passage.name, "type": passage.type, "token_id": passage.token_id,
        "actor_id": actor_id, "data": {"facts": dict(passage.facts), **passage.detail},
    }
