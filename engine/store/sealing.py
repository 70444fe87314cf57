"""Everything that signing one result needs, gathered from papers, steps, files and seals."""

from __future__ import annotations

import sqlalchemy as sa

from engine.domain.paper import OWN_FILE, DoneStep, Result, Sealing
from engine.store.dossier_tables import attachment, dossier
from engine.store.paper_rows import APPROVING, SEALING, SqlPaperRows, as_result
from engine.store.paper_tables import result
from engine.store.seal_rows import SqlSealRows
from engine.store.tables import instance, unit


def sealing(connection: sa.Connection, result_id: str) -> Sealing | None:
    """None for an unknown result."""
    row = connection.execute(
        sa.select(result, unit.c.name.label("unit_name")).join(unit, unit.c.id == result.c.agency_id)
        .where(result.c.id == result_id)).first()
    if row is None:
        return None
    it, papers, seals = as_result(row), SqlPaperRows(connection), SqlSealRows(connection)
    own = _own_instances(connection, it.dossier_id)
    approved, sealed = (papers.last_done(own, kind, it.agency_id) for kind in (APPROVING, SEALING))
    return Sealing(
        it, row.unit_name, approver=str(it.data.get("signer") or ""),
        clerk_id=sealed.account_id if sealed else "", clerk_unit=sealed.unit_id if sealed else "",
        seal=seals.kept_for(it.agency_id, sealed.unit_id) if sealed else None, first=not seals.has_any(it.agency_id),
        own_file=_own_file(connection, it, approved))


def _own_instances(connection: sa.Connection, dossier_id: str) -> list[str]:
    """Whoever approves an apology or a withdrawal that runs beside the dossier has not approved its result."""
    own = sa.and_(dossier.c.id == instance.c.business_key, dossier.c.version_id == instance.c.version_id)
    return list(connection.scalars(sa.select(instance.c.id).join(dossier, own).where(dossier.c.id == dossier_id)))


def _own_file(connection: sa.Connection, it: Result, approved: DoneStep | None) -> str:
    """The newest upload that the approver can have seen; his name goes under nothing that came later.

    It belongs to the first result that holds; what was uploaded before a revocation went with it.
    """
    mine = result.c.dossier_id == it.dossier_id
    first, revoked_at = connection.execute(sa.select(
        sa.func.min(sa.case((result.c.revoked_at.is_(None), result.c.ordinal))), sa.func.max(result.c.revoked_at),
    ).where(mine)).one()
    if it.ordinal != first:
        return ""
    asked = sa.select(attachment.c.path).where(
        attachment.c.dossier_id == it.dossier_id, attachment.c.component_key == OWN_FILE)
    if revoked_at is not None:
        asked = asked.where(attachment.c.uploaded_at > revoked_at)
    if approved is not None:
        asked = asked.where(attachment.c.uploaded_at <= approved.at)
    newest = asked.order_by(attachment.c.uploaded_at.desc(), attachment.c.id.desc()).limit(1)
    path: str | None = connection.scalar(newest)
    return path or ""
