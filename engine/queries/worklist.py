"""What waits for a person: by default what falls due first, and overdue before everything else.

One calendar reckons all due dates of a unit, so the order of due dates is the order of remaining working time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, false, func, nulls_last, or_, select

from engine.domain.actor import Actor, Role
from engine.domain.clock_ledger import ClockState
from engine.domain.dossier import NationalStatus
from engine.domain.instance import WorkStatus
from engine.queries.paging import Page, page_of
from engine.store.dossier_tables import dossier
from engine.store.tables import account, unit, work_item

HALTED = (NationalStatus.SUPPLEMENT_REQUESTED, NationalStatus.PAYMENT_REQUESTED, NationalStatus.WITHDRAWAL_REQUESTED)
"""The applicant has the next word; the work waits with the dossier."""


class View(Enum):
    """Which part of the work is shown."""

    UNIT = "unit"
    MINE = "mine"
    HALTED = "halted"


@dataclass(frozen=True, slots=True)
class Filter:
    """Narrows a worklist. `procedure` is a slug, `step` the name of a step; empty means all."""

    view: View = View.UNIT
    procedure: str = ""
    step: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a worklist. `due_at` is the step's, `dossier_due_at` the promise to the applicant."""

    id: str
    name: str
    dossier_id: str
    dossier_code: str | None
    procedure_name: str
    owner_name: str
    unit_id: str
    unit_name: str
    status: NationalStatus
    clock: ClockState
    holder_id: str | None
    holder_name: str | None
    created_at: datetime
    due_at: datetime | None
    dossier_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits, for the figures above the list. `steps` counts by (slug, procedure name, step name)."""

    mine: int
    unit: int
    halted: int
    overdue: int
    steps: Mapping[tuple[str, str, str], int]


def tasks(conn: Connection, actor: Actor, wanted: Filter) -> Page[TaskRow]:
    """One page of the open tasks this actor may work on."""
    asked = _rows().where(_open(actor), _in_view(actor, wanted.view))
    if wanted.procedure:
        asked = asked.where(dossier.c.slug == wanted.procedure)
    if wanted.step:
        asked = asked.where(work_item.c.name == wanted.step)
    asked = asked.order_by(nulls_last(work_item.c.due_at.asc()), work_item.c.created_at, work_item.c.id)
    rows, total = page_of(conn, asked, wanted.page)
    return Page(tuple(_task_row(row) for row in rows), total, wanted.page)


def load(conn: Connection, actor: Actor, now: datetime) -> Load:
    """The figures of this actor's work, in one pass over the open tasks."""
    groups = conn.execute(
        select(dossier.c.slug, dossier.c.procedure_name, work_item.c.name, func.count().label("number"),
               _count_of(work_item.c.assignee_id == actor.id).label("mine"),
               _count_of(_halted()).label("halted"),
               _count_of(and_(work_item.c.due_at < now, ~_halted())).label("overdue"))
        .join(dossier, dossier.c.id == work_item.c.business_key)
        .where(_open(actor))
        .group_by(dossier.c.slug, dossier.c.procedure_name, work_item.c.name)
        .order_by(dossier.c.procedure_name, work_item.c.name)
    ).all()
    return Load(
        mine=sum(row.mine for row in groups), unit=sum(row.number - row.halted for row in groups),
        halted=sum(row.halted for row in groups), overdue=sum(row.overdue for row in groups),
        steps={(row.slug, row.procedure_name, row.name): row.number for row in groups})


def entitled(actor: Actor) -> ColumnElement[bool]:
    """Work of a role at a unit where the actor holds that role."""
    roles: dict[str, set[Role]] = {}
    for membership in actor.memberships:
        roles.setdefault(membership.unit_id, set()).add(membership.role)
    return or_(false(), *(_at(unit_id, held) for unit_id, held in sorted(roles.items())))


def _at(unit_id: str, roles: set[Role]) -> ColumnElement[bool]:
    return and_(work_item.c.unit_id == unit_id, work_item.c.role.in_(sorted(role.value for role in roles)))


def _open(actor: Actor) -> ColumnElement[bool]:
    return and_(work_item.c.status == WorkStatus.OPEN.value, entitled(actor))


def _in_view(actor: Actor, view: View) -> ColumnElement[bool]:
    if view is View.MINE:
        return work_item.c.assignee_id == actor.id
    return _halted() if view is View.HALTED else ~_halted()


def _halted() -> ColumnElement[bool]:
    return dossier.c.national_status.in_([int(status) for status in HALTED])


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _rows() -> Select[Any]:
    return (
        select(work_item.c.id, work_item.c.name, work_item.c.unit_id, work_item.c.assignee_id, work_item.c.created_at,
               work_item.c.due_at, dossier.c.id.label("dossier_id"), dossier.c.code, dossier.c.procedure_name,
               dossier.c.owner_name, dossier.c.national_status, dossier.c.clock,
               dossier.c.due_at.label("dossier_due_at"), unit.c.name.label("unit_name"),
               account.c.name.label("holder_name"))
        .join(dossier, dossier.c.id == work_item.c.business_key)
        .join(unit, unit.c.id == work_item.c.unit_id)
        .outerjoin(account, account.c.id == work_item.c.assignee_id)
    )


def _task_row(row: Row[Any]) -> TaskRow:
    return TaskRow(
        id=row.id, name=row.name, dossier_id=row.dossier_id, dossier_code=row.code, procedure_name=row.procedure_name,
        owner_name=row.owner_name, unit_id=row.unit_id, unit_name=row.unit_name,
        status=NationalStatus(row.national_status), clock=ClockState(row.clock), holder_id=row.assignee_id,
        holder_name=row.holder_name, created_at=row.created_at, due_at=row.due_at,
        dossier_due_at=row.dossier_due_at)
