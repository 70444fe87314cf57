"""The follow-up book of a unit and year (form 06/07), and the control slip of one dossier (form 05/06)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from engine.commands.paper_data import common, control, local
from engine.domain.actor import Actor
from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.dossier import Dossier
from engine.domain.errors import NotFound
from engine.domain.organisation import Unit
from engine.domain.paper import Slip
from engine.queries.paging import Page, page_of
from engine.queries.people import as_unit
from engine.queries.tracking import own_instances
from engine.store.dossier_rows import as_dossier
from engine.store.dossier_tables import dossier, issued_number
from engine.store.paper_rows import SqlPaperRows
from engine.store.paper_tables import number_book
from engine.store.sight import OVERSEERS
from engine.store.tables import unit, work_item

MOST_EXPORTED = 20_000
BOOK_ENTRY = "register:"


@dataclass(frozen=True, slots=True)
class Volume:
    """Which part of the books: a unit, a year, and one month of it or 0 for all."""

    unit_id: str
    year: int
    month: int = 0

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first instant to the first one after, in Vietnam's zone."""
        first = datetime(self.year, self.month or 1, 1, tzinfo=VIETNAM)
        over = self.month in (0, 12)
        after = datetime(self.year + 1, 1, 1, tzinfo=VIETNAM) if over else first.replace(month=self.month + 1)
        return first.astimezone(UTC), after.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One line of the book. `ordinal` is the dossier's number in it, None for dossiers from before the books."""

    ordinal: int | None
    dossier: Dossier
    competent: str
    transferred_at: datetime | None


def volumes(conn: Connection, actor: Actor) -> tuple[Unit, ...]:
    """The units whose books the actor may read: his own, or all for overseers."""
    begun = select(number_book.c.agency_id).where(number_book.c.document_type == Slip.REGISTER.value)
    asked = select(unit).where(unit.c.id.in_(begun)).order_by(unit.c.code)
    if not _oversees(actor):
        asked = asked.where(unit.c.id.in_(sorted(actor.unit_ids())))
    return tuple(as_unit(row) for row in conn.execute(asked))


def register(conn: Connection, actor: Actor, volume: Volume, page: int) -> Page[RegisterEntry]:
    """One page of the book. Raises NotFound for a unit that is not the actor's."""
    return page_of(conn, _entries(actor, volume), page, _entry)


def whole_register(conn: Connection, actor: Actor, volume: Volume, most: int = MOST_EXPORTED) -> list[RegisterEntry]:
    """The book for export, at most so many lines."""
    return [_entry(row) for row in conn.execute(_entries(actor, volume).limit(most))]


def entries_named(conn: Connection, actor: Actor, dossier_ids: list[str]) -> list[RegisterEntry]:
    """The dossiers chosen for a handover note; those of other units are left out."""
    asked = _columns().where(dossier.c.id.in_(dossier_ids[:1000])).order_by(dossier.c.accepted_at, dossier.c.id)
    if not _oversees(actor):
        asked = asked.where(dossier.c.received_by.in_(sorted(actor.unit_ids())))
    return [_entry(row) for row in conn.execute(asked)]


def control_slip(conn: Connection, dossier_id: str, calendar_of: Callable[[str | None], WorkingCalendar],
                 now: datetime) -> dict[str, Any]:
    """The control slip as the history stands now. The caller has asked who may see the dossier."""
    it = as_dossier(conn.execute(select(dossier).where(dossier.c.id == dossier_id)).one())
    papers = SqlPaperRows(conn)
    units = papers.units([it.received_by, it.competent])
    holdings = papers.holdings(list(conn.scalars(own_instances(dossier_id))))
    asked = select(issued_number.c.number, issued_number.c.year).where(issued_number.c.key == BOOK_ENTRY + dossier_id)
    entry = conn.execute(asked).first()
    return {
        **common(it, units, it.received_by, now), **control(it, units, holdings, calendar_of),
        "received_at": local(it.accepted_at), "due_at": local(it.appointment_at),
        "year": entry.year if entry else now.astimezone(VIETNAM).year, "ordinal": entry.number if entry else "",
    }


def _entries(actor: Actor, volume: Volume) -> Select[Any]:
    if not _oversees(actor) and volume.unit_id not in actor.unit_ids():
        raise NotFound(what="register", unit=volume.unit_id)
    first, after = volume.span
    return _columns().where(
        dossier.c.received_by == volume.unit_id, dossier.c.accepted_at >= first, dossier.c.accepted_at < after,
    ).order_by(dossier.c.accepted_at, dossier.c.id)


def _columns() -> Select[Any]:
    transferred = select(func.min(work_item.c.created_at)).where(
        work_item.c.business_key == dossier.c.id, work_item.c.unit_id != dossier.c.received_by,
    ).correlate(dossier).scalar_subquery()
    return (select(dossier, unit.c.name.label("competent_name"), issued_number.c.number.label("ordinal"),
                   transferred.label("transferred_at"))
            .join(unit, unit.c.id == dossier.c.competent)
            .outerjoin(issued_number, and_(issued_number.c.key == BOOK_ENTRY + dossier.c.id)))


def _entry(row: Any) -> RegisterEntry:
    return RegisterEntry(row.ordinal, as_dossier(row), row.competent_name, row.transferred_at)


def _oversees(actor: Actor) -> bool:
    return any(each.role in OVERSEERS for each in actor.memberships)
