"""Slips and results as rows, and what a paper needs to know of its dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.absence import Capacity
from engine.domain.actor import Role
from engine.domain.dossier import ComponentState, DossierComponent
from engine.domain.handover import Holding
from engine.domain.instance import WorkStatus
from engine.domain.organisation import Unit
from engine.domain.paper import DoneStep, Paper, Print, Result, Revocation, Slip
from engine.store.dossier_tables import component
from engine.store.organisation_tables import substitution
from engine.store.paper_tables import paper, result
from engine.store.tables import account, unit, work_item

_PARENT = unit.alias("parent")
SEALING, APPROVING = "seal", "approve"
ROLES = {SEALING: Role.CLERK.value, APPROVING: Role.APPROVER.value}
"""Only a clerk seals and only an approver signs, whatever else a diagram calls by these kinds."""


class SqlPaperRows:
    """Implements `ports.PaperRows`. Papers are only added, given their file, or marked as replaced or revoked."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, it: Paper) -> None:
        """A paper exists from the moment it has its number."""
        self._connection.execute(sa.insert(paper).values(
            id=it.id, dossier_id=it.dossier_id, slip=it.slip.value, pack=it.pack, template=it.template,
            agency_id=it.agency_id, document_type=it.document_type, year=it.year, number=it.number, data=it.data,
            act=it.act, issued_at=it.issued_at, issued_by=it.issued_by))

    def get(self, paper_id: str) -> Paper | None:
        """One paper under lock."""
        return self._one(sa.select(paper).where(paper.c.id == paper_id).with_for_update())

    def peek(self, paper_id: str) -> Paper | None:
        """One paper as it is now, for whoever only reads."""
        return self._one(sa.select(paper).where(paper.c.id == paper_id))

    def newest(self, dossier_id: str, slip: Slip) -> Paper | None:
        """The slip of this kind that holds."""
        held = sa.select(paper).where(paper.c.dossier_id == dossier_id, paper.c.slip == slip.value,
                                      paper.c.replaced_by.is_(None))
        return self._one(held.order_by(paper.c.issued_at.desc(), paper.c.id.desc()))

    def by_act(self, act: str) -> Paper | None:
        """The paper that this act issued before."""
        return self._one(sa.select(paper).where(paper.c.act == act))

    def replace_earlier(self, it: Paper) -> None:
        """Earlier papers of the same kind give way to this one; they stay on file."""
        self._connection.execute(
            sa.update(paper)
            .where(paper.c.dossier_id == it.dossier_id, paper.c.slip == it.slip.value, paper.c.id != it.id,
                   paper.c.replaced_by.is_(None))
            .values(replaced_by=it.id))

    def keep_print(self, paper_id: str, it: Print) -> None:
        """The paper was rendered and signed."""
        self._connection.execute(sa.update(paper).where(paper.c.id == paper_id).values(**_as_print(it)))

    def add_result(self, it: Result) -> None:
        """A result with its number."""
        self._connection.execute(sa.insert(result).values(
            id=it.id, dossier_id=it.dossier_id, ordinal=it.ordinal, code=it.code, key=it.key, name=it.name,
            agency_id=it.agency_id, document_type=it.document_type, year=it.year, number=it.number, data=it.data,
            issued_at=it.issued_at, issued_by=it.issued_by, sealed_at=it.sealed_at))

    def results(self, dossier_id: str) -> Sequence[Result]:
        """In order, revoked ones included."""
        rows = self._connection.execute(
            sa.select(result).where(result.c.dossier_id == dossier_id).order_by(result.c.ordinal))
        return [as_result(row) for row in rows]

    def result(self, result_id: str) -> Result | None:
        """One result under lock."""
        row = self._connection.execute(sa.select(result).where(result.c.id == result_id).with_for_update()).first()
        return as_result(row) if row else None

    def keep_result(self, result_id: str, it: Print) -> None:
        """The result's file, whether rendered here or made by the agency."""
        self._connection.execute(sa.update(result).where(result.c.id == result_id).values(**_as_print(it)))

    def mark_sealed(self, result_id: str, at: datetime) -> None:
        """The seal was set under it."""
        self._connection.execute(sa.update(result).where(result.c.id == result_id).values(sealed_at=at))

    def revoke(self, result_id: str, it: Revocation) -> None:
        """It no longer holds; the row and the file stay."""
        self._connection.execute(sa.update(result).where(result.c.id == result_id).values(
            revoked_at=it.at, revoked_by=it.by, revoked_reason=it.reason))

    def units(self, unit_ids: Sequence[str]) -> dict[str, tuple[Unit, str]]:
        """Units with the names of their parents, in one statement."""
        rows = self._connection.execute(
            sa.select(unit, _PARENT.c.name.label("parent_name"))
            .outerjoin(_PARENT, _PARENT.c.id == unit.c.parent_id).where(unit.c.id.in_(set(unit_ids))))
        return {row.id: (Unit(row.id, row.code, row.name, row.kind, row.level, row.parent_id, row.address, row.phone),
                         row.parent_name or "") for row in rows}

    def components(self, dossier_id: str) -> Sequence[DossierComponent]:
        """The papers of the dossier, in the order of the procedure."""
        rows = self._connection.execute(
            sa.select(component).where(component.c.dossier_id == dossier_id).order_by(component.c.position))
        return [DossierComponent(row.key, row.name, row.required, row.originals, row.copies, ComponentState(row.state))
                for row in rows]

    def last_done(self, instances: Sequence[str], kind: str, unit_id: str) -> DoneStep | None:
        """Who last completed a step of this kind in these instances. Steps at that unit go before any other's."""
        rows = self._connection.execute(
            sa.select(work_item.c.facts, work_item.c.done_by, work_item.c.done_at, work_item.c.unit_id, account.c.name,
                      substitution.c.capacity)
            .outerjoin(account, account.c.id == work_item.c.done_by)
            .outerjoin(substitution, substitution.c.work_item_id == work_item.c.id)
            .where(work_item.c.instance_id.in_(instances), work_item.c.status == "done",
                   work_item.c.role == ROLES[kind])
            .order_by(work_item.c.unit_id != unit_id, work_item.c.done_at.desc(), work_item.c.id.desc()))
        done = (DoneStep(row.done_by, row.name or "", row.unit_id, Capacity(row.capacity or Capacity.NONE.value),
                         row.done_at)
                for row in rows if row.facts.get("kind") == kind)
        return next(done, None)

    def holdings(self, instances: Sequence[str]) -> Sequence[Holding]:
        """Who had the dossier from when to when, in the order in which the steps of these instances began."""
        rows = self._connection.execute(
            sa.select(work_item, unit.c.name.label("unit_name"), account.c.name.label("holder"))
            .join(unit, unit.c.id == work_item.c.unit_id)
            .outerjoin(account, account.c.id == sa.func.coalesce(work_item.c.done_by, work_item.c.assignee_id))
            .where(work_item.c.instance_id.in_(instances), work_item.c.status != WorkStatus.CANCELLED.value)
            .order_by(work_item.c.created_at, work_item.c.id))
        return [Holding(row.unit_id, row.unit_name, row.lane, row.holder or "", row.name, row.created_at, row.done_at,
                        row.facts.get("allotment") or "") for row in rows]

    def _one(self, asked: sa.Select[Any]) -> Paper | None:
        row = self._connection.execute(asked).first()
        return as_paper(row) if row else None


def as_paper(row: Any) -> Paper:
    """A paper from its row."""
    return Paper(
        id=row.id, dossier_id=row.dossier_id, slip=Slip(row.slip), pack=row.pack, template=row.template,
        agency_id=row.agency_id, document_type=row.document_type, year=row.year, number=row.number, data=row.data,
        act=row.act, issued_at=row.issued_at, issued_by=row.issued_by, print=_print(row), replaced_by=row.replaced_by)


def as_result(row: Any) -> Result:
    """A result from its row."""
    revoked = Revocation(row.revoked_at, row.revoked_by, row.revoked_reason) if row.revoked_at else None
    return Result(
        id=row.id, dossier_id=row.dossier_id, ordinal=row.ordinal, code=row.code, key=row.key, name=row.name,
        agency_id=row.agency_id, document_type=row.document_type, year=row.year, number=row.number, data=row.data,
        issued_at=row.issued_at, issued_by=row.issued_by, print=_print(row), sealed_at=row.sealed_at,
        revocation=revoked)


def _print(row: Any) -> Print | None:
    if row.path is None:
        return None
    return Print(row.path, row.sha256, row.size, row.media_type, tuple(row.signers or ()))


def _as_print(it: Print) -> dict[str, Any]:
    return {"path": it.path, "sha256": it.sha256, "size": it.size, "media_type": it.media_type,
            "signers": list(it.signers)}
