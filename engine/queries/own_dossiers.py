"""A citizen's own dossiers: those filed under his account, in words he can use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from engine.domain.actor import Actor
from engine.domain.application import OnlineFiling
from engine.domain.dossier import Attachment, Dossier, DossierComponent, NationalStatus
from engine.domain.errors import NotFound
from engine.domain.organisation import Unit
from engine.domain.paper import OWN_FILE
from engine.domain.rating import Rating, RatingLevel, RatingReason
from engine.domain.vault import FileSource
from engine.queries.paging import Page, page_of
from engine.queries.people import unit_by_id
from engine.queries.task import components, filing_of
from engine.queries.tracking import Milestone, holders, milestones
from engine.store.citizen_tables import online_filing, rating
from engine.store.dossier_rows import as_dossier
from engine.store.dossier_tables import attachment, dossier
from engine.store.file_tables import file_version

APPLICANTS = (FileSource.CITIZEN_UPLOAD.value, FileSource.AGENCY_STORE.value)
"""Where a file came from that the applicant gave, himself or by letting the office take it from his store."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One line of the list: the state, and by which name to call it before it has a code."""

    id: str
    code: str | None
    reference: str
    version_id: str
    procedure_name: str
    owner_name: str
    status: NationalStatus
    submitted_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnDossier:
    """Everything an applicant may know of his dossier. `holders` are the units that have something to do now.

    `attachments` are what he brought; what officers put beside it (minutes, answers of other agencies, a result that
    nobody has signed yet) is the office's own until it is issued.
    """

    dossier: Dossier
    receiving: Unit
    filing: OnlineFiling | None
    holders: tuple[str, ...]
    components: tuple[DossierComponent, ...]
    attachments: tuple[Attachment, ...]
    milestones: tuple[Milestone, ...]
    rating: Rating | None


def own_dossiers(conn: Connection, actor: Actor, page: int) -> Page[OwnRow]:
    """Newest first."""
    asked = (select(dossier, online_filing.c.reference)
             .outerjoin(online_filing, online_filing.c.dossier_id == dossier.c.id)
             .where(dossier.c.submitted_by == actor.id)
             .order_by(dossier.c.submitted_at.desc(), dossier.c.id.desc()))
    return page_of(conn, asked, page, lambda row: OwnRow(
        row.id, row.code, row.reference or "", row.version_id, row.procedure_name, row.owner_name,
        NationalStatus(row.national_status), row.submitted_at, row.due_at))


def own_dossier(conn: Connection, actor: Actor, dossier_id: str) -> OwnDossier:
    """One dossier. Raises NotFound when somebody else filed it."""
    row = conn.execute(select(dossier).where(
        dossier.c.id == dossier_id, dossier.c.submitted_by == actor.id)).one_or_none()
    if row is None:
        raise NotFound(what="dossier", id=dossier_id)
    it, receiving = as_dossier(row), unit_by_id(conn, row.received_by)
    assert receiving is not None, "a dossier's units are never deleted"
    return OwnDossier(it, receiving, filing_of(conn, it.id), holders(conn, it.id), components(conn, it.id),
                      _brought(conn, actor, it.id), milestones(conn, it.id), rating_of(conn, it.id))


def own_file(conn: Connection, actor: Actor, attachment_id: str) -> Attachment:
    """A file that one brought to one's own dossier. Raises NotFound for any other file, as if it did not exist."""
    row = conn.execute(_own_files(actor).where(attachment.c.id == attachment_id)).one_or_none()
    if row is None:
        raise NotFound(what="attachment", id=attachment_id)
    return Attachment(**row._mapping)


def _brought(conn: Connection, actor: Actor, dossier_id: str) -> tuple[Attachment, ...]:
    rows = conn.execute(_own_files(actor).where(attachment.c.dossier_id == dossier_id)
                        .order_by(attachment.c.uploaded_at, attachment.c.id))
    return tuple(Attachment(**row._mapping) for row in rows)


def _own_files(actor: Actor) -> Select[Any]:
    """Uploaded by an applicant or taken from the owner's store, in dossiers filed under this account."""
    his = or_(attachment.c.uploaded_by == actor.id, file_version.c.source.in_(APPLICANTS))
    return (select(attachment).join(dossier, dossier.c.id == attachment.c.dossier_id)
            .outerjoin(file_version, file_version.c.attachment_id == attachment.c.id)
            .where(dossier.c.submitted_by == actor.id, attachment.c.component_key != OWN_FILE, his))


def rating_of(conn: Connection, dossier_id: str) -> Rating | None:
    """The applicant's word on it, once given."""
    row = conn.execute(select(rating).where(rating.c.dossier_id == dossier_id)).one_or_none()
    if row is None:
        return None
    return Rating(row.dossier_id, row.account_id, RatingLevel(row.level),
                  tuple(RatingReason(each) for each in row.reasons), row.comment, row.rated_at)
