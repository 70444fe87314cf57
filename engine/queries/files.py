"""Where the files of a dossier came from, and what officers found about its papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.domain.vault import FileSource, FileVersion
from engine.store.file_tables import digitisation, file_version
from engine.store.tables import account


@dataclass(frozen=True, slots=True)
class Finding:
    """What an officer found about a component, and who he was."""

    source: FileSource
    reused: bool
    original_seen: bool
    pages: int
    done_at: datetime
    done_by: str


def versions_of(conn: Connection, dossier_id: str) -> Mapping[str, FileVersion]:
    """What is known of each file, by the attachment's id. The caller has checked who asks."""
    rows = conn.execute(select(file_version).where(file_version.c.dossier_id == dossier_id))
    return {row.attachment_id: FileVersion(row.attachment_id, row.dossier_id, FileSource(row.source), row.replaces,
                                           row.vault_paper_id) for row in rows}


def findings_of(conn: Connection, dossier_id: str) -> Mapping[str, Finding]:
    """What was found about each component, by its key. The caller has checked who asks."""
    rows = conn.execute(
        select(digitisation, account.c.name).outerjoin(account, account.c.id == digitisation.c.done_by)
        .where(digitisation.c.dossier_id == dossier_id))
    return {row.component_key: Finding(FileSource(row.source), row.reused, row.original_seen, row.pages, row.done_at,
                                       row.name or "") for row in rows}
