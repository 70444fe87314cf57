"""The administration as its administrators see it: units and routes, absences, shared work, unclear competence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, and_, false, not_, or_, select

from engine.domain.absence import Absence
from engine.domain.actor import SIGNING, Actor, Role
from engine.domain.organisation import Unit
from engine.queries.people import Person
from engine.store.dossier_tables import dossier
from engine.store.organisation_rows import as_absence
from engine.store.organisation_tables import absence, assignment_rule, dispatch
from engine.store.tables import account, membership, route, unit


@dataclass(frozen=True, slots=True)
class RoutedUnit:
    """A unit with what its routes mean: agency key -> the unit competent for dossiers received here."""

    unit: Unit
    routes: Mapping[str, Unit]


@dataclass(frozen=True, slots=True)
class PlannedAbsence:
    """An arrangement with the names of both."""

    absence: Absence
    account_name: str
    stand_in_name: str


@dataclass(frozen=True, slots=True)
class Undispatched:
    """A dossier that waits until somebody says who is competent for `agencies`."""

    dossier_id: str
    procedure_name: str
    owner_name: str
    received_at: str
    received_by: str
    since: datetime
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedRole:
    """A role that somebody holds at a unit, and whether its new work is shared out by load."""

    unit_id: str
    unit_name: str
    role: Role
    people: int
    shared: bool


def units(conn: Connection) -> tuple[Unit, ...]:
    """Every unit by its code."""
    return tuple(Unit(row.id, row.code, row.name, row.kind, row.level, row.parent_id, row.address, row.phone)
                 for row in conn.execute(select(unit).order_by(unit.c.code)))


def routed_units(conn: Connection) -> tuple[RoutedUnit, ...]:
    """Every unit with its routes."""
    every = {each.id: each for each in units(conn)}
    routes: dict[str, dict[str, Unit]] = {}
    for row in conn.execute(select(route).order_by(route.c.unit_id, route.c.agency_key)):
        routes.setdefault(row.unit_id, {})[row.agency_key] = every[row.target_unit_id]
    return tuple(RoutedUnit(each, routes.get(each.id, {})) for each in every.values())


def agency_keys(conn: Connection) -> tuple[str, ...]:
    """Every key that some unit can route, for suggestions."""
    return tuple(conn.scalars(select(route.c.agency_key).distinct().order_by(route.c.agency_key)))


def planned_absences(conn: Connection, actor: Actor, on: date) -> tuple[PlannedAbsence, ...]:
    """Arrangements that hold on that day or later, of the people the actor answers for, soonest first."""
    away, stand_in = account.alias("away"), account.alias("stand_in")
    asked = (
        select(absence, away.c.name.label("away_name"), stand_in.c.name.label("stand_in_name"))
        .join(away, away.c.id == absence.c.account_id).join(stand_in, stand_in.c.id == absence.c.stand_in_id)
        .where(absence.c.ended_at.is_(None), absence.c.ends_on >= on, absence.c.account_id.in_(_answered_for(actor)))
        .order_by(absence.c.starts_on, away.c.name))
    return tuple(PlannedAbsence(as_absence(row), row.away_name, row.stand_in_name) for row in conn.execute(asked))


def staff(conn: Connection, actor: Actor | None = None) -> tuple[Person, ...]:
    """Active people with a role, by name; with an actor only those he answers for."""
    asked = (select(account.c.id, account.c.login, account.c.name).distinct()
             .join(membership, membership.c.account_id == account.c.id).where(account.c.active)
             .order_by(account.c.name, account.c.id))
    if actor is not None:
        asked = asked.where(account.c.id.in_(_answered_for(actor)))
    return tuple(Person(row.id, row.login, row.name) for row in conn.execute(asked))


def shared_roles(conn: Connection) -> tuple[SharedRole, ...]:
    """Every role that more than one person holds at a unit, by unit."""
    rules = {(row.unit_id, row.role) for row in conn.execute(select(assignment_rule))}
    held: dict[tuple[str, str, str], int] = {}
    for row in conn.execute(
            select(unit.c.id, unit.c.name, membership.c.role).join(membership, membership.c.unit_id == unit.c.id)
            .join(account, account.c.id == membership.c.account_id).where(account.c.active)
            .order_by(unit.c.code, membership.c.role)):
        held[row.id, row.name, row.role] = held.get((row.id, row.name, row.role), 0) + 1
    return tuple(SharedRole(unit_id, name, Role(role), people, (unit_id, role) in rules)
                 for (unit_id, name, role), people in held.items() if people > 1 or (unit_id, role) in rules)


def undispatched(conn: Connection, actor: Actor) -> tuple[Undispatched, ...]:
    """Dossiers of unclear competence that the actor may dispatch, the longest waiting first."""
    asked = (
        select(dispatch, dossier.c.procedure_name, dossier.c.owner_name, dossier.c.received_by, unit.c.name)
        .join(dossier, dossier.c.id == dispatch.c.dossier_id).join(unit, unit.c.id == dossier.c.received_by)
        .where(dispatch.c.decided_at.is_(None)).order_by(dispatch.c.since, dispatch.c.dossier_id))
    if not actor.has(Role.PROCESS_ADMIN):
        led = sorted(m.unit_id for m in actor.memberships if m.role is Role.CENTRE_HEAD)
        asked = asked.where(dossier.c.received_by.in_(led))
    return tuple(Undispatched(row.dossier_id, row.procedure_name, row.owner_name, row.name, row.received_by, row.since,
                              tuple(row.agencies)) for row in conn.execute(asked))


def waits_for_competence(conn: Connection, dossier_id: str) -> bool:
    """True while nobody has said who is competent."""
    return conn.execute(select(dispatch.c.dossier_id).where(
        dispatch.c.dossier_id == dossier_id, dispatch.c.decided_at.is_(None))).first() is not None


def _answered_for(actor: Actor) -> Select[tuple[str]]:
    """Those of `Actor.answers_for`, as a question to the database."""
    people = select(membership.c.account_id)
    if actor.has(Role.PROCESS_ADMIN) or actor.has(Role.SYS_ADMIN):
        return people
    unit_id, role, own = membership.c.unit_id, membership.c.role, [m for m in actor.memberships if m.role in SIGNING]
    same = or_(false(), *(and_(unit_id == m.unit_id, role == m.role.value) for m in own))
    led = sorted({m.unit_id for m in own})
    signs = role.in_(sorted(each.value for each in SIGNING))
    beyond = select(membership.c.account_id).where(or_(unit_id.not_in(led), and_(signs, not_(same))))
    return people.where(unit_id.in_(led), or_(
        membership.c.account_id == actor.id, membership.c.account_id.not_in(beyond)))
