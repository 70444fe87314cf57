"""What happens to instances when no person acts: timers, jobs, messages; and the retry of an incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.commands.advance import advance, begin, loaded, moment
from engine.commands.context import Context
from engine.commands.handler import Handler, only_the_engine
from engine.domain import fee
from engine.domain.actor import Role
from engine.domain.errors import NotAllowed, NotFound
from engine.domain.fee import PAYMENT_RECEIVED
from engine.domain.instance import Instance, JobStatus, Message, MessageStatus
from engine.domain.process import InstanceStatus, Trouble

BACK_OFF_S = (1, 10, 60, 600)
"""Seconds before each further attempt of a failed job; after the last the job becomes an incident."""

TIMER_TRIES = 5
"""Claims of a timer that cannot be fired before it becomes an incident; each lasts as long as the worker's lease."""

TIMER_FAILED = "TIMER_FAILED"


@dataclass(frozen=True, slots=True)
class FireTimer:
    """A timer fell due. Harmless when its token has gone."""

    timer_id: str


@dataclass(frozen=True, slots=True)
class FailTimer:
    """A due timer could not be fired; after a few tries somebody has to look."""

    timer_id: str
    error: str


@dataclass(frozen=True, slots=True)
class FinishJob:
    """A delegate did its act; `result` becomes variables."""

    job_id: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailJob:
    """A delegate failed for a reason that may pass: try again later, or ask a person."""

    job_id: str
    error: str


@dataclass(frozen=True, slots=True)
class RaiseJobError:
    """A delegate reported a business error that the diagram may catch."""

    job_id: str
    error_code: str
    message: str


@dataclass(frozen=True, slots=True)
class DeliverMessage:
    """Takes a packet out of the outbox to the pool it is for. Harmless when it was delivered before."""

    message_id: str


@dataclass(frozen=True, slots=True)
class RedeliverMessage:
    """An administrator tries again a message that nobody waited for. Harmless when it was delivered meanwhile."""

    message_id: str


@dataclass(frozen=True, slots=True)
class RetryIncident:
    """An administrator mended the cause; `corrections` are variables to set first."""

    incident_id: str
    corrections: Mapping[str, Any] = field(default_factory=dict)


def only_administrators(ctx: Context, _command: object) -> None:
    """Raises NotAllowed unless the actor administers processes."""
    if not ctx.actor.has(Role.PROCESS_ADMIN):
        raise NotAllowed()


def fire_timer(ctx: Context, command: FireTimer) -> dict[str, Any]:
    """Raises NotFound when the timer is gone. A timer whose token has gone is dropped without a trace."""
    timer = ctx.uow.instances.timer(command.timer_id)
    instance = ctx.uow.instances.load(timer.instance_id)
    timer = ctx.uow.instances.timer(command.timer_id)  # again under the lock: it may have gone while we waited
    if timer.due_at > ctx.now:
        return {"instance_id": instance.id, "early": True}
    try:
        step = ctx.workflow.fire(loaded(ctx, instance), timer.token_id, timer.slot, moment(ctx, instance.parties))
    except NotFound:
        ctx.uow.instances.drop_timer(timer.id)
        return {"instance_id": instance.id, "dropped": True}
    advance(ctx, instance, step)
    return {"instance_id": instance.id}


def fail_timer(ctx: Context, command: FailTimer) -> dict[str, Any]:
    """While tries remain the lease brings the timer back; then it is parked and an incident names the error."""
    timer = ctx.uow.instances.timer(command.timer_id)
    instance = ctx.uow.instances.load(timer.instance_id)
    if timer.attempts < TIMER_TRIES:
        return {"instance_id": instance.id, "attempts": timer.attempts}
    due_at = {"due_at": timer.due_at.isoformat()}
    trouble = Trouble(TIMER_FAILED, timer.node_id, timer.token_id, command.error, values=due_at)
    ctx.uow.instances.raise_incident(instance, trouble, None, ctx.now)
    ctx.uow.instances.park_timer(timer.id)
    return {"instance_id": instance.id, "attempts": timer.attempts, "incident": True}


def finish_job(ctx: Context, command: FinishJob) -> dict[str, Any]:
    """Repeating it changes nothing: the job's status is read under the instance's lock."""
    job = ctx.uow.instances.job(command.job_id)
    instance = ctx.uow.instances.load(job.instance_id)
    job = ctx.uow.instances.job(command.job_id)
    if job.status is not JobStatus.QUEUED:
        return {"instance_id": instance.id, "repeated": True}
    ctx.uow.instances.set_job(job.id, JobStatus.DONE, job.attempts + 1, None, ctx.now)
    step = ctx.workflow.finish_call(loaded(ctx, instance), job.token_id, command.result, moment(ctx, instance.parties))
    advance(ctx, instance, step)
    return {"instance_id": instance.id}


def fail_job(ctx: Context, command: FailJob) -> dict[str, Any]:
    """Back-off while attempts remain, then an incident that names the error."""
    job = ctx.uow.instances.job(command.job_id)
    instance = ctx.uow.instances.load(job.instance_id)
    job = ctx.uow.instances.job(command.job_id)
    if job.status is not JobStatus.QUEUED:
        return {"instance_id": instance.id, "repeated": True}
    attempts = job.attempts + 1
    if attempts <= len(BACK_OFF_S):
        ctx.uow.instances.set_job(job.id, JobStatus.QUEUED, attempts, command.error, ctx.now)
        ctx.uow.enqueue("run_job", job.id, key=f"{job.id}-{attempts}", delay_s=BACK_OFF_S[attempts - 1],
                        partition=instance.id)
        return {"instance_id": instance.id, "attempts": attempts}
    ctx.uow.instances.set_job(job.id, JobStatus.FAILED, attempts, command.error, ctx.now)
    trouble = Trouble("JOB_FAILED", job.node_id, job.token_id, command.error, values=dict(job.inputs))
    ctx.uow.instances.raise_incident(instance, trouble, job.id, ctx.now)
    return {"instance_id": instance.id, "attempts": attempts, "incident": True}


def raise_job_error(ctx: Context, command: RaiseJobError) -> dict[str, Any]:
    """The diagram's boundary event catches the code; otherwise the step carries a trouble."""
    job = ctx.uow.instances.job(command.job_id)
    instance = ctx.uow.instances.load(job.instance_id)
    job = ctx.uow.instances.job(command.job_id)
    if job.status is not JobStatus.QUEUED:
        return {"instance_id": instance.id, "repeated": True}
    it = loaded(ctx, instance)
    step = ctx.workflow.fail_call(it, job.token_id, command.error_code, command.message, moment(ctx, instance.parties))
    stuck = any(trouble.token_id == job.token_id for trouble in step.troubles)
    status = JobStatus.FAILED if stuck else JobStatus.DONE
    ctx.uow.instances.set_job(job.id, status, job.attempts + 1, command.message, ctx.now)
    advance(ctx, instance, step)
    return {"instance_id": instance.id}


def deliver_message(ctx: Context, command: DeliverMessage) -> dict[str, Any]:
    """To the waiting pool of the same business key, else to a pool that this message starts, else visibly nowhere."""
    message = ctx.uow.instances.message(command.message_id)
    if message.status is MessageStatus.DELIVERED:
        return {"repeated": True}
    if message.kind == "signal":
        return _broadcast(ctx, message)
    if _overtaken(ctx, message):
        ctx.uow.instances.settle(message.id, MessageStatus.DELIVERED, None, ctx.now, "overtaken")
        return {"target": None, "delivered": False}
    target = _deliver_to_waiting(ctx, message) or _start_pool(ctx, message)
    status = MessageStatus.DELIVERED if target else MessageStatus.UNDELIVERABLE
    ctx.uow.instances.settle(message.id, status, target, ctx.now, None if target else "no_receiver")
    return {"target": target, "delivered": target is not None}


def redeliver_message(ctx: Context, command: RedeliverMessage) -> dict[str, Any]:
    """Raises NotFound. `delivered` says whether somebody took it this time."""
    return {"delivered": True, **deliver_message(ctx, DeliverMessage(command.message_id))}


def retry_incident(ctx: Context, command: RetryIncident) -> dict[str, Any]:
    """Runs the token in trouble again. A repeated retry of a resolved incident changes nothing."""
    incident = ctx.uow.instances.incident(command.incident_id)
    instance = ctx.uow.instances.load(incident.instance_id)
    incident = ctx.uow.instances.incident(command.incident_id)
    if incident.resolved_at:
        return {"instance_id": instance.id, "repeated": True}
    ctx.uow.instances.resolve(incident.id, ctx.actor.id, ctx.now)
    if incident.job_id:
        return _requeue(ctx, instance, incident.job_id)
    if incident.code == TIMER_FAILED:
        ctx.uow.instances.unpark_timers(instance.id, incident.token_id)
        return {"instance_id": instance.id, "still": False}
    corrected = replace(instance, variables={**instance.variables, **command.corrections})
    step = ctx.workflow.retry(loaded(ctx, corrected), incident.token_id, moment(ctx, instance.parties))
    step = replace(step, written={**command.corrections, **step.written})
    later, _ = advance(ctx, instance, step)
    return {"instance_id": instance.id, "still": later.status is InstanceStatus.INCIDENT}


def _requeue(ctx: Context, instance: Instance, job_id: str) -> dict[str, Any]:
    job = ctx.uow.instances.job(job_id)
    ctx.uow.instances.set_job(job.id, JobStatus.QUEUED, 0, None, ctx.now)
    ctx.uow.enqueue("run_job", job.id, key=f"{job.id}-retry-{ctx.uow.new_id()}", partition=instance.id)
    return {"instance_id": instance.id, "still": False}


def _overtaken(ctx: Context, message: Message) -> bool:
    """Word that everything is paid, of a time before something else became due; its payment will be told anew."""
    ours = message.name == PAYMENT_RECEIVED and message.source_instance_id is None
    return ours and bool(fee.due(ctx.uow.fees.lines(message.business_key)))


def _deliver_to_waiting(ctx: Context, message: Message) -> str | None:
    for instance_id in ctx.uow.instances.subscribers(message.business_key, message.kind, message.name):
        if _deliver(ctx, message, instance_id):
            return instance_id
    return None


def _broadcast(ctx: Context, message: Message) -> dict[str, Any]:
    """A signal reaches everybody who waits for it; nobody listening is not a fault."""
    waiting = ctx.uow.instances.subscribers(message.business_key, message.kind, message.name)
    reached = [each for each in waiting if each != message.source_instance_id and _deliver(ctx, message, each)]
    ctx.uow.instances.settle(message.id, MessageStatus.DELIVERED, next(iter(reached), None), ctx.now, None)
    return {"reached": reached, "delivered": True}


def _deliver(ctx: Context, message: Message, instance_id: str) -> bool:
    instance = ctx.uow.instances.load(instance_id)
    if message.target_process not in (None, instance.process_id):
        return False
    try:
        step = ctx.workflow.deliver(loaded(ctx, instance), message.kind, message.name, message.payload,
                                    moment(ctx, instance.parties))
    except NotFound:
        return False  # the subscription went while we waited for the lock
    advance(ctx, instance, step)
    return True


def _start_pool(ctx: Context, message: Message) -> str | None:
    if message.source_instance_id is None:
        return None
    source = ctx.uow.instances.load(message.source_instance_id)
    version = ctx.version(source.version_id)
    process_id = ctx.workflow.message_start(version, message.name)
    if process_id is None or message.target_process not in (None, process_id):
        return None
    step = ctx.workflow.start_by_message(version, message.name, message.payload, moment(ctx, source.parties))
    instance = new_instance(ctx, source.version_id, process_id, source.business_key, source.parties, message.payload)
    begin(ctx, instance, step, by_message=message.id)
    return instance.id


def new_instance(ctx: Context, version_id: str, process_id: str, business_key: str, parties: Mapping[str, str],
                 variables: Mapping[str, Any]) -> Instance:
    """An instance that has not taken its first step."""
    return Instance(
        id=ctx.uow.new_id(), version_id=version_id, process_id=process_id, business_key=business_key, parties=parties,
        status=InstanceStatus.RUNNING, state=b"", variables=dict(variables), lock_version=0, history_seq=0,
    )


HANDLERS: Mapping[type, Handler] = {
    FireTimer: Handler(fire_timer, only_the_engine, "audit.fire_timer", "timer_id"),
    FailTimer: Handler(fail_timer, only_the_engine, "audit.fail_timer", "timer_id"),
    FinishJob: Handler(finish_job, only_the_engine, "audit.finish_job", "job_id"),
    FailJob: Handler(fail_job, only_the_engine, "audit.fail_job", "job_id"),
    RaiseJobError: Handler(raise_job_error, only_the_engine, "audit.raise_job_error", "job_id"),
    DeliverMessage: Handler(deliver_message, only_the_engine, "audit.deliver_message", "message_id"),
    RedeliverMessage: Handler(redeliver_message, only_administrators, "audit.redeliver_message", "message_id"),
    RetryIncident: Handler(retry_incident, only_administrators, "audit.retry_incident", "incident_id"),
}
