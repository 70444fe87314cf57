"""Papers and results of a dossier, and what anybody may learn of a document he holds in his hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from engine.domain.actor import Actor
from engine.domain.errors import NotFound
from engine.domain.paper import Paper, Result, Revocation
from engine.store.dossier_tables import dossier
from engine.store.paper_rows import as_paper, as_result
from engine.store.paper_tables import paper, result
from engine.store.sight import may_see
from engine.store.tables import unit

LONGEST_CODE = 80


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the register without anybody's name. `sha256` is that of the copy kept here."""

    name: str
    number: str
    agency: str
    code: str
    issued_at: datetime
    path: str | None
    sha256: str | None
    replaced: bool = False
    revocation: Revocation | None = None


def papers_of(conn: Connection, dossier_id: str) -> tuple[Paper, ...]:
    """Slips in the order of issue, replaced ones included. The caller has asked who may see the dossier."""
    rows = conn.execute(select(paper).where(paper.c.dossier_id == dossier_id).order_by(paper.c.issued_at, paper.c.id))
    return tuple(as_paper(row) for row in rows)


def results_of(conn: Connection, dossier_id: str) -> tuple[Result, ...]:
    """Results in order, revoked ones included; there are none before the dossier was completed."""
    rows = conn.execute(select(result).where(result.c.dossier_id == dossier_id).order_by(result.c.ordinal))
    return tuple(as_result(row) for row in rows)


def paper_for(conn: Connection, actor: Actor, paper_id: str) -> Paper:
    """One slip for whoever may see its dossier. Raises NotFound."""
    row = conn.execute(select(paper).where(paper.c.id == paper_id)).first()
    if row is None or not entitled(conn, actor, row.dossier_id):
        raise NotFound(what="paper", id=paper_id)
    return as_paper(row)


def result_for(conn: Connection, actor: Actor, result_id: str) -> Result:
    """One result for whoever may see its dossier. Raises NotFound."""
    row = conn.execute(select(result).where(result.c.id == result_id)).first()
    if row is None or not entitled(conn, actor, row.dossier_id):
        raise NotFound(what="result", id=result_id)
    return as_result(row)


def entitled(conn: Connection, actor: Actor, dossier_id: str) -> bool:
    """Officials of the units concerned, and whoever filed the dossier."""
    filed_by = conn.scalar(select(dossier.c.submitted_by).where(dossier.c.id == dossier_id))
    return filed_by == actor.id or may_see(conn, actor, dossier_id)


def unprinted(conn: Connection, since: datetime, before: datetime, limit: int) -> list[tuple[str, str]]:
    """A sample of what was issued between two instants, holds and has no file: the job that makes it, and the id."""
    def of(table: Table, held: ColumnElement[bool]) -> list[str]:
        lacking = select(table.c.id).where(table.c.path.is_(None), held, table.c.issued_at.between(since, before))
        return list(conn.scalars(lacking.order_by(func.random()).limit(limit)))

    papers = [("render_paper", each) for each in of(paper, paper.c.replaced_by.is_(None))]
    return papers + [("render_result", each) for each in of(result, result.c.revoked_at.is_(None))]


def document_by_code(conn: Connection, code: str) -> Document | None:
    """The result with this code (`‹dossier code›-KQ(n)`)."""
    row = conn.execute(
        select(result, unit.c.name.label("agency")).join(unit, unit.c.id == result.c.agency_id)
        .where(result.c.code == code[:LONGEST_CODE])).first()
    return _result_document(as_result(row), row.agency) if row else None


def document_by_hash(conn: Connection, sha256: str) -> Document | None:
    """The document whose kept copy is this very file."""
    row = conn.execute(
        select(result, unit.c.name.label("agency")).join(unit, unit.c.id == result.c.agency_id)
        .where(result.c.sha256 == sha256)).first()
    if row:
        return _result_document(as_result(row), row.agency)
    row = conn.execute(
        select(paper, unit.c.name.label("agency")).join(unit, unit.c.id == paper.c.agency_id)
        .where(paper.c.sha256 == sha256)).first()
    if row is None:
        return None
    it = as_paper(row)
    return Document(it.slip.value, it.label, row.agency, str(it.data.get("code") or ""), it.issued_at, row.path,
                    row.sha256, replaced=it.replaced_by is not None)


def _result_document(it: Result, agency: str) -> Document:
    kept = it.print
    return Document(it.name, str(it.data["number"]), agency, it.code, it.issued_at, kept.path if kept else None,
                    kept.sha256 if kept else None, revocation=it.revocation)
