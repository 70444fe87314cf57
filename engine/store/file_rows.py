"""Versions of files, digitised components, the person's store and the log of reads as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.actor import Actor
from engine.domain.dossier import Attachment
from engine.domain.read_log import CONSENT, STORE, PersonalRead
from engine.domain.vault import Digitisation, FileVersion, PaperStanding, VaultPaper
from engine.store.dossier_tables import attachment
from engine.store.file_tables import digitisation, file_version, read_log, vault_paper
from engine.store.sight import may_see
from engine.store.upsert import insert


class SqlFileRows:
    """Implements `ports.FileRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def weight(self, dossier_id: str) -> tuple[int, int]:
        """How many files a dossier has, and how many bytes they are together."""
        count, size = self._connection.execute(
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(attachment.c.size), 0))
            .where(attachment.c.dossier_id == dossier_id)).one()
        return int(count), int(size)

    def current(self, dossier_id: str) -> Sequence[Attachment]:
        """The files of a dossier that no later one took the place of."""
        gone = sa.select(file_version.c.replaces).where(
            file_version.c.dossier_id == dossier_id, file_version.c.replaces.is_not(None))
        rows = self._connection.execute(
            sa.select(attachment).where(attachment.c.dossier_id == dossier_id, attachment.c.id.not_in(gone))
            .order_by(attachment.c.uploaded_at, attachment.c.id))
        return [Attachment(**row._mapping) for row in rows]

    def attachment(self, attachment_id: str) -> Attachment | None:
        """None when there is no such file."""
        row = self._connection.execute(sa.select(attachment).where(attachment.c.id == attachment_id)).one_or_none()
        return Attachment(**row._mapping) if row else None

    def add_version(self, it: FileVersion) -> None:
        """Fails when another file already took the same one's place."""
        self._connection.execute(sa.insert(file_version).values(**{**asdict(it), "source": it.source.value}))

    def digitise(self, it: Digitisation) -> None:
        """The latest finding stands; the log of commands has the earlier ones."""
        found = {**asdict(it), "source": it.source.value, "reused": it.reused}
        row = insert(self._connection.dialect.name, digitisation).values(**found)
        self._connection.execute(row.on_conflict_do_update(
            index_elements=["dossier_id", "component_key"], set_=found))

    def record_read(self, it: PersonalRead) -> None:
        """The log only grows."""
        self._connection.execute(sa.insert(read_log).values(**{**asdict(it), "actor_kind": it.actor_kind.value}))

    def may_see(self, actor: Actor, dossier_id: str) -> bool:
        """Whether a member of staff may look at the dossier."""
        return may_see(self._connection, actor, dossier_id)

    def consented(self, actor_id: str, dossier_id: str, since: datetime) -> bool:
        """Whether this officer was let look since then into a store that holds something of the dossier."""
        return self._connection.scalar(sa.select(sa.exists().where(
            read_log.c.dossier_id == dossier_id, read_log.c.actor_id == actor_id, read_log.c.at >= since,
            read_log.c.what == STORE, read_log.c.reason == CONSENT))) is True


class SqlVaultRows:
    """Implements `ports.VaultRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def keep(self, it: VaultPaper) -> None:
        """A paper of the same origin is there already: then nothing is written."""
        row = insert(self._connection.dialect.name, vault_paper).values(**{**asdict(it), "status": it.status.value})
        self._connection.execute(row.on_conflict_do_nothing(index_elements=["origin"]))

    def paper(self, paper_id: str) -> VaultPaper | None:
        """None when there is no such paper."""
        row = self._connection.execute(sa.select(vault_paper).where(vault_paper.c.id == paper_id)).one_or_none()
        return as_vault_paper(row) if row else None

    def origins(self, identity: str) -> frozenset[str]:
        """The dossiers from which the papers of this identification number came; none without a number."""
        return frozenset(self._connection.scalars(sa.select(vault_paper.c.dossier_id).where(
            vault_paper.c.identity == identity, vault_paper.c.identity != "").distinct()))

    def invalidate(self, origin: str, standing: PaperStanding, at: datetime, reason: str) -> None:
        """It no longer holds; it stays where it is."""
        self._connection.execute(
            sa.update(vault_paper).where(vault_paper.c.origin == origin)
            .values(status=standing.value, changed_at=at, reason=reason))


def as_vault_paper(row: Any) -> VaultPaper:
    """A paper of the store from its row."""
    given = dict(row._mapping)
    return VaultPaper(**{**given, "status": PaperStanding(given["status"])})
