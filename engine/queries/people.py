"""Who may sign in, what roles they hold, and who could take over a task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from engine.domain.absence import Capacity
from engine.domain.actor import Actor, ActorKind, Membership, Role
from engine.domain.instance import WorkStatus
from engine.domain.organisation import Unit
from engine.store.organisation_rows import stand_ins_of
from engine.store.organisation_tables import absence, substitution
from engine.store.tables import account, membership, unit, work_item


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with an account, and the roles held at this moment.

    A session that carries another `session_epoch` has been ended by an administrator.
    """

    login: str
    active: bool
    session_epoch: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Duty:
    """One role held at one unit, with the unit's name for reading."""

    role: Role
    unit_id: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague as a list shows him."""

    id: str
    login: str
    name: str
    duties: tuple[Duty, ...] = ()


def account_by_id(conn: Connection, account_id: str, on: date | None = None) -> Account | None:
    """The account behind a session, or nothing when it is gone. `on` leaves only the stand-ins of that day."""
    row = conn.execute(select(account).where(account.c.id == account_id)).one_or_none()
    if row is None:
        return None
    kind = ActorKind(row.kind)
    standing_in = stand_ins_of(conn, row.id, on) if kind is ActorKind.STAFF else ()
    actor = Actor(row.id, row.name, kind, _memberships(conn, row.id), standing_in)
    return Account(row.login, row.active, row.session_epoch, actor)


def duties(conn: Connection, account_id: str) -> tuple[Duty, ...]:
    """The roles of one account, by unit."""
    return tuple(_duty(row) for row in conn.execute(_duties().where(membership.c.account_id == account_id)))


def demo_accounts(conn: Connection) -> tuple[Person, ...]:
    """Every officer who can sign in; only the sign-in page of a demonstration asks."""
    people = conn.execute(select(account).where(account.c.active, account.c.kind == ActorKind.STAFF.value)
                          .order_by(account.c.created_at, account.c.login))
    held: dict[str, list[Duty]] = {}
    for row in conn.execute(_duties()):
        held.setdefault(row.account_id, []).append(_duty(row))
    return tuple(Person(p.id, p.login, p.name, tuple(held.get(p.id, ()))) for p in people)


def colleagues(conn: Connection, unit_id: str, role: Role) -> tuple[Person, ...]:
    """Everybody who could hold a task of this role at this unit."""
    rows = conn.execute(
        select(account.c.id, account.c.login, account.c.name)
        .join(membership, membership.c.account_id == account.c.id)
        .where(membership.c.unit_id == unit_id, membership.c.role == role.value, account.c.active)
        .order_by(account.c.name)
    )
    return tuple(Person(row.id, row.login, row.name) for row in rows)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did a step and for whom: `KT`, `TL` or `TUQ` stand before the office of `signed_for` on what is printed."""

    name: str
    capacity: Capacity
    signed_for: str


def signature_of(conn: Connection, task_id: str) -> Signature | None:
    """How a completed step is signed; None while nobody has completed it. Papers ask this for `approve` steps."""
    doer, owner = account.alias("doer"), account.alias("owner")
    row = conn.execute(
        select(doer.c.name, substitution.c.capacity, owner.c.name.label("signed_for"))
        .select_from(work_item).join(doer, doer.c.id == work_item.c.done_by)
        .outerjoin(substitution, substitution.c.work_item_id == work_item.c.id)
        .outerjoin(absence, absence.c.id == substitution.c.absence_id)
        .outerjoin(owner, owner.c.id == absence.c.account_id)
        .where(work_item.c.id == task_id, work_item.c.status == WorkStatus.DONE.value)).one_or_none()
    if row is None:
        return None
    return Signature(row.name, Capacity(row.capacity or Capacity.NONE.value), row.signed_for or "")


def unit_by_id(conn: Connection, unit_id: str) -> Unit | None:
    """One organisation."""
    row = conn.execute(select(unit).where(unit.c.id == unit_id)).one_or_none()
    return as_unit(row) if row else None


def as_unit(row: Row[Any]) -> Unit:
    """An organisation from its row."""
    return Unit(row.id, row.code, row.name, row.kind, row.level, row.parent_id, row.address, row.phone)


def _memberships(conn: Connection, account_id: str) -> frozenset[Membership]:
    rows = conn.execute(
        select(membership.c.unit_id, membership.c.role).where(membership.c.account_id == account_id)
    )
    return frozenset(Membership(row.unit_id, Role(row.role)) for row in rows)


def _duties() -> Select[tuple[str, str, str, str]]:
    return (
        select(membership.c.account_id, membership.c.role, membership.c.unit_id, unit.c.name)
        .join(unit, unit.c.id == membership.c.unit_id)
        .order_by(unit.c.code, membership.c.role)
    )


def _duty(row: Row[tuple[str, str, str, str]]) -> Duty:
    return Duty(Role(row.role), row.unit_id, row.name)


def actor_by_login(conn: Connection, login: str) -> Actor | None:
    """An active account as an actor; None for an unknown login."""
    account_id = conn.scalar(select(account.c.id).where(account.c.login == login.strip().lower(), account.c.active))
    found = account_by_id(conn, account_id) if account_id else None
    return found.actor if found else None
