"""One instance, as an admin sees it: where its tokens stand, what happened, what it holds and waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from sqlalchemy import Connection, Row, and_, func, select

from engine.domain.errors import NotFound
from engine.domain.instance import JobStatus, WorkStatus
from engine.domain.process import NodePhase
from engine.queries.incidents import IncidentRow, incidents_of
from engine.queries.masking import masked
from engine.queries.monitoring import InstanceRow, family
from engine.queries.paging import count
from engine.queries.waiting import MessageRow, TimerRow, messages_of, timers_of
from engine.store.tables import (
    account,
    history,
    incident,
    instance,
    job,
    subscription,
    timer,
    unit,
    variable,
    version,
    work_item,
)

SHOWN_HISTORY = 200
"""A loop may run for years; a page shows its last rounds."""

DRAWN_PASSAGES = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline. `actor` is a name, or `system`."""

    seq: int
    at: datetime
    phase: NodePhase
    node_id: str
    name: str
    type: str
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable with the instant of its last change; the value is masked."""

    key: str
    value: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A human step, open or done."""

    id: str
    node_id: str
    name: str
    lane: str
    unit: str
    status: WorkStatus
    holder: str
    due_at: datetime | None
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Job:
    """An automatic step. `inputs` are masked."""

    id: str
    node_id: str
    name: str
    delegate: str
    status: JobStatus
    attempts: int
    last_error: str | None
    created_at: datetime
    done_at: datetime | None
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message or signal that a token waits for."""

    node_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What to draw: how many tokens wait at each node, which nodes and flows were passed, where trouble is."""

    active: Mapping[str, int]
    done: tuple[str, ...]
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstancePage:
    """Everything about one instance. `family` holds every pool of the same dossier, this one included."""

    row: InstanceRow
    family: tuple[InstanceRow, ...]
    diagram: bytes
    tokens: Tokens
    events: tuple[Event, ...]
    events_total: int
    variables: tuple[Variable, ...]
    work_items: tuple[WorkItem, ...]
    jobs: tuple[Job, ...]
    timers: tuple[TimerRow, ...]
    awaited: tuple[Awaited, ...]
    messages: tuple[MessageRow, ...]
    incidents: tuple[IncidentRow, ...]


def instance_page(conn: Connection, instance_id: str) -> InstancePage:
    """Reads one instance with everything around it. Raises `NotFound`."""
    found = conn.execute(select(instance.c.business_key, version.c.diagram).join(version).where(
        instance.c.id == instance_id)).first()
    if found is None:
        raise NotFound(what="instance")
    pools = family(conn, found.business_key)
    return InstancePage(
        row=next(row for row in pools if row.id == instance_id), family=pools, diagram=found.diagram,
        tokens=tokens(conn, [row.id for row in pools], found.diagram), events=_events(conn, instance_id),
        events_total=count(conn, select(func.count()).where(history.c.instance_id == instance_id)),
        variables=_variables(conn, instance_id), work_items=_work_items(conn, instance_id),
        jobs=_jobs(conn, instance_id), timers=tuple(timers_of(conn, instance_id)),
        awaited=_awaited(conn, instance_id), messages=tuple(messages_of(conn, instance_id)),
        incidents=tuple(incidents_of(conn, instance_id)))


def tokens(conn: Connection, instance_ids: list[str], diagram: bytes) -> Tokens:
    """Where the tokens of these instances stand; one diagram shows all pools of a dossier."""
    waiting = conn.execute(select(_waiting(instance_ids).c.node_id, func.count()).group_by("node_id"))
    borders = _boundary_events(diagram)
    done = conn.execute(select(history.c.node_id).distinct().where(and_(
        history.c.instance_id.in_(instance_ids), history.c.phase == NodePhase.COMPLETED.value)))
    troubled = conn.execute(select(incident.c.node_id).distinct().where(and_(
        incident.c.instance_id.in_(instance_ids), incident.c.resolved_at.is_(None))))
    passed = {*done.scalars(), *_flows_taken(conn, instance_ids)}
    return Tokens({node: number for node, number in waiting if node not in borders},
                  tuple(sorted(passed)), tuple(sorted(troubled.scalars())))


def _flows_taken(conn: Connection, instance_ids: list[str]) -> set[str]:
    """The arrows that the newest passages went along; a loop of years goes along the same ones."""
    newest = select(history.c.data).where(history.c.instance_id.in_(instance_ids))
    told = conn.execute(newest.order_by(history.c.at.desc()).limit(DRAWN_PASSAGES)).scalars()
    return {flow for data in told for flow in data.get("flows", ())}


def _waiting(instance_ids: list[str]) -> Any:
    """One row per token that waits for a person, a delegate, an instant or a message."""
    human = select(work_item.c.node_id, work_item.c.token_id).where(and_(
        work_item.c.instance_id.in_(instance_ids), work_item.c.status == "open"))
    automatic = select(job.c.node_id, job.c.token_id).where(and_(
        job.c.instance_id.in_(instance_ids), job.c.status.in_(("queued", "failed"))))
    instant = select(timer.c.node_id, timer.c.token_id).where(timer.c.instance_id.in_(instance_ids))
    message = select(subscription.c.node_id, subscription.c.token_id).where(
        subscription.c.instance_id.in_(instance_ids))
    return human.union(automatic, instant, message).subquery()


def _boundary_events(diagram: bytes) -> frozenset[str]:
    """Events on a step's border listen as long as the step lasts; drawing them as tokens would count the step twice."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found = etree.fromstring(diagram, parser).iter("{*}boundaryEvent")
    return frozenset(event.get("id", "") for event in found)


def _events(conn: Connection, instance_id: str) -> tuple[Event, ...]:
    who = func.coalesce(account.c.name, history.c.actor_id).label("actor")
    found = conn.execute(select(history, who).select_from(
        history.outerjoin(account, account.c.id == history.c.actor_id),
    ).where(history.c.instance_id == instance_id).order_by(history.c.seq.desc()).limit(SHOWN_HISTORY))
    return tuple(_event(row) for row in found)


def _event(row: Row[Any]) -> Event:
    return Event(row.seq, row.at, NodePhase(row.phase), row.node_id, row.name, row.type, row.actor, masked(row.data))


def _variables(conn: Connection, instance_id: str) -> tuple[Variable, ...]:
    found = conn.execute(select(variable).where(variable.c.instance_id == instance_id).order_by(variable.c.key))
    return tuple(Variable(row.key, masked(row.value, row.key), row.at) for row in found)


def _work_items(conn: Connection, instance_id: str) -> tuple[WorkItem, ...]:
    c = work_item.c
    people = func.coalesce(account.c.name, c.done_by, c.assignee_id, "").label("holder")
    found = conn.execute(select(work_item, people, unit.c.name.label("unit")).select_from(
        work_item.join(unit).outerjoin(account, account.c.id == func.coalesce(c.done_by, c.assignee_id)),
    ).where(c.instance_id == instance_id).order_by(c.created_at.desc(), c.id))
    return tuple(_work_item(row) for row in found)


def _work_item(row: Row[Any]) -> WorkItem:
    return WorkItem(row.id, row.node_id, row.name, row.lane, row.unit, WorkStatus(row.status), row.holder, row.due_at,
                    row.created_at, row.done_at)


def _jobs(conn: Connection, instance_id: str) -> tuple[Job, ...]:
    found = conn.execute(select(job).where(job.c.instance_id == instance_id).order_by(job.c.created_at.desc()))
    return tuple(_job(row) for row in found)


def _job(row: Row[Any]) -> Job:
    return Job(row.id, row.node_id, row.name, row.delegate, JobStatus(row.status), row.attempts,
               masked(row.last_error), row.created_at, row.done_at, masked(row.inputs))


def _awaited(conn: Connection, instance_id: str) -> tuple[Awaited, ...]:
    found = conn.execute(select(subscription).where(subscription.c.instance_id == instance_id))
    return tuple(Awaited(row.node_id, row.kind, row.name) for row in found)
