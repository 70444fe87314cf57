"""Papers outside the centre: who has them, under whose permit, and which are not back in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, and_, or_, select

from engine.commands.permits import KEEPERS
from engine.domain.actor import Actor, Role
from engine.domain.dossier import FINAL, Dossier
from engine.domain.instance import WorkStatus
from engine.domain.permit import HOLDING, Permit, PermitState
from engine.queries.people import Person
from engine.store.dossier_tables import component, dossier
from engine.store.organisation_rows import as_permit
from engine.store.organisation_tables import permit
from engine.store.sight import OVERSEERS
from engine.store.tables import account, membership, work_item


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One permit as lists show it; `may_decide` and `may_keep` say what the reader may do with it."""

    permit: Permit
    dossier_code: str | None
    procedure_name: str
    holder_name: str
    asked_by: str
    papers: tuple[str, ...]
    overdue: bool
    may_decide: bool
    may_keep: bool


def permits(conn: Connection, actor: Actor, now: datetime) -> tuple[PermitRow, ...]:
    """Permits of the actor's units that still hold papers: overdue first, then by the day they are due back."""
    asked = _asked().where(permit.c.state.in_([state.value for state in HOLDING]))
    if not any(actor.has(role) for role in OVERSEERS):
        units = sorted(actor.unit_ids())
        asked = asked.where(or_(permit.c.unit_id.in_(units), dossier.c.competent.in_(units),
                                permit.c.holder_id == actor.id, permit.c.asked_by == actor.id))
    return _rows(conn, asked.order_by(permit.c.due_back_at, permit.c.id), actor, now)


def permits_of(conn: Connection, actor: Actor, dossier_id: str, now: datetime) -> tuple[PermitRow, ...]:
    """Every permit of a dossier, newest first; whoever asks has checked who may know."""
    asked = _asked().where(permit.c.dossier_id == dossier_id).order_by(permit.c.asked_at.desc(), permit.c.id)
    return _rows(conn, asked, actor, now)


def carriers(conn: Connection, actor: Actor, it: Dossier) -> tuple[Person, ...]:
    """Who could carry its papers: people of the units that have to do with it; nobody where the reader may not ask."""
    steps = select(work_item.c.unit_id).distinct().where(
        work_item.c.business_key == it.id, work_item.c.status == WorkStatus.OPEN.value)
    units = {it.competent, *conn.scalars(steps)}
    if it.national_status in FINAL or units.isdisjoint(actor.unit_ids()):
        return ()
    rows = conn.execute(
        select(account.c.id, account.c.login, account.c.name).distinct()
        .join(membership, membership.c.account_id == account.c.id)
        .where(account.c.active, membership.c.unit_id.in_([*units, it.received_by]))
        .order_by(account.c.name, account.c.id))
    return tuple(Person(row.id, row.login, row.name) for row in rows)


def papers_out(conn: Connection, dossier_id: str) -> frozenset[str]:
    """Keys of the papers that are outside the centre now."""
    rows = conn.scalars(select(permit.c.papers).where(
        and_(permit.c.dossier_id == dossier_id, permit.c.state == PermitState.OUT.value)))
    return frozenset(key for papers in rows for key in papers)


def _asked() -> Select[tuple[object, ...]]:
    holder, asker = account.alias("holder"), account.alias("asker")
    return (
        select(permit, dossier.c.code, dossier.c.procedure_name, holder.c.name.label("holder_name"),
               asker.c.name.label("asker_name"))
        .join(dossier, dossier.c.id == permit.c.dossier_id).join(holder, holder.c.id == permit.c.holder_id)
        .outerjoin(asker, asker.c.id == permit.c.asked_by))


def _rows(conn: Connection, asked: Select[tuple[object, ...]], actor: Actor, now: datetime) -> tuple[PermitRow, ...]:
    found = list(conn.execute(asked))
    names = {(row.dossier_id, row.key): row.name for row in conn.execute(
        select(component.c.dossier_id, component.c.key, component.c.name)
        .where(component.c.dossier_id.in_({row.dossier_id for row in found})))}
    return tuple(_row(row, names, actor, now) for row in found)


def _row(row: Row[tuple[object, ...]], names: dict[tuple[str, str], str], actor: Actor, now: datetime) -> PermitRow:
    it = as_permit(row)
    return PermitRow(
        permit=it, dossier_code=row.code, procedure_name=row.procedure_name, holder_name=row.holder_name,
        asked_by=row.asker_name or "", papers=tuple(names.get((it.dossier_id, key), key) for key in it.papers),
        overdue=it.overdue(now),
        may_decide=it.state is PermitState.ASKED and actor.has(Role.CENTRE_HEAD, it.unit_id),
        may_keep=it.state in (PermitState.APPROVED, PermitState.OUT)
        and any(actor.has(role, it.unit_id) for role in KEEPERS))
