"""What was asked of an applicant and what came of it; what the counter corrected; which dossiers may be the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.domain import change, supplement
from engine.domain.actor import Actor
from engine.domain.change import Change
from engine.domain.dossier import Dossier, NationalStatus, Party
from engine.domain.supplement import SupplementRequest
from engine.domain.twin import Twin, owner_keys
from engine.store import change_rows
from engine.store.dossier_tables import attachment, dossier
from engine.store.sight import may_see
from engine.store.supplement_tables import correction, postal_item, supplement_approval, supplement_request
from engine.store.tables import account


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the names of the people behind it, and the leader's reason where it was one too many."""

    request: SupplementRequest
    asked_by: str
    answered_by: str
    leave: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What the counter changed after acceptance."""

    corrected_at: datetime
    corrected_by: str
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class SeenTwin:
    """A dossier that may be the same one, and whether the reader may open it."""

    twin: Twin
    may_open: bool


@dataclass(frozen=True, slots=True)
class PostMark:
    """How the dossier came by post."""

    posted_on: date
    sender: str
    reference: str


def open_request(connection: Connection, dossier_id: str) -> SupplementRequest | None:
    """What the applicant is asked now; None when nothing is, or it was answered. It may have expired: see `due_at`."""
    waits = (dossier.c.id == dossier_id) & (dossier.c.national_status == int(NationalStatus.SUPPLEMENT_REQUESTED))
    row = connection.execute(
        select(supplement_request).join(dossier, dossier.c.id == supplement_request.c.dossier_id)
        .where(waits, supplement_request.c.answered_at.is_(None))
        .order_by(supplement_request.c.asked_at.desc(), supplement_request.c.id.desc()).limit(1)).one_or_none()
    return change_rows.as_request(row) if row else None


def requests_of(connection: Connection, dossier_id: str) -> tuple[SupplementRequest, ...]:
    """Every request to this dossier, oldest first; whoever asks has checked who may know."""
    return change_rows.requests_of(connection, dossier_id)


def asked_of(connection: Connection, dossier_id: str) -> tuple[Asked, ...]:
    """The same with names and leaders' reasons, for officers."""
    requests = change_rows.requests_of(connection, dossier_id)
    people = _names(connection, {each.asked_by for each in requests} | {each.answered_by or "" for each in requests})
    rows = connection.execute(select(supplement_approval.c.request_id, supplement_approval.c.reason).where(
        supplement_approval.c.dossier_id == dossier_id, supplement_approval.c.request_id.is_not(None)))
    leaves = {row.request_id: row.reason for row in rows}
    return tuple(Asked(each, people.get(each.asked_by, ""), people.get(each.answered_by or "", ""),
                       leaves.get(each.id, "")) for each in requests)


def unused_leave(connection: Connection, dossier_id: str) -> str | None:
    """The reason of a leader's leave to ask once more that nobody has used yet."""
    return connection.scalar(select(supplement_approval.c.reason).where(
        supplement_approval.c.dossier_id == dossier_id, supplement_approval.c.request_id.is_(None)).limit(1))


def counts_as_late(connection: Connection, dossier_id: str) -> bool:
    """True when the national index takes the dossier for late because it was asked more than once."""
    return supplement.counts_as_late(requests_of(connection, dossier_id))


def corrections_of(connection: Connection, dossier_id: str) -> tuple[Correction, ...]:
    """What the counter put right, oldest first; whoever asks has checked who may know."""
    rows = connection.execute(
        select(correction, account.c.name).outerjoin(account, account.c.id == correction.c.corrected_by)
        .where(correction.c.dossier_id == dossier_id).order_by(correction.c.corrected_at, correction.c.id))
    return tuple(Correction(row.corrected_at, row.name or "", row.reason, change.from_rows(row.changes))
                 for row in rows)


def twins_of(connection: Connection, actor: Actor, it: Dossier) -> tuple[SeenTwin, ...]:
    """Dossiers that may be the same as this one."""
    hashes = connection.scalars(select(attachment.c.sha256).where(attachment.c.dossier_id == it.id).distinct())
    return _seen(connection, actor, change_rows.twins_of(
        connection, it.slug, owner_keys(it.owner), tuple(hashes), it.id))


def twins_before(connection: Connection, actor: Actor, slug: str, owner: Party,
                 hashes: tuple[str, ...]) -> tuple[SeenTwin, ...]:
    """Dossiers that may be the same as one that is about to be filed."""
    return _seen(connection, actor, change_rows.twins_of(connection, slug, owner_keys(owner), hashes, ""))


def post_mark(connection: Connection, dossier_id: str) -> PostMark | None:
    """How the dossier came, if by post."""
    row = connection.execute(select(postal_item).where(postal_item.c.dossier_id == dossier_id)).one_or_none()
    return PostMark(row.posted_on, row.sender, row.reference) if row else None


def _seen(connection: Connection, actor: Actor, found: tuple[Twin, ...]) -> tuple[SeenTwin, ...]:
    return tuple(SeenTwin(each, may_see(connection, actor, each.dossier_id)) for each in found)


def _names(connection: Connection, account_ids: set[str]) -> Mapping[str, str]:
    rows = connection.execute(select(account.c.id, account.c.name).where(account.c.id.in_(sorted(account_ids))))
    return {row.id: row.name for row in rows}
