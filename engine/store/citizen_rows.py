"""Citizens' profiles, and the contacts, codes and identities by which they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.account import NO_PASSWORD
from engine.domain.actor import ActorKind
from engine.domain.citizen import Assurance, CitizenProfile, Contact, ContactCode
from engine.store.citizen_tables import citizen_contact, citizen_identity, citizen_profile, contact_code
from engine.store.tables import account
from engine.store.upsert import insert


class SqlCitizenRows:
    """Implements `ports.CitizenRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def profile(self, account_id: str) -> CitizenProfile | None:
        """None for an account that is not a citizen's."""
        row = self._connection.execute(
            sa.select(citizen_profile).where(citizen_profile.c.account_id == account_id)).one_or_none()
        return as_profile(row) if row else None

    def identity_of(self, account_id: str) -> str:
        """The identity number that a provider has vouched for; empty where nobody has."""
        known = self.profile(account_id)
        return known.id_number if known and known.assurance is Assurance.PROVEN else ""

    def add_profile(self, it: CitizenProfile) -> None:
        """For an account that was just made."""
        self._connection.execute(sa.insert(citizen_profile).values(**_as_row(it)))

    def save_profile(self, it: CitizenProfile) -> None:
        """The name of the account follows the profile's, so that pages greet by the same one."""
        self._connection.execute(
            sa.update(citizen_profile).where(citizen_profile.c.account_id == it.account_id).values(**_as_row(it)))
        if it.name:
            self._connection.execute(sa.update(account).where(account.c.id == it.account_id).values(name=it.name))

    def account_of_contact(self, contact: str) -> str | None:
        """The account that this contact opens."""
        return self._connection.scalar(
            sa.select(citizen_contact.c.account_id).where(citizen_contact.c.contact == contact))

    def add_contact(self, it: Contact, account_id: str, at: datetime) -> None:
        """From now on the contact opens the account."""
        self._connection.execute(sa.insert(citizen_contact).values(
            contact=it.value, kind=it.kind.value, account_id=account_id, proven_at=at))

    def account_of_identity(self, issuer: str, subject: str) -> str | None:
        """The account of somebody whom an identity provider knows."""
        return self._connection.scalar(sa.select(citizen_identity.c.account_id).where(
            citizen_identity.c.issuer == issuer, citizen_identity.c.subject == subject))

    def add_identity(self, issuer: str, subject: str, account_id: str, at: datetime) -> str:
        """The account which this identity opens from now on: another one where somebody was quicker."""
        row = insert(self._connection.dialect.name, citizen_identity).values(
            issuer=issuer, subject=subject, account_id=account_id, linked_at=at)
        self._connection.execute(row.on_conflict_do_nothing())
        return self.account_of_identity(issuer, subject) or account_id

    def drop_identity(self, issuer: str, account_id: str) -> bool:
        """The identity opens the account no more. False when none did."""
        dropped = self._connection.execute(sa.delete(citizen_identity).where(
            citizen_identity.c.issuer == issuer, citizen_identity.c.account_id == account_id))
        return dropped.rowcount > 0

    def opens_otherwise(self, account_id: str) -> bool:
        """True when a contact or a password opens the account, too."""
        contact = sa.select(citizen_contact.c.contact).where(citizen_contact.c.account_id == account_id).exists()
        found = sa.select(account.c.id).where(
            account.c.id == account_id, sa.or_(account.c.password_hash != NO_PASSWORD, contact))
        return self._connection.execute(found).first() is not None

    def add_code(self, it: ContactCode) -> None:
        """A code that is about to be sent."""
        self._connection.execute(sa.insert(contact_code).values(**asdict(it)))

    def codes_sent(self, contact: str, since: datetime) -> Sequence[ContactCode]:
        """The codes this contact was sent. Locked, so that two guesses count as two."""
        rows = self._connection.execute(
            sa.select(contact_code).where(contact_code.c.contact == contact, contact_code.c.sent_at > since)
            .order_by(contact_code.c.id).with_for_update())
        return [ContactCode(**row._mapping) for row in rows]

    def count_try(self, code_id: str) -> None:
        """One more wrong answer."""
        self._connection.execute(sa.update(contact_code).where(contact_code.c.id == code_id).values(
            tries=contact_code.c.tries + 1))

    def use_code(self, code_id: str, at: datetime) -> None:
        """A code opens once."""
        self._connection.execute(sa.update(contact_code).where(contact_code.c.id == code_id).values(used_at=at))

    def close(self, account_id: str, login: str) -> None:
        """Forgets what the citizen told and every way in, and ends his sessions. Dossiers stay as the law wants."""
        for table in (citizen_contact, citizen_identity):
            self._connection.execute(sa.delete(table).where(table.c.account_id == account_id))
        self._connection.execute(sa.delete(citizen_profile).where(citizen_profile.c.account_id == account_id))
        self._connection.execute(sa.update(account).where(
            account.c.id == account_id, account.c.kind == ActorKind.CITIZEN.value).values(
            login=login, name="", active=False, session_epoch=account.c.session_epoch + 1))

    def set_login(self, account_id: str, password_hash: str) -> int:
        """A password of one's own; returns the new session epoch, because every other session ends."""
        self._connection.execute(sa.update(account).where(account.c.id == account_id).values(
            password_hash=password_hash, session_epoch=account.c.session_epoch + 1, failed_count=0, locked_until=None))
        return int(self._connection.scalar(sa.select(account.c.session_epoch).where(account.c.id == account_id)) or 0)

    def epoch(self, account_id: str) -> int | None:
        """The session epoch of an active account."""
        return self._connection.scalar(
            sa.select(account.c.session_epoch).where(account.c.id == account_id, account.c.active))


def as_profile(row: Any) -> CitizenProfile:
    """A profile from its row."""
    given = dict(row._mapping)
    return CitizenProfile(**{**given, "notice_channels": tuple(given["notice_channels"]),
                             "assurance": Assurance(given["assurance"])})


def _as_row(it: CitizenProfile) -> dict[str, Any]:
    return {**asdict(it), "notice_channels": list(it.notice_channels), "assurance": it.assurance.value}
