"""What waits for a person: by default what falls due first, and overdue before everything else.

One calendar reckons all due dates of a unit, so the order of due dates is the order of remaining working time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, false, func, nulls_last, or_, select, true

from engine.domain.absence import Capacity
from engine.domain.actor import SIGNING, Actor, Role, StandIn
from engine.domain.clock_ledger import ClockState
from engine.domain.dossier import NationalStatus
from engine.domain.instance import WorkStatus
from engine.domain.wording import Text
from engine.queries.names import drawn
from engine.queries.paging import Page, first_of
from engine.store.citizen_tables import online_filing
from engine.store.dossier_tables import dossier
from engine.store.supplement_tables import supplement_request
from engine.store.tables import account, instance, unit, work_item

HALTED = (NationalStatus.PAYMENT_REQUESTED, NationalStatus.WITHDRAWAL_REQUESTED)
"""The applicant has the next word; the work waits with the dossier, as it does while a supplement is unanswered."""


class View(Enum):
    """Which part of the work is shown."""

    MINE = "mine"
    UNIT = "unit"
    HALTED = "halted"
    SOON = "soon"
    OVERDUE = "overdue"
    DONE = "done"


class Sort(Enum):
    """In which order open work is shown; what has no due date comes last in each."""

    DUE_FIRST = "due_first"
    DUE_LAST = "due_last"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filter:
    """Narrows a worklist. `procedure` is a slug, `step` the name of a step; empty means all.

    `now` and `soon_until` (the end of the next working day's time) decide what is overdue and what is due soon.
    """

    view: View = View.UNIT
    procedure: str = ""
    step: str = ""
    page: int = 1
    now: datetime | None = None
    soon_until: datetime | None = None
    sort: Sort = Sort.DUE_FIRST


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a worklist. `due_at` is the step's, `dossier_due_at` the promise to the applicant.

    `dossier_code` is the temporary reference while an online dossier has none.

    `stands_in_for` names the colleague who is away and whose work it is; empty for one's own.
    """

    id: str
    name: Text
    dossier_id: str
    dossier_code: str | None
    version_id: str
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
    done_at: datetime | None = None
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits, for the figures above the list. `steps` counts by (slug, procedure name, step name).

    `versions` has a version of each slug, `drawn_in` one whose diagram has the step, for their English names.
    """

    mine: int
    unit: int
    halted: int
    soon: int
    overdue: int
    steps: Mapping[tuple[str, str, str], int]
    versions: Mapping[str, str]
    drawn_in: Mapping[str, str]


def tasks(conn: Connection, actor: Actor, wanted: Filter) -> Page[TaskRow]:
    """One page of the open tasks this actor may work on, or of those he has done."""
    asked = _rows().where(_in_view(actor, wanted))
    if wanted.procedure:
        asked = asked.where(dossier.c.slug == wanted.procedure)
    if wanted.step:
        asked = asked.where(work_item.c.name == wanted.step)
    return first_of(conn, asked.order_by(*_order(wanted)), wanted.page, lambda row: _task_row(row, actor))


def load(conn: Connection, actor: Actor, now: datetime, soon_until: datetime | None = None) -> Load:
    """The figures of this actor's work, in one pass over the open tasks."""
    follows = instance.alias("follows")
    groups = conn.execute(
        select(dossier.c.slug, dossier.c.procedure_name, work_item.c.name, func.count().label("number"),
               func.max(dossier.c.version_id).label("version_id"), func.max(follows.c.version_id).label("drawn_in"),
               _count_of(_in_hand(actor)).label("mine"),
               _count_of(_halted()).label("halted"),
               _count_of(_soon(now, soon_until)).label("soon"),
               _count_of(and_(work_item.c.due_at < now, ~_halted())).label("overdue"))
        .join(dossier, dossier.c.id == work_item.c.business_key)
        .join(follows, follows.c.id == work_item.c.instance_id)
        .where(_open(actor))
        .group_by(dossier.c.slug, dossier.c.procedure_name, work_item.c.name)
        .order_by(dossier.c.procedure_name, work_item.c.name)
    ).all()
    return Load(
        mine=sum(row.mine for row in groups), unit=sum(row.number - row.halted for row in groups),
        halted=sum(row.halted for row in groups), soon=sum(row.soon for row in groups),
        overdue=sum(row.overdue for row in groups),
        steps={(row.slug, row.procedure_name, row.name): row.number for row in groups},
        versions={row.slug: row.version_id for row in groups}, drawn_in={row.name: row.drawn_in for row in groups})


def same_step(conn: Connection, actor: Actor, task_ids: Sequence[str]) -> tuple[TaskRow, ...]:
    """Of these tasks, those that are open and the actor's to work on, in the order of the worklist."""
    asked = _rows().where(_open(actor), work_item.c.id.in_(task_ids))
    rows = conn.execute(asked.order_by(*_order(Filter())))
    return tuple(_task_row(row, actor) for row in rows)


def entitled(actor: Actor) -> ColumnElement[bool]:
    """Work of a role at a unit where the actor holds that role, and work of colleagues for whom he stands in."""
    roles: dict[str, set[Role]] = {}
    for membership in actor.memberships:
        roles.setdefault(membership.unit_id, set()).add(membership.role)
    own = (_at(unit_id, held) for unit_id, held in sorted(roles.items()))
    return or_(false(), *own, *(_for_colleague(each) for each in actor.standing_in))


def _at(unit_id: str, roles: set[Role]) -> ColumnElement[bool]:
    return and_(work_item.c.unit_id == unit_id, work_item.c.role.in_(sorted(role.value for role in roles)))


def _for_colleague(each: StandIn) -> ColumnElement[bool]:
    """Who reads the actor has chosen the arrangements of the day; here only procedures and signing are left."""
    absence = each.absence
    if each.role in SIGNING and absence.capacity is Capacity.NONE:
        return false()
    wanted = dossier.c.slug.in_(absence.procedures) if absence.procedures else true()
    free = or_(work_item.c.assignee_id.is_(None),
               work_item.c.assignee_id.in_([absence.account_id, absence.stand_in_id]))
    return and_(_at(each.unit_id, {each.role}), wanted, free)


def _open(actor: Actor) -> ColumnElement[bool]:
    return and_(work_item.c.status == WorkStatus.OPEN.value, entitled(actor))


def _in_view(actor: Actor, wanted: Filter) -> ColumnElement[bool]:
    match wanted.view:
        case View.DONE:
            return and_(work_item.c.status == WorkStatus.DONE.value, work_item.c.done_by == actor.id)
        case View.MINE:
            return and_(_open(actor), _in_hand(actor))
        case View.HALTED:
            return and_(_open(actor), _halted())
        case View.SOON:
            return and_(_open(actor), _soon(wanted.now, wanted.soon_until))
        case View.OVERDUE:
            return and_(_open(actor), work_item.c.due_at < wanted.now if wanted.now else false(), ~_halted())
    return and_(_open(actor), ~_halted())


def _order(wanted: Filter) -> tuple[ColumnElement[Any], ...]:
    """Always complete: two rows that tie would otherwise change places between two pages."""
    if wanted.view is View.DONE:
        return work_item.c.done_at.desc(), work_item.c.id.desc()
    match wanted.sort:
        case Sort.DUE_LAST:
            return nulls_last(work_item.c.due_at.desc()), work_item.c.created_at.desc(), work_item.c.id.desc()
        case Sort.NEWEST:
            return work_item.c.created_at.desc(), work_item.c.id.desc()
    return nulls_last(work_item.c.due_at.asc()), work_item.c.created_at, work_item.c.id


def _in_hand(actor: Actor) -> ColumnElement[bool]:
    """In the actor's own hands, or in those of a colleague for whom he stands in."""
    return work_item.c.assignee_id.in_([actor.id, *sorted({each.absence.account_id for each in actor.standing_in})])


def _soon(now: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    if now is None or until is None:
        return false()
    return and_(work_item.c.due_at >= now, work_item.c.due_at <= until, ~_halted())


def _halted() -> ColumnElement[bool]:
    """A request that the applicant has answered halts nothing any more: the officer has the next word.

    Nor does a dossier that rests halt what runs beside it: the decision on its withdrawal is what it waits for.
    """
    unanswered = (select(supplement_request.c.id)
                  .where(supplement_request.c.dossier_id == dossier.c.id, supplement_request.c.answered_at.is_(None))
                  .exists())
    asked = dossier.c.national_status == int(NationalStatus.SUPPLEMENT_REQUESTED)
    own = select(instance.c.version_id).where(instance.c.id == work_item.c.instance_id).scalar_subquery()
    return and_(or_(dossier.c.national_status.in_([int(status) for status in HALTED]), and_(asked, unanswered)),
                dossier.c.version_id == own)


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _rows() -> Select[Any]:
    return (
        select(work_item.c.id, work_item.c.name, work_item.c.facts, work_item.c.unit_id, work_item.c.assignee_id,
               work_item.c.created_at, work_item.c.due_at, work_item.c.role, work_item.c.done_at, dossier.c.slug,
               dossier.c.id.label("dossier_id"), func.coalesce(dossier.c.code, online_filing.c.reference).label("code"),
               dossier.c.procedure_name, dossier.c.version_id, dossier.c.owner_name, dossier.c.national_status,
               dossier.c.clock, dossier.c.due_at.label("dossier_due_at"), unit.c.name.label("unit_name"),
               account.c.name.label("holder_name"))
        .join(dossier, dossier.c.id == work_item.c.business_key)
        .join(unit, unit.c.id == work_item.c.unit_id)
        .outerjoin(account, account.c.id == work_item.c.assignee_id)
        .outerjoin(online_filing, online_filing.c.dossier_id == dossier.c.id)
    )


def _task_row(row: Row[Any], actor: Actor) -> TaskRow:
    return TaskRow(
        id=row.id, name=drawn(row.name, row.facts), dossier_id=row.dossier_id, dossier_code=row.code,
        version_id=row.version_id, procedure_name=row.procedure_name, owner_name=row.owner_name, unit_id=row.unit_id,
        unit_name=row.unit_name,
        status=NationalStatus(row.national_status), clock=ClockState(row.clock), holder_id=row.assignee_id,
        holder_name=row.holder_name, created_at=row.created_at, due_at=row.due_at,
        dossier_due_at=row.dossier_due_at, done_at=row.done_at,
        stands_in_for=_whose(actor, Role(row.role), row.unit_id, row.slug))


def _whose(actor: Actor, role: Role, unit_id: str, slug: str) -> str:
    if actor.has(role, unit_id):
        return ""
    covered = (each for each in actor.standing_in if each.role is role and each.unit_id == unit_id
               and (not each.absence.procedures or slug in each.absence.procedures))
    return next((each.account_name for each in covered), "")
