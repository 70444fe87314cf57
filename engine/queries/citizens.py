"""What a citizen may read: his own profile, drafts and dossiers, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, or_, select

from engine.domain.account import NO_PASSWORD
from engine.domain.actor import Actor, ActorKind
from engine.domain.application import DraftApplication, DraftFile
from engine.domain.citizen import CitizenProfile
from engine.domain.errors import NotFound
from engine.domain.organisation import Unit
from engine.store.application_rows import as_draft
from engine.store.citizen_rows import as_profile
from engine.store.citizen_tables import (
    citizen_contact,
    citizen_identity,
    citizen_profile,
    draft_application,
    draft_file,
)
from engine.store.people_rows import ONE_STOP
from engine.store.tables import account, route, unit


@dataclass(frozen=True, slots=True)
class WrittenDraft:
    """A draft with its files."""

    draft: DraftApplication
    files: tuple[DraftFile, ...]

    def of(self, component_key: str) -> tuple[DraftFile, ...]:
        """The files of one paper."""
        return tuple(each for each in self.files if each.component_key == component_key)


def profile_of(conn: Connection, account_id: str) -> CitizenProfile | None:
    """None for an account that is not a citizen's."""
    row = conn.execute(select(citizen_profile).where(citizen_profile.c.account_id == account_id)).one_or_none()
    return as_profile(row) if row else None


def contacts_of(conn: Connection, account_id: str) -> tuple[str, ...]:
    """The contacts whose codes open this account."""
    rows = conn.execute(select(citizen_contact.c.contact).where(citizen_contact.c.account_id == account_id)
                        .order_by(citizen_contact.c.proven_at))
    return tuple(rows.scalars())


def has_password(conn: Connection, account_id: str, none: str) -> bool:
    """True when the account can also be entered by password; `none` is the mark of an account without one."""
    return conn.execute(select(account.c.id).where(
        account.c.id == account_id, account.c.password_hash != none)).first() is not None


def identity_known(conn: Connection, issuer: str, subject: str) -> bool:
    """True when this electronic identity opens an account."""
    return conn.execute(select(citizen_identity.c.account_id).where(
        citizen_identity.c.issuer == issuer, citizen_identity.c.subject == subject)).first() is not None


def linked_at(conn: Connection, account_id: str, issuer: str) -> datetime | None:
    """Since when an identity of this provider opens the account; None when none does."""
    return conn.scalar(select(citizen_identity.c.linked_at).where(
        citizen_identity.c.account_id == account_id, citizen_identity.c.issuer == issuer))


def number_has_password(conn: Connection, id_number: str) -> bool:
    """True when a citizen's account with this personal number can be entered by a password."""
    return bool(id_number) and conn.execute(
        select(account.c.id).join(citizen_profile, citizen_profile.c.account_id == account.c.id).where(
            citizen_profile.c.id_number == id_number, account.c.active, account.c.password_hash != NO_PASSWORD,
        )).first() is not None


def drafts_of(conn: Connection, actor: Actor) -> tuple[DraftApplication, ...]:
    """The actor's unsent drafts, the one saved last first."""
    rows = conn.execute(select(draft_application).where(
        draft_application.c.account_id == actor.id, draft_application.c.dossier_id.is_(None))
        .order_by(draft_application.c.saved_at.desc()))
    return tuple(as_draft(row) for row in rows)


def written_draft(conn: Connection, actor: Actor, draft_id: str) -> WrittenDraft:
    """One draft of the actor's own. Raises NotFound for any other."""
    row = conn.execute(select(draft_application).where(
        draft_application.c.id == draft_id, draft_application.c.account_id == actor.id)).one_or_none()
    if row is None:
        raise NotFound(what="draft", id=draft_id)
    rows = conn.execute(select(draft_file).where(draft_file.c.draft_id == draft_id)
                        .order_by(draft_file.c.added_at, draft_file.c.id))
    return WrittenDraft(as_draft(row), tuple(DraftFile(**each._mapping) for each in rows))


def receiving_units(conn: Connection, lead_agency: str, on: date) -> tuple[Unit, ...]:
    """Every one-stop unit of that day that can hand a dossier to an agency competent for it, by name."""
    in_office = and_(or_(unit.c.valid_from.is_(None), unit.c.valid_from <= on),
                     or_(unit.c.valid_to.is_(None), unit.c.valid_to >= on))
    rows = conn.execute(
        select(unit.c.id, unit.c.code, unit.c.name, unit.c.kind, unit.c.level, unit.c.parent_id, unit.c.address,
               unit.c.phone)
        .join(route, route.c.unit_id == unit.c.id)
        .where(unit.c.kind == ONE_STOP, route.c.agency_key == lead_agency, in_office).order_by(unit.c.name))
    return tuple(Unit(**row._mapping) for row in rows)


def sample_citizens(conn: Connection) -> tuple[tuple[str, str], ...]:
    """Logins and names of the citizens that came with the sample: they have a login of their own, not a contact."""
    rows = conn.execute(
        select(account.c.login, account.c.name).where(account.c.kind == ActorKind.CITIZEN.value, account.c.active)
        .outerjoin(citizen_contact, citizen_contact.c.account_id == account.c.id)
        .outerjoin(citizen_identity, citizen_identity.c.account_id == account.c.id)
        .where(citizen_contact.c.contact.is_(None), citizen_identity.c.subject.is_(None)).order_by(account.c.login))
    return tuple((row.login, row.name) for row in rows)
