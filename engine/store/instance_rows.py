"""Instances and what they wait for: loading under lock, and writing a Step as the rows it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import InstanceBusy, NotFound
from engine.domain.instance import (
    Following,
    Incident,
    Instance,
    Job,
    JobStatus,
    Message,
    MessageStatus,
    Timer,
    WorkItem,
    WorkStatus,
)
from engine.domain.process import InstanceStatus, Step, Trouble
from engine.store import dossier_rows, step_rows
from engine.store.dossier_tables import dossier
from engine.store.ids import new_id
from engine.store.tables import (
    account,
    incident,
    instance,
    job,
    message,
    subscription,
    timer,
    unit,
    variable,
    work_item,
)
from engine.store.work_item_rows import as_work_item

_holder, _doer = account.alias("holder"), account.alias("doer")
_ITEM = (
    sa.select(work_item, _holder.c.name.label("assignee_name"), _doer.c.name.label("done_by_name"))
    .outerjoin(_holder, _holder.c.id == work_item.c.assignee_id)
    .outerjoin(_doer, _doer.c.id == work_item.c.done_by)
)
# Written once: building a statement costs as much as running it.
_BY_ID = sa.select(instance).where(instance.c.id == sa.bindparam("id")).with_for_update()
_OWNER = sa.select(work_item.c.instance_id).where(work_item.c.id == sa.bindparam("id")).scalar_subquery()
_BY_TASK = sa.select(instance).where(instance.c.id == _OWNER).with_for_update()
_VARIABLES = sa.select(variable.c.key, variable.c.value).where(variable.c.instance_id == sa.bindparam("id"))
_ITEM_AND_DOSSIER = (
    _ITEM.add_columns(*dossier_rows.COLUMNS)
    .outerjoin(dossier, dossier.c.id == work_item.c.business_key).outerjoin(unit, unit.c.id == dossier.c.received_by)
    .where(work_item.c.id == sa.bindparam("id"))
)
_ADVANCE = sa.update(instance).where(
    instance.c.id == sa.bindparam("it"), instance.c.lock_version == sa.bindparam("loaded_version"))
_DONE = sa.update(work_item).where(work_item.c.id == sa.bindparam("it"))
PARKED, NEVER = "incident", datetime(9999, 1, 1, tzinfo=UTC)
ENDED = (InstanceStatus.COMPLETED, InstanceStatus.TERMINATED)


class SqlInstanceRows:
    """Implements `ports.InstanceRows`. `load` locks the instance row until the transaction ends."""

    def __init__(self, connection: sa.Connection, enqueue: Callable[..., None],
                 met: Callable[[Any], None]) -> None:
        self._connection, self._enqueue, self._met = connection, enqueue, met
        self._loaded: dict[str, Instance] = {}
        self._by_task: dict[str, str] = {}
        self._items: dict[str, WorkItem] = {}

    # ---------------------------------------------------------------- loading
    def load(self, instance_id: str) -> Instance:
        """Raises NotFound."""
        if instance_id not in self._loaded:
            self._loaded[instance_id] = self._lock(_BY_ID, instance_id)
        return self._loaded[instance_id]

    def load_by_task(self, task_id: str) -> Instance:
        """The instance of a work item, locked. Raises NotFound."""
        if task_id not in self._by_task:
            found = self._lock(_BY_TASK, task_id)
            self._loaded[found.id], self._by_task[task_id] = found, found.id
        return self._loaded[self._by_task[task_id]]

    def _lock(self, query: sa.Select[Any], its_id: str) -> Instance:
        row = self._connection.execute(query, {"id": its_id}).one_or_none()
        if row is None:
            raise NotFound(what="instance")
        return Instance(
            id=row.id, version_id=row.version_id, process_id=row.process_id, business_key=row.business_key,
            parties=row.parties, status=InstanceStatus(row.status), state=row.state,
            variables=self._variables(row.id), lock_version=row.lock_version, history_seq=row.history_seq,
        )

    def _variables(self, instance_id: str) -> dict[str, Any]:
        return {key: value for key, value in self._connection.execute(_VARIABLES, {"id": instance_id})}

    # ---------------------------------------------------------------- work items
    def work_item(self, task_id: str) -> WorkItem:
        """Raises NotFound."""
        if task_id not in self._items:
            self._items[task_id] = self._read_item(task_id)
        return self._items[task_id]

    def _read_item(self, task_id: str) -> WorkItem:
        row = self._connection.execute(_ITEM_AND_DOSSIER, {"id": task_id}).one_or_none()
        if row is None:
            raise NotFound(what="task")
        self._met(row)
        return as_work_item(row)

    def open_items(self, business_key: str) -> Sequence[WorkItem]:
        """Everything people could be doing for one business key."""
        rows = self._connection.execute(_ITEM.where(
            work_item.c.business_key == business_key, work_item.c.status == WorkStatus.OPEN.value))
        return [as_work_item(row) for row in rows]

    def running(self, business_key: str) -> Sequence[str]:
        """Ids of the instances that have not ended, the first to begin first."""
        return self._connection.scalars(
            sa.select(instance.c.id)
            .where(instance.c.business_key == business_key,
                   instance.c.status.not_in([status.value for status in ENDED]))
            .order_by(instance.c.started_at, instance.c.id)).all()

    def rewrite(self, it: Instance, values: Mapping[str, Any], at: datetime) -> None:
        """Corrects variables without a step; the state knows none of them. Raises InstanceBusy like `record`."""
        changed = self._connection.execute(
            sa.update(instance).where(instance.c.id == it.id, instance.c.lock_version == it.lock_version)
            .values(lock_version=it.lock_version + 1))
        if changed.rowcount != 1:
            raise InstanceBusy(what="instance", id=it.id)
        step_rows.write_variables(self._connection, it.id, values, (), at)
        self._loaded.pop(it.id, None)

    def followers(self, business_key: str) -> Sequence[Following]:
        """Which versions the instances of one business key follow, the oldest instance first."""
        rows = self._connection.execute(
            sa.select(instance.c.id, instance.c.version_id, instance.c.status, instance.c.started_at)
            .where(instance.c.business_key == business_key).order_by(instance.c.id))
        return [Following(row.id, row.version_id, InstanceStatus(row.status), row.started_at) for row in rows]

    def assign(self, task_id: str, account_id: str | None, at: datetime) -> None:
        """Puts an open item into somebody's hands, or back into everybody's."""
        self._connection.execute(
            sa.update(work_item).where(work_item.c.id == task_id, work_item.c.status == WorkStatus.OPEN.value)
            .values(assignee_id=account_id, claimed_at=at if account_id else None))
        self._items.pop(task_id, None)

    def last_holder(self, instance_id: str, node_id: str) -> str | None:
        """Who completed this node most recently."""
        return self._connection.scalar(
            sa.select(work_item.c.done_by)
            .where(work_item.c.instance_id == instance_id, work_item.c.node_id == node_id,
                   work_item.c.status == WorkStatus.DONE.value)
            .order_by(work_item.c.done_at.desc()).limit(1))

    # ---------------------------------------------------------------- timers, jobs, messages
    def timer(self, timer_id: str) -> Timer:
        """Raises NotFound."""
        row = self._one(timer, timer_id)
        return Timer(row.id, row.instance_id, row.token_id, row.slot, row.node_id, row.due_at, row.attempts)

    def park_timer(self, timer_id: str) -> None:
        """No worker touches it any more, until `unpark_timers`."""
        self._connection.execute(
            sa.update(timer).where(timer.c.id == timer_id).values(claimed_by=PARKED, claimed_until=NEVER))

    def unpark_timers(self, instance_id: str, token_id: str) -> None:
        """The timers of a token may be fired again, with as many tries as at first."""
        self._connection.execute(
            sa.update(timer).where(timer.c.instance_id == instance_id, timer.c.token_id == token_id)
            .values(claimed_by=None, claimed_until=None, attempts=0))

    def drop_timer(self, timer_id: str) -> None:
        """Forgets a timer whose token has gone."""
        self._connection.execute(sa.delete(timer).where(timer.c.id == timer_id))

    def job(self, job_id: str) -> Job:
        """Raises NotFound."""
        row = self._one(job, job_id)
        return Job(row.id, row.instance_id, row.business_key, row.token_id, row.node_id, row.delegate, row.inputs,
                   JobStatus(row.status), row.attempts)

    def set_job(self, job_id: str, status: JobStatus, attempts: int, error: str | None, at: datetime) -> None:
        """How far a job has come."""
        done_at = at if status in (JobStatus.DONE, JobStatus.CANCELLED) else None
        self._connection.execute(
            sa.update(job).where(job.c.id == job_id)
            .values(status=status.value, attempts=attempts, last_error=error, done_at=done_at))

    def message(self, message_id: str) -> Message:
        """Locks the message, so that two deliveries of it follow each other. Raises NotFound."""
        row = self._one(message, message_id, lock=True)
        return Message(row.id, row.source_instance_id, row.business_key, row.kind, row.name, row.payload,
                       MessageStatus(row.status), row.attempts, row.created_at, row.target_process)

    def settle(self, message_id: str, status: MessageStatus, target: str | None, at: datetime,
               error: str | None) -> None:
        """The acknowledgement: which instance took the message, or why none did."""
        delivered_at = at if status is MessageStatus.DELIVERED else None
        self._connection.execute(
            sa.update(message).where(message.c.id == message_id).values(
                status=status.value, target_instance_id=target, delivered_at=delivered_at, last_error=error,
                attempts=message.c.attempts + 1))

    def post(self, business_key: str, name: str, payload: Mapping[str, Any], dedupe_key: str, at: datetime) -> None:
        """Puts a message of our own into the outbox, for whichever pool of the dossier waits for it."""
        its_id = new_id()
        self._connection.execute(sa.insert(message).values(
            id=its_id, source_instance_id=None, business_key=business_key, kind="message", name=name,
            payload=dict(payload), dedupe_key=dedupe_key, target_process=None, status=MessageStatus.PENDING.value,
            attempts=0, created_at=at))
        self._enqueue("deliver_message", its_id, key=its_id, partition=business_key)

    def subscribers(self, business_key: str, kind: str, name: str) -> Sequence[str]:
        """Ids of the instances that wait for this, the longest waiting first."""
        rows = self._connection.scalars(
            sa.select(subscription.c.instance_id).distinct()
            .where(subscription.c.business_key == business_key, subscription.c.kind == kind,
                   subscription.c.name == name)
            .order_by(subscription.c.instance_id))
        return rows.all()

    # ---------------------------------------------------------------- incidents
    def incident(self, incident_id: str) -> Incident:
        """Raises NotFound."""
        row = self._one(incident, incident_id)
        return Incident(row.id, row.instance_id, row.token_id, row.code, row.job_id, row.resolved_at, row.values)

    def resolve(self, incident_id: str, actor_id: str, at: datetime) -> None:
        """Somebody mended the cause."""
        self._connection.execute(
            sa.update(incident).where(incident.c.id == incident_id).values(resolved_at=at, resolved_by=actor_id))

    def raise_incident(self, it: Instance, trouble: Trouble, job_id: str | None, at: datetime) -> None:
        """For a cause outside the diagram: the instance stands until somebody retries."""
        self._connection.execute(sa.insert(incident), [step_rows.incident_row(it.id, trouble, job_id, at)])
        self._connection.execute(
            sa.update(instance).where(instance.c.id == it.id).values(status=InstanceStatus.INCIDENT.value))

    # ---------------------------------------------------------------- writing a step
    def add(self, it: Instance, step: Step, items: Sequence[WorkItem], actor_id: str, at: datetime,
            by_message: str | None = None) -> None:
        """A new instance and everything its first step caused."""
        self._connection.execute(sa.insert(instance).values(
            id=it.id, version_id=it.version_id, process_id=it.process_id, business_key=it.business_key,
            parties=dict(it.parties), status=step.status.value, lock_version=it.lock_version + 1,
            history_seq=it.history_seq + len(step.history), state=step.state, started_at=at,
            ended_at=at if step.status in ENDED else None, started_by_message=by_message))
        first = {**it.variables, **step.written}
        step_rows.write(self._connection, it, step, first, items, actor_id, at, self._enqueue)

    def record(self, it: Instance, step: Step, items: Sequence[WorkItem], actor_id: str, at: datetime,
               done: str | None = None) -> None:
        """One step of an instance that exists. Raises InstanceBusy when somebody wrote it since it was loaded."""
        changed = self._connection.execute(_ADVANCE, {
            "it": it.id, "loaded_version": it.lock_version, "status": step.status.value,
            "lock_version": it.lock_version + 1, "history_seq": it.history_seq + len(step.history),
            "state": step.state, "ended_at": at if step.status in ENDED else None})
        if changed.rowcount != 1:
            raise InstanceBusy(what="instance", id=it.id)
        self._close_items(it, step, actor_id, at, done)
        step_rows.write(self._connection, it, step, step.written, items, actor_id, at, self._enqueue)
        self._loaded.pop(it.id, None)

    def _close_items(self, it: Instance, step: Step, actor_id: str, at: datetime, done: str | None) -> None:
        if done:
            self._connection.execute(_DONE, {
                "it": done, "status": WorkStatus.DONE.value, "done_at": at, "done_by": actor_id})
        finished = self._items[done].task.token_id if done and done in self._items else None
        cancelled = [token for token in step.closed if token != finished]
        if cancelled:
            self._connection.execute(
                sa.update(work_item)
                .where(work_item.c.instance_id == it.id, work_item.c.token_id.in_(cancelled),
                       work_item.c.status == WorkStatus.OPEN.value)
                .values(status=WorkStatus.CANCELLED.value, done_at=at))
        if done:
            self._items.pop(done, None)

    def _one(self, table: sa.Table, row_id: str, *, lock: bool = False) -> Any:
        query = sa.select(table).where(table.c.id == row_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise NotFound(what=table.name)
        return row
