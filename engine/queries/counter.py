"""The catalogue that people may apply for, and what the counter prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from engine.domain import procedure
from engine.domain.errors import NotFound
from engine.domain.procedure import SIDE, ProcedureFacts
from engine.store.tables import version
from engine.store.version_rows import in_force


@dataclass(frozen=True, slots=True)
class Offered:
    """A procedure as new dossiers follow it: its newest published version."""

    version_id: str
    number: int
    facts: ProcedureFacts
    decision_number: str
    published_at: datetime


def offered(conn: Connection, on: date) -> tuple[Offered, ...]:
    """Every procedure that can be applied for, by name; not what the system begins beside a dossier."""
    found = (each for each in map(_offered, conn.execute(_newest(on))) if each.facts.kind not in SIDE)
    return tuple(sorted(found, key=lambda each: (each.facts.field.vi, each.facts.name.vi)))


def offered_procedure(conn: Connection, slug: str, on: date) -> Offered:
    """One procedure that can be applied for, by its slug. Raises NotFound."""
    row = conn.execute(_newest(on).where(version.c.slug == slug)).one_or_none()
    found = _offered(row) if row else None
    if found is None or found.facts.kind in SIDE:
        raise NotFound(what="procedure", slug=slug)
    return found


def facts_of(conn: Connection, version_id: str) -> ProcedureFacts:
    """The facts of a published version, whether or not it is still in force. Raises NotFound."""
    facts = conn.execute(select(version.c.facts).where(version.c.id == version_id)).scalar_one_or_none()
    if facts is None:
        raise NotFound(what="version", id=version_id)
    return procedure.from_mapping(facts)


def _newest(on: date) -> Select[Any]:
    newest = (select(version.c.slug, func.max(version.c.number).label("number"))
              .where(in_force(on)).group_by(version.c.slug).subquery())
    columns = version.c.id, version.c.number, version.c.facts, version.c.decision_number, version.c.published_at
    return select(*columns).join(newest, (newest.c.slug == version.c.slug) & (newest.c.number == version.c.number))


def _offered(row: Row[Any]) -> Offered:
    return Offered(row.id, row.number, procedure.from_mapping(row.facts), row.decision_number or "", row.published_at)
