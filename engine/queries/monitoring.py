"""What an admin sees first: how everything stands, and the list of instances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, Row, Select, and_, exists, func, or_, select

from engine.domain.procedure import Text
from engine.domain.process import InstanceStatus
from engine.queries.names import name_of
from engine.queries.paging import Page, count, counts, page_of
from engine.store.dossier_tables import dossier
from engine.store.tables import heartbeat, incident, instance, job, message, subscription, timer, version, work_item

LATE_AFTER = timedelta(minutes=1)
"""Workers sweep every few seconds; a timer older than this says that nobody sweeps."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that runs timers and jobs; it is believed dead when `at` grows old."""

    node: str
    at: datetime
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """The counts of the first page of the monitor."""

    running: int
    in_incident: int
    incidents: int
    waiting_timers: int
    overdue_timers: int
    oldest_due_at: datetime | None
    queued_jobs: int
    failed_jobs: int
    pending_messages: int
    undeliverable_messages: int
    workers: tuple[Worker, ...]


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """What an admin asked to see; empty values ask for everything. `text` is part of a dossier code, or an id."""

    slug: str = ""
    status: str = ""
    incident: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One instance of the list. `steps` are the people's and automatic steps it waits for, `awaits` the messages."""

    id: str
    process_id: str
    slug: str
    procedure: Text
    version: int
    status: InstanceStatus
    business_key: str
    dossier_code: str
    due_at: datetime | None
    started_at: datetime
    ended_at: datetime | None
    incidents: int
    steps: tuple[str, ...]
    awaits: tuple[str, ...]


def overview(conn: Connection, now: datetime) -> Overview:
    """The state of the whole installation at `now`."""
    by_status = counts(conn, select(instance.c.status, func.count()).group_by(instance.c.status))
    jobs = counts(conn, select(job.c.status, func.count()).where(
        job.c.status.in_(("queued", "failed"))).group_by(job.c.status))
    letters = counts(conn, select(message.c.status, func.count()).where(
        message.c.status != "delivered").group_by(message.c.status))
    waiting, overdue, oldest = _timer_counts(conn, now)
    return Overview(
        running=by_status.get(InstanceStatus.RUNNING.value, 0),
        in_incident=by_status.get(InstanceStatus.INCIDENT.value, 0),
        incidents=count(conn, select(func.count()).where(incident.c.resolved_at.is_(None))),
        waiting_timers=waiting, overdue_timers=overdue, oldest_due_at=oldest,
        queued_jobs=jobs.get("queued", 0), failed_jobs=jobs.get("failed", 0),
        pending_messages=letters.get("pending", 0), undeliverable_messages=letters.get("undeliverable", 0),
        workers=workers(conn))


def workers(conn: Connection) -> tuple[Worker, ...]:
    """Every worker that ever reported, the liveliest first."""
    found = conn.execute(select(heartbeat).order_by(heartbeat.c.at.desc()))
    return tuple(Worker(row.node, row.at, row.started_at) for row in found)


def slugs(conn: Connection) -> dict[str, Text]:
    """Procedures that have a version, with the names of their latest ones, for the filter."""
    found = conn.execute(select(version.c.slug, version.c.facts).order_by(version.c.number))
    names = {slug: name_of(facts, slug) for slug, facts in found}
    return dict(sorted(names.items(), key=lambda pair: pair[1].vi))


def instances(conn: Connection, asked: InstanceFilter, page: int = 1) -> Page[InstanceRow]:
    """Instances, newest first, one page of them."""
    matching = _matching(_instance_columns(), asked)
    found = page_of(conn, matching.order_by(instance.c.started_at.desc(), instance.c.id.desc()), page, lambda row: row)
    return found.told(_with_steps(conn, found.rows))


def family(conn: Connection, business_key: str) -> tuple[InstanceRow, ...]:
    """Every pool's instance of one dossier, in the order in which they began."""
    found = conn.execute(_instance_columns().where(instance.c.business_key == business_key)
                         .order_by(instance.c.started_at, instance.c.id)).all()
    return _with_steps(conn, found)


def _matching(rows: Select[Any], asked: InstanceFilter) -> Select[Any]:
    if asked.slug:
        rows = rows.where(version.c.slug == asked.slug)
    if asked.status:
        rows = rows.where(instance.c.status == asked.status)
    if asked.incident:
        rows = rows.where(_has_incident())
    return rows.where(_says(asked.text)) if asked.text else rows


def _has_incident() -> Any:
    return exists().where(and_(incident.c.instance_id == instance.c.id, incident.c.resolved_at.is_(None)))


def _says(text: str) -> Any:
    return or_(dossier.c.code.icontains(text, autoescape=True), instance.c.id == text,
               instance.c.business_key == text)


def _instance_columns() -> Select[Any]:
    troubles = select(func.count()).where(and_(
        incident.c.instance_id == instance.c.id, incident.c.resolved_at.is_(None))).scalar_subquery()
    return select(
        instance.c.id, instance.c.process_id, version.c.slug, version.c.facts, version.c.number, instance.c.status,
        instance.c.business_key, dossier.c.code, dossier.c.due_at, instance.c.started_at, instance.c.ended_at,
        troubles.label("incidents"),
    ).select_from(instance.join(version).outerjoin(dossier, dossier.c.id == instance.c.business_key))


def _with_steps(conn: Connection, found: Sequence[Row[Any]]) -> tuple[InstanceRow, ...]:
    ids = [row.id for row in found]
    steps, awaited = _current_steps(conn, ids), _awaited_messages(conn, ids)
    return tuple(_instance_row(row, steps.get(row.id, ()), awaited.get(row.id, ())) for row in found)


def _instance_row(row: Row[Any], steps: tuple[str, ...], awaited: tuple[str, ...]) -> InstanceRow:
    return InstanceRow(
        row.id, row.process_id, row.slug, name_of(row.facts, row.slug), row.number, InstanceStatus(row.status),
        row.business_key, row.code or "", row.due_at, row.started_at, row.ended_at, row.incidents, steps, awaited)


def _current_steps(conn: Connection, wanted: list[str]) -> dict[str, tuple[str, ...]]:
    """What each instance waits for: people's steps and automatic acts, by name."""
    human = select(work_item.c.instance_id, work_item.c.name, work_item.c.created_at).where(and_(
        work_item.c.instance_id.in_(wanted), work_item.c.status == "open"))
    automatic = select(job.c.instance_id, job.c.name, job.c.created_at).where(and_(
        job.c.instance_id.in_(wanted), job.c.status.in_(("queued", "failed"))))
    return _by_instance(conn, human.union_all(automatic).order_by("created_at"))


def _awaited_messages(conn: Connection, wanted: list[str]) -> dict[str, tuple[str, ...]]:
    c = subscription.c
    asked = select(c.instance_id, c.name).distinct().where(c.instance_id.in_(wanted))
    return _by_instance(conn, asked.order_by(c.name))


def _by_instance(conn: Connection, asked: Executable) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in conn.execute(asked):
        found[row.instance_id] += (row.name,)
    return found


def _timer_counts(conn: Connection, now: datetime) -> tuple[int, int, datetime | None]:
    waiting = count(conn, select(func.count()).select_from(timer))
    overdue = count(conn, select(func.count()).where(timer.c.due_at < now - LATE_AFTER))
    return waiting, overdue, conn.execute(select(func.min(timer.c.due_at))).scalar()
