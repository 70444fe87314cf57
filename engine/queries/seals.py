"""The register of seals, who keeps them and kept them, and the log of their use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from engine.domain.actor import Actor
from engine.domain.organisation import Unit
from engine.domain.paper import SealKind
from engine.queries.paging import Page, page_of
from engine.queries.people import unit_by_id
from engine.store.dossier_tables import dossier
from engine.store.paper_tables import seal, seal_handover, seal_use
from engine.store.sight import OVERSEERS
from engine.store.tables import account, unit


@dataclass(frozen=True, slots=True)
class SealRow:
    """One seal; `uses` counts the documents it was set under."""

    id: str
    owner: str
    kind: SealKind
    sign: str
    keeper_id: str
    keeper: str
    registered_at: datetime
    uses: int


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A seal passed from one keeper to another."""

    sign: str
    owner: str
    giver: str
    receiver: str
    at: datetime
    minutes: str


@dataclass(frozen=True, slots=True)
class UseRow:
    """One line of the log of a seal."""

    owner: str
    sign: str
    document: str
    dossier_id: str
    dossier_code: str
    clerk: str
    at: datetime


_KEEPER = unit.alias("keeper")


def seals(conn: Connection, actor: Actor) -> tuple[SealRow, ...]:
    """Seals that the actor's units own or keep."""
    uses = select(func.count()).where(seal_use.c.seal_id == seal.c.id).correlate(seal).scalar_subquery()
    asked = (select(seal, unit.c.name.label("owner"), _KEEPER.c.name.label("keeper"), uses.label("uses"))
             .join(unit, unit.c.id == seal.c.owner_unit).join(_KEEPER, _KEEPER.c.id == seal.c.keeper_unit))
    rows = conn.execute(_mine(asked, actor).order_by(unit.c.code, seal.c.kind, seal.c.sign))
    return tuple(SealRow(row.id, row.owner, SealKind(row.kind), row.sign, row.keeper_unit, row.keeper,
                         row.registered_at, row.uses) for row in rows)


def handovers(conn: Connection, actor: Actor) -> tuple[HandoverRow, ...]:
    """Changes of keepers, newest first."""
    receiver = unit.alias("receiver")
    asked = (select(seal_handover, seal.c.sign, unit.c.name.label("owner"), _KEEPER.c.name.label("giver"),
                    receiver.c.name.label("receiver"))
             .join(seal, seal.c.id == seal_handover.c.seal_id).join(unit, unit.c.id == seal.c.owner_unit)
             .join(_KEEPER, _KEEPER.c.id == seal_handover.c.from_unit)
             .join(receiver, receiver.c.id == seal_handover.c.to_unit))
    rows = conn.execute(_mine(asked, actor).order_by(seal_handover.c.handed_at.desc()))
    return tuple(HandoverRow(row.sign, row.owner, row.giver, row.receiver, row.handed_at, row.minutes) for row in rows)


def uses(conn: Connection, actor: Actor, page: int) -> Page[UseRow]:
    """The log, newest first."""
    asked = (select(seal_use, seal.c.sign, unit.c.name.label("owner"), account.c.name.label("clerk"), dossier.c.code)
             .join(seal, seal.c.id == seal_use.c.seal_id).join(unit, unit.c.id == seal.c.owner_unit)
             .join(dossier, dossier.c.id == seal_use.c.dossier_id)
             .outerjoin(account, account.c.id == seal_use.c.used_by))
    ordered = _mine(asked, actor).order_by(seal_use.c.used_at.desc(), seal_use.c.id.desc())
    return page_of(conn, ordered, page, lambda row: UseRow(
        row.owner, row.sign, row.document, row.dossier_id, row.code or "", row.clerk or "", row.used_at))


def all_units(conn: Connection) -> tuple[Unit, ...]:
    """Every unit that may keep a seal or be given a block of numbers."""
    ids = conn.execute(select(unit.c.id).order_by(unit.c.code)).scalars().all()
    return tuple(filter(None, (unit_by_id(conn, each) for each in ids)))


def _mine(asked: Select[Any], actor: Actor) -> Select[Any]:
    if any(each.role in OVERSEERS for each in actor.memberships):
        return asked
    units = sorted(actor.unit_ids())
    return asked.where(or_(seal.c.owner_unit.in_(units), seal.c.keeper_unit.in_(units)))
