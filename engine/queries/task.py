"""One task and the dossier around it, as those may see it who work on it or answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, and_, case, func, or_, select, union_all

from engine.domain import clock_ledger, routing
from engine.domain.absence import Capacity
from engine.domain.actor import SIGNING, Actor, Role, StandIn
from engine.domain.application import OnlineFiling
from engine.domain.clock_ledger import ClockEvent, ClockKind
from engine.domain.dossier import Attachment, ComponentState, Dossier, DossierComponent
from engine.domain.errors import NotFound
from engine.domain.instance import WorkStatus
from engine.domain.organisation import Unit
from engine.domain.wording import Text
from engine.queries.instance import Tokens, tokens
from engine.queries.names import drawn
from engine.queries.paging import Page, first_of
from engine.queries.people import unit_by_id
from engine.queries.tracking import Milestone, milestones, own_instances
from engine.store.application_rows import as_filing
from engine.store.citizen_tables import online_filing
from engine.store.dossier_rows import as_dossier
from engine.store.dossier_tables import attachment, clock_event, component, dossier
from engine.store.sight import concerns, may_see, oversees
from engine.store.tables import account, instance, unit, variable, version, work_item

HIDDEN_VARIABLES = frozenset({"received_by", "channel"})


@dataclass(frozen=True, slots=True)
class Task:
    """A human step. `may_complete` and `may_reassign` say what the reader may do with it.

    `stands_in_for` names the colleague who is away and for whom the reader would do it.
    """

    id: str
    dossier_id: str
    instance_id: str
    version_id: str
    name: str
    lane: str
    role: Role
    unit_id: str
    unit_name: str
    status: WorkStatus
    form_key: str | None
    facts: Mapping[str, str]
    holder_id: str | None
    holder_name: str | None
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    done_by_name: str | None
    may_complete: bool
    may_reassign: bool
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Who had the dossier when: one human step, open, done or taken back."""

    id: str
    name: Text
    unit_name: str
    holder_name: str | None
    status: WorkStatus
    entered_at: datetime
    left_at: datetime | None
    due_at: datetime | None

    @property
    def late(self) -> bool:
        """True when the step took longer than its allotment."""
        return bool(self.left_at and self.due_at and self.left_at > self.due_at)


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """One event of the dossier's clock."""

    kind: ClockKind
    at: datetime
    actor_name: str


@dataclass(frozen=True, slots=True)
class DossierFile:
    """Everything about a dossier but its diagram."""

    dossier: Dossier
    receiving: Unit
    competent_name: str
    assisted_name: str
    submitted_by: str
    components: tuple[DossierComponent, ...]
    attachments: tuple[Attachment, ...]
    stages: tuple[Stage, ...]
    clock: tuple[ClockEntry, ...]
    milestones: tuple[Milestone, ...]
    filing: OnlineFiling | None = None


@dataclass(frozen=True, slots=True)
class DossierDiagram:
    """The diagram of the dossier's version with the tokens of all its instances."""

    diagram: bytes
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One line of a list of dossiers; `name` is the code, or the temporary reference of an online dossier."""

    dossier: Dossier
    competent_name: str
    name: str


def task(conn: Connection, actor: Actor, task_id: str) -> Task:
    """One human step. Raises NotFound when there is none or when the actor may not see its dossier."""
    holder, doer = account.alias("holder"), account.alias("doer")
    row = conn.execute(
        select(work_item, instance.c.version_id, dossier.c.slug, unit.c.name.label("unit_name"),
               holder.c.name.label("holder_name"), doer.c.name.label("done_by_name"))
        .join(instance, instance.c.id == work_item.c.instance_id)
        .outerjoin(dossier, dossier.c.id == work_item.c.business_key)
        .join(unit, unit.c.id == work_item.c.unit_id)
        .outerjoin(holder, holder.c.id == work_item.c.assignee_id)
        .outerjoin(doer, doer.c.id == work_item.c.done_by)
        .where(work_item.c.id == task_id)
    ).one_or_none()
    if row is None or not may_see(conn, actor, row.business_key):
        raise NotFound(what="task", id=task_id)
    return _task(row, actor)


def variables(conn: Connection, instance_id: str) -> Mapping[str, Any]:
    """What is known in this instance: earlier answers, and what other agencies sent."""
    rows = conn.execute(select(variable.c.key, variable.c.value).where(variable.c.instance_id == instance_id))
    return {row.key: row.value for row in rows}


def dossier_variables(conn: Connection, dossier_id: str) -> Mapping[str, Any]:
    """What any of its own instances knows; a later instance's word replaces an earlier one's."""
    rows = conn.execute(
        select(variable.c.key, variable.c.value)
        .where(variable.c.instance_id.in_(own_instances(dossier_id))).order_by(variable.c.at))
    return {row.key: row.value for row in rows if row.key not in HIDDEN_VARIABLES}


def answered_forms(conn: Connection, dossier_id: str) -> tuple[str, ...]:
    """The keys of the forms that officers have filled in, oldest first; a form answered twice stands twice."""
    rows = conn.execute(
        select(work_item.c.form_key)
        .where(work_item.c.instance_id.in_(own_instances(dossier_id)),
               work_item.c.status == WorkStatus.DONE.value, work_item.c.form_key.is_not(None))
        .order_by(work_item.c.done_at, work_item.c.id))
    return tuple(rows.scalars())


def dossier_file(conn: Connection, actor: Actor, dossier_id: str) -> DossierFile:
    """A dossier with its papers and its history. Raises NotFound when the actor may not see it."""
    row = conn.execute(select(dossier).where(dossier.c.id == dossier_id)).one_or_none()
    if row is None or not may_see(conn, actor, dossier_id):
        raise NotFound(what="dossier", id=dossier_id)
    it, receiving = as_dossier(row), unit_by_id(conn, row.received_by)
    assert receiving is not None, "a dossier's units are never deleted"
    names = _names(conn, it)
    return DossierFile(
        dossier=it, receiving=receiving, competent_name=names[it.competent], assisted_name=names[it.assisted_at],
        submitted_by=_person(conn, it.submitted_by), components=components(conn, dossier_id),
        attachments=attachments(conn, dossier_id), stages=_stages(conn, dossier_id), clock=_clock(conn, dossier_id),
        milestones=milestones(conn, dossier_id), filing=filing_of(conn, dossier_id))


def filing_of(conn: Connection, dossier_id: str) -> OnlineFiling | None:
    """What the applicant said when he sent it online; None for a dossier of the counter."""
    row = conn.execute(select(online_filing).where(online_filing.c.dossier_id == dossier_id)).one_or_none()
    return as_filing(row) if row else None


def dossier_diagram(conn: Connection, actor: Actor, dossier_id: str) -> DossierDiagram:
    """Where the dossier's tokens stand. Raises NotFound when the actor may not see it."""
    row = conn.execute(
        select(version.c.diagram).join(dossier, dossier.c.version_id == version.c.id).where(dossier.c.id == dossier_id)
    ).one_or_none()
    if row is None or not may_see(conn, actor, dossier_id):
        raise NotFound(what="dossier", id=dossier_id)
    ids = list(conn.scalars(own_instances(dossier_id)))
    return DossierDiagram(row.diagram, tokens(conn, ids, row.diagram))


def file_of(conn: Connection, actor: Actor, attachment_id: str) -> Attachment:
    """One file of a dossier. Raises NotFound when the actor may not see the dossier."""
    row = conn.execute(select(attachment).where(attachment.c.id == attachment_id)).one_or_none()
    if row is None or not may_see(conn, actor, row.dossier_id):
        raise NotFound(what="attachment", id=attachment_id)
    return Attachment(**row._mapping)


def dossiers(conn: Connection, actor: Actor, wanted: str, page: int) -> Page[DossierRow]:
    """Dossiers of the actor's units, newest first; `wanted` is part of a code or the owner's name.

    A whole code or reference finds its dossier alone, without a look at all the others.
    """
    asked = (
        select(dossier, unit.c.name.label("competent_name"), online_filing.c.reference)
        .join(unit, unit.c.id == dossier.c.competent)
        .outerjoin(online_filing, online_filing.c.dossier_id == dossier.c.id)
        .order_by(dossier.c.submitted_at.desc(), dossier.c.id.desc()))
    if not oversees(actor):
        asked = asked.where(concerns(actor))
    if wanted:
        named = first_of(conn, asked.where(dossier.c.id.in_(_named(wanted.upper()))), page, _dossier_row)
        if named.total:
            return named
        asked = asked.where(or_(dossier.c.code.contains(wanted, autoescape=True),
                                dossier.c.owner_name.icontains(wanted, autoescape=True)))
    return first_of(conn, asked, page, _dossier_row)


def _named(name: str) -> CompoundSelect[Any]:
    return union_all(select(dossier.c.id).where(dossier.c.code == name),
                     select(online_filing.c.dossier_id).where(online_filing.c.reference == name))


def _dossier_row(row: Row[Any]) -> DossierRow:
    return DossierRow(as_dossier(row), row.competent_name, row.code or row.reference or "")


def _task(row: Row[Any], actor: Actor) -> Task:
    role, is_open = Role(row.role), row.status == WorkStatus.OPEN.value
    mine = actor.has(role, row.unit_id)
    covered = [each for each in actor.standing_in
               if each.role is role and each.unit_id == row.unit_id and _covers(each, row.slug)]
    free = row.assignee_id in (None, actor.id, *(each.absence.account_id for each in covered))
    supervises = routing.supervises(actor, row.unit_id)
    return Task(
        id=row.id, dossier_id=row.business_key, instance_id=row.instance_id, version_id=row.version_id, name=row.name,
        lane=row.lane, role=role, unit_id=row.unit_id, unit_name=row.unit_name, status=WorkStatus(row.status),
        form_key=row.form_key, facts=row.facts, holder_id=row.assignee_id, holder_name=row.holder_name,
        created_at=row.created_at, due_at=row.due_at, done_at=row.done_at, done_by_name=row.done_by_name,
        may_complete=is_open and free and (mine or bool(covered)),
        stands_in_for="" if mine or not covered else covered[0].account_name,
        may_reassign=is_open and (supervises or actor.has(Role.PROCESS_ADMIN)))


def _covers(each: StandIn, slug: str | None) -> bool:
    """Of the arrangements of the day; which procedures, and whether the stand-in may sign."""
    absence = each.absence
    signs = each.role not in SIGNING or absence.capacity is not Capacity.NONE
    return signs and (not absence.procedures or slug in absence.procedures)


def _names(conn: Connection, it: Dossier) -> Mapping[str, str]:
    wanted = {it.received_by, it.competent, it.assisted_at}
    rows = conn.execute(select(unit.c.id, unit.c.name).where(unit.c.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _person(conn: Connection, account_id: str) -> str:
    return conn.execute(select(account.c.name).where(account.c.id == account_id)).scalar_one_or_none() or ""


def components(conn: Connection, dossier_id: str) -> tuple[DossierComponent, ...]:
    """The papers of a dossier in the order of its procedure; whoever asks has checked who may know."""
    rows = conn.execute(select(component).where(component.c.dossier_id == dossier_id).order_by(component.c.position))
    return tuple(DossierComponent(row.key, row.name, row.required, row.originals, row.copies, ComponentState(row.state))
                 for row in rows)


def attachments(conn: Connection, dossier_id: str) -> tuple[Attachment, ...]:
    """The files of a dossier, oldest first; whoever asks has checked who may know."""
    rows = conn.execute(select(attachment).where(attachment.c.dossier_id == dossier_id)
                        .order_by(attachment.c.uploaded_at, attachment.c.id))
    return tuple(Attachment(**row._mapping) for row in rows)


def _stages(conn: Connection, dossier_id: str) -> tuple[Stage, ...]:
    """Whoever completed a step had it; before that, whoever claimed it."""
    had = func.coalesce(work_item.c.done_by, work_item.c.assignee_id)
    rows = conn.execute(
        select(work_item.c.id, work_item.c.name, work_item.c.facts, work_item.c.status, work_item.c.created_at,
               work_item.c.done_at, work_item.c.due_at, unit.c.name.label("unit_name"),
               account.c.name.label("holder_name"))
        .join(unit, unit.c.id == work_item.c.unit_id)
        .outerjoin(account, account.c.id == had)
        .where(work_item.c.business_key == dossier_id)
        .order_by(work_item.c.created_at, work_item.c.id))
    return tuple(Stage(row.id, drawn(row.name, row.facts), row.unit_name, row.holder_name, WorkStatus(row.status),
                       row.created_at, row.done_at, row.due_at) for row in rows)


def ledger_of(conn: Connection, dossier_id: str) -> tuple[ClockEvent, ...]:
    """The events of a dossier's clock; whoever asks has checked who may know."""
    rows = conn.execute(select(clock_event).where(clock_event.c.dossier_id == dossier_id).order_by(clock_event.c.seq))
    return tuple(clock_ledger.from_row(dict(row)) for row in rows.mappings())


def _clock(conn: Connection, dossier_id: str) -> tuple[ClockEntry, ...]:
    who = case((account.c.name.is_not(None), account.c.name), else_="")
    rows = conn.execute(
        select(clock_event.c.kind, clock_event.c.at, who.label("actor_name"))
        .outerjoin(account, account.c.id == clock_event.c.actor_id)
        .where(and_(clock_event.c.dossier_id == dossier_id)).order_by(clock_event.c.seq))
    return tuple(ClockEntry(ClockKind(row.kind), row.at, row.actor_name) for row in rows)
