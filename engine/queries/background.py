"""What the worker asks: which job, when the next timer, what was left lying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, exists, func, or_, select

from engine.domain.dossier import FINAL, FinancialStatus, NationalStatus
from engine.domain.instance import WorkStatus
from engine.domain.payment import MoneyOutcome
from engine.domain.permit import PermitState
from engine.store.dossier_tables import dossier
from engine.store.fee_tables import fee_line, gateway_transaction
from engine.store.organisation_tables import calendar_change, permit
from engine.store.tables import instance, job, message, subscription, timer, work_item

PAYABLE = [int(each) for each in NationalStatus if each not in FINAL | {NationalStatus.WITHDRAWAL_REQUESTED}]
"""One that rests for a withdrawal takes no step."""


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A service task whose delegate is to be called."""

    id: str
    instance_id: str
    business_key: str
    delegate: str
    inputs: Mapping[str, Any]


def queued_job(conn: Connection, job_id: str) -> QueuedJob | None:
    """None when there is nothing left to do: it is done, cancelled, or waits for a person."""
    found = conn.execute(_jobs().where(job.c.id == job_id, job.c.status == "queued")).one_or_none()
    return QueuedJob(*found) if found else None


def left_lying(conn: Connection, before: datetime, limit: int) -> list[QueuedJob]:
    """A sample of jobs queued before that instant and not done since; most of them only wait for their next attempt."""
    asked = _jobs().where(job.c.status == "queued", job.c.created_at < before).order_by(func.random()).limit(limit)
    return [QueuedJob(*row) for row in conn.execute(asked)]


def next_timer_at(conn: Connection, now: datetime) -> datetime | None:
    """When the next timer falls due that nobody has claimed."""
    free = or_(timer.c.claimed_until.is_(None), timer.c.claimed_until <= now)
    return conn.scalar(select(timer.c.due_at).where(free).order_by(timer.c.due_at).limit(1))


def to_watch(conn: Connection, now: datetime, limit: int) -> list[str]:
    """A sample of the dossiers whose instant of the watch has come."""
    due = select(dossier.c.id).where(dossier.c.watch_at <= now).order_by(func.random()).limit(limit)
    return list(conn.scalars(due))


def missed_permits(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Permits whose papers are outside after their time, as long as nobody was told."""
    late = select(permit.c.id).where(permit.c.state == PermitState.OUT.value, permit.c.due_back_at < now,
                                     permit.c.missed_at.is_(None))
    return list(conn.scalars(late.order_by(permit.c.due_back_at).limit(limit)))


def undated_changes(conn: Connection, before: datetime, limit: int) -> list[str]:
    """Changes of the calendar, made or taken back by that instant, after which not all dossiers were dated anew."""
    it = calendar_change.c
    since = func.coalesce(it.undone_at, it.changed_at)
    asked = select(it.id).where(it.dated_at.is_(None), since <= before)
    return list(conn.scalars(asked.order_by(since, it.id).limit(limit)))


def waiting_money(conn: Connection, before: datetime, limit: int, after: str = "") -> list[str]:
    """Transactions of a file, told by that instant, that nobody has booked yet; those that follow the id `after`."""
    it = gateway_transaction.c
    asked = select(it.id).where(it.outcome == MoneyOutcome.WAITING.value, it.told_at <= before, it.id > after,
                                it.resolved_at.is_(None))
    return list(conn.scalars(asked.order_by(it.id).limit(limit)))


def paid_but_open(conn: Connection, before: datetime, limit: int) -> list[str]:
    """A sample of the dossiers in which a step waits for money although nothing is due any more since that instant.

    Where nothing ever was, the step is an officer's to complete.
    """
    waits = exists().where(work_item.c.business_key == dossier.c.id, work_item.c.status == WorkStatus.OPEN.value,
                           work_item.c.facts.cast(Text).contains('"kind":"pay"'))
    owed = exists().where(fee_line.c.dossier_id == dossier.c.id)
    fresh = exists().where(fee_line.c.dossier_id == dossier.c.id, fee_line.c.settled_at >= before)
    asked = select(dossier.c.id).where(
        dossier.c.national_status.in_(PAYABLE), dossier.c.financial_status != FinancialStatus.DUE.value,
        waits, owed, ~fresh)
    return list(conn.scalars(asked.order_by(func.random()).limit(limit)))


def deliverable_messages(conn: Connection, before: datetime, limit: int) -> list[str]:
    """Ids of old messages that could be delivered now: overlooked ones, and ones for which somebody waits since."""
    waits = exists().where(
        subscription.c.business_key == message.c.business_key, subscription.c.name == message.c.name,
        subscription.c.kind == message.c.kind,
    )
    overlooked = and_(message.c.status == "pending", message.c.created_at < before)
    awaited = and_(message.c.status == "undeliverable", waits)
    asked = select(message.c.id).where(or_(overlooked, awaited)).order_by(message.c.created_at).limit(limit)
    return list(conn.scalars(asked))


def _jobs() -> Any:
    columns = (job.c.id, job.c.instance_id, job.c.business_key, job.c.delegate, job.c.inputs)
    return select(*columns).join(instance, instance.c.id == job.c.instance_id)
