"""Books of numbers as their keepers see them: how far each has come, blocks set aside, numbers that nobody bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from engine.domain.actor import Actor
from engine.domain.calendar import VIETNAM
from engine.queries.paging import Page, page_of
from engine.store.paper_tables import number_block, number_book, number_gap
from engine.store.sight import OVERSEERS
from engine.store.tables import account, unit


@dataclass(frozen=True, slots=True)
class BookRow:
    """One book. `last` is the last number given or set aside."""

    agency_id: str
    agency: str
    document_type: str
    year: int
    last: int
    gap_free: bool


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block that a place still takes from."""

    id: str
    agency: str
    document_type: str
    year: int
    place: str
    first: int
    last: int
    following: int
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class GapRow:
    """A number on no document, and why; `by` is a name, or empty for the engine."""

    agency: str
    document_type: str
    year: int
    number: int
    reason: str
    logged_at: datetime
    by: str


def books(conn: Connection, actor: Actor, page: int) -> Page[BookRow]:
    """Books of the actor's units, the newest year first."""
    asked = _mine(select(number_book, unit.c.name).join(unit, unit.c.id == number_book.c.agency_id), number_book, actor)
    ordered = asked.order_by(number_book.c.year.desc(), unit.c.code, number_book.c.document_type)
    return page_of(conn, ordered, page, lambda row: BookRow(
        row.agency_id, row.name, row.document_type, row.year, row.value, row.gap_free))


def blocks(conn: Connection, actor: Actor) -> tuple[BlockRow, ...]:
    """Blocks still open in books of the actor's units or set aside for them."""
    place = unit.alias("place")
    asked = (select(number_block, unit.c.name, place.c.name.label("place_name"))
             .join(unit, unit.c.id == number_block.c.agency_id).join(place, place.c.id == number_block.c.place)
             .where(number_block.c.closed_at.is_(None)))
    rows = conn.execute(_mine(asked, number_block, actor).order_by(number_block.c.expires_at))
    return tuple(BlockRow(row.id, row.name, row.document_type, row.year, row.place_name, row.first, row.last,
                          row.following, row.reason, row.expires_at) for row in rows)


def gaps(conn: Connection, actor: Actor, page: int) -> Page[GapRow]:
    """The log of gaps, newest first."""
    asked = (select(number_gap, unit.c.name, account.c.name.label("logger"))
             .join(unit, unit.c.id == number_gap.c.agency_id)
             .outerjoin(account, account.c.id == number_gap.c.logged_by))
    ordered = _mine(asked, number_gap, actor).order_by(number_gap.c.logged_at.desc(), number_gap.c.number.desc())
    return page_of(conn, ordered, page, lambda row: GapRow(
        row.name, row.document_type, row.year, row.number, row.reason, row.logged_at, row.logger or ""))


def over(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Open blocks from which no number can come any more: their time is over, or the year of their book."""
    year = now.astimezone(VIETNAM).year
    asked = select(number_block.c.id).where(
        number_block.c.closed_at.is_(None), or_(number_block.c.expires_at <= now, number_block.c.year < year))
    return list(conn.scalars(asked.order_by(number_block.c.first).limit(limit)))


def _mine(asked: Select[Any], table: Any, actor: Actor) -> Select[Any]:
    if any(each.role in OVERSEERS for each in actor.memberships):
        return asked
    return asked.where(table.c.agency_id.in_(sorted(actor.unit_ids())))
