"""Marked requests, corrections and recognised owners as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain import change
from engine.domain.change import Change
from engine.domain.dossier import ComponentState, DossierComponent, NationalStatus
from engine.domain.supplement import SupplementPhase, SupplementRequest
from engine.domain.twin import Twin, TwinGround, same_owner
from engine.store.dossier_tables import attachment, component, dossier
from engine.store.file_tables import file_version
from engine.store.ids import new_id
from engine.store.supplement_tables import correction, owner_key, postal_item, supplement_approval, supplement_request

OVER = (NationalStatus.REFUSED, NationalStatus.STOPPED, NationalStatus.COMPLETED, NationalStatus.RETURNED)
"""A dossier in these states is no second request of the same thing."""

MOST_TWINS = 20


class SqlChangeRows:
    """Implements `ports.ChangeRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def requests(self, dossier_id: str) -> tuple[SupplementRequest, ...]:
        """Every request for more, oldest first."""
        return requests_of(self._connection, dossier_id)

    def add_request(self, it: SupplementRequest) -> None:
        """A new request; it is open until it is answered or its period ends."""
        self._connection.execute(sa.insert(supplement_request).values(
            id=it.id, dossier_id=it.dossier_id, phase=it.phase.value, reason=it.reason, missing=list(it.missing),
            wrong_fields=list(it.wrong_fields), asked_at=it.asked_at, asked_by=it.asked_by, due_at=it.due_at,
            changes=[]))

    def answer(self, request_id: str, made: Iterable[Change], by: str, at: datetime) -> None:
        """The request was answered with these changes."""
        self._connection.execute(
            sa.update(supplement_request).where(supplement_request.c.id == request_id)
            .values(answered_at=at, answered_by=by, changes=change.as_rows(made)))

    def approve(self, dossier_id: str, reason: str, by: str, at: datetime) -> str:
        """A leader lets the agency ask once more."""
        approval_id = new_id()
        self._connection.execute(sa.insert(supplement_approval).values(
            id=approval_id, dossier_id=dossier_id, reason=reason, approved_at=at, approved_by=by))
        return approval_id

    def unused_approval(self, dossier_id: str) -> str | None:
        """An approval that no request has used."""
        return self._connection.scalar(
            sa.select(supplement_approval.c.id)
            .where(supplement_approval.c.dossier_id == dossier_id, supplement_approval.c.request_id.is_(None))
            .order_by(supplement_approval.c.approved_at).limit(1))

    def use_approval(self, approval_id: str, request_id: str) -> None:
        """Ties the approval to the request it allowed."""
        self._connection.execute(sa.update(supplement_approval).where(supplement_approval.c.id == approval_id)
                                 .values(request_id=request_id))

    def add_correction(self, dossier_id: str, reason: str, made: Iterable[Change], by: str, at: datetime) -> str:
        """What the counter changed after acceptance."""
        correction_id = new_id()
        self._connection.execute(sa.insert(correction).values(
            id=correction_id, dossier_id=dossier_id, reason=reason, corrected_at=at, corrected_by=by,
            changes=change.as_rows(made)))
        return correction_id

    def papers(self, dossier_id: str) -> dict[str, DossierComponent]:
        """Every paper of the dossier by its key."""
        rows = self._connection.execute(sa.select(component).where(component.c.dossier_id == dossier_id))
        return {row.key: DossierComponent(row.key, row.name, row.required, row.originals, row.copies,
                                          ComponentState(row.state)) for row in rows}

    def set_paper(self, dossier_id: str, key: str, values: Mapping[str, Any]) -> None:
        """State, originals or copies of one paper."""
        self._connection.execute(
            sa.update(component).where(component.c.dossier_id == dossier_id, component.c.key == key).values(**values))

    def recognise(self, dossier_id: str, keys: Iterable[str]) -> None:
        """The keys under which the owner is found again, in place of earlier ones."""
        self._connection.execute(sa.delete(owner_key).where(owner_key.c.dossier_id == dossier_id))
        rows = [{"dossier_id": dossier_id, "key": key} for key in keys]
        if rows:
            self._connection.execute(sa.insert(owner_key), rows)

    def twins(self, slug: str, keys: tuple[str, ...], hashes: Iterable[str], but: str) -> tuple[Twin, ...]:
        """Other dossiers that may be the same one."""
        return twins_of(self._connection, slug, keys, tuple(hashes), but)

    def hashes(self, dossier_id: str) -> tuple[str, ...]:
        """What the files of the dossier hold; a paper of the owner's store is the same everywhere by intention."""
        again = sa.select(file_version.c.attachment_id).where(
            file_version.c.dossier_id == dossier_id, file_version.c.vault_paper_id.is_not(None))
        return tuple(self._connection.scalars(
            sa.select(attachment.c.sha256).where(
                attachment.c.dossier_id == dossier_id, attachment.c.id.not_in(again)).distinct()))

    def add_postal_item(self, dossier_id: str, posted_on: date, sender: str, reference: str) -> None:
        """The dossier came by post."""
        self._connection.execute(sa.insert(postal_item).values(
            dossier_id=dossier_id, posted_on=posted_on, sender=sender, reference=reference))


def requests_of(connection: sa.Connection, dossier_id: str) -> tuple[SupplementRequest, ...]:
    """Every request for more, oldest first."""
    rows = connection.execute(
        sa.select(supplement_request).where(supplement_request.c.dossier_id == dossier_id)
        .order_by(supplement_request.c.asked_at, supplement_request.c.id))
    return tuple(as_request(row) for row in rows)


def as_request(row: Any) -> SupplementRequest:
    """A request from its row."""
    return SupplementRequest(
        id=row.id, dossier_id=row.dossier_id, phase=SupplementPhase(row.phase), reason=row.reason,
        missing=tuple(row.missing), wrong_fields=tuple(row.wrong_fields), asked_at=row.asked_at, asked_by=row.asked_by,
        due_at=row.due_at, answered_at=row.answered_at, answered_by=row.answered_by,
        changes=change.from_rows(row.changes))


def twins_of(connection: sa.Connection, slug: str, keys: tuple[str, ...], hashes: tuple[str, ...],
             but: str) -> tuple[Twin, ...]:
    """Other dossiers with the same owner and procedure that are open, or with one of the same files."""
    return (*_of_owner(connection, slug, keys, but), *_of_files(connection, hashes, but))


def _of_owner(connection: sa.Connection, slug: str, keys: tuple[str, ...], but: str) -> list[Twin]:
    if not keys:
        return []
    alike = sa.select(owner_key.c.dossier_id).where(owner_key.c.key.in_(keys))
    rows = connection.execute(
        sa.select(dossier, owner_key.c.key)
        .join(owner_key, owner_key.c.dossier_id == dossier.c.id)
        .where(dossier.c.id.in_(alike), dossier.c.slug == slug, dossier.c.id != but,
               dossier.c.national_status.not_in([int(status) for status in OVER]))
        .order_by(dossier.c.submitted_at.desc(), dossier.c.id).limit(2 * MOST_TWINS))
    theirs: dict[str, tuple[Any, list[str]]] = {}
    for row in rows:
        theirs.setdefault(row.id, (row, []))[1].append(row.key)
    return [_twin(row, TwinGround.OWNER) for row, found in theirs.values() if same_owner(keys, tuple(found))]


def _of_files(connection: sa.Connection, hashes: tuple[str, ...], but: str) -> list[Twin]:
    if not hashes:
        return []
    rows = connection.execute(
        sa.select(dossier, sa.func.min(attachment.c.filename).label("filename"))
        .join(attachment, attachment.c.dossier_id == dossier.c.id)
        .where(attachment.c.sha256.in_(hashes), dossier.c.id != but)
        .group_by(*dossier.c).order_by(dossier.c.submitted_at.desc(), dossier.c.id).limit(MOST_TWINS))
    return [_twin(row, TwinGround.FILE, row.filename) for row in rows]


def _twin(row: Any, ground: TwinGround, filename: str = "") -> Twin:
    return Twin(row.id, row.code, row.procedure_name, row.owner_name, NationalStatus(row.national_status),
                row.submitted_at, ground, filename)
