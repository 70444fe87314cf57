"""Notices as rows: queued once, claimed by one worker at a time, kept as the log of what was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import NotFound
from engine.domain.notice import Notice, NoticeChannel, NoticeStatus
from engine.store.notice_tables import notice
from engine.store.upsert import insert


class SqlNoticeRows:
    """Implements `ports.NoticeRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, it: Notice) -> bool:
        """False when the same was queued before: nothing is written then."""
        row = insert(self._connection.dialect.name, notice).values(**_as_row(it))
        row = row.on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(notice.c.id)
        return self._connection.execute(row).first() is not None

    def get(self, notice_id: str) -> Notice:
        """Locked until the commit, so that two workers cannot both take it. Raises NotFound."""
        row = self._connection.execute(
            sa.select(notice).where(notice.c.id == notice_id).with_for_update()).one_or_none()
        if row is None:
            raise NotFound(what="notice")
        return as_notice(row)

    def save(self, it: Notice) -> None:
        """Writes the notice as it now is."""
        values = {name: value for name, value in _as_row(it).items() if name != "id"}
        self._connection.execute(sa.update(notice).where(notice.c.id == it.id).values(**values))

    def waiting(self, dossier_id: str, event: str) -> Sequence[str]:
        """Ids of notices of one event that have not gone out."""
        return list(self._connection.scalars(sa.select(notice.c.id).where(
            notice.c.dossier_id == dossier_id, notice.c.event == event,
            notice.c.status == NoticeStatus.QUEUED.value).order_by(notice.c.id)))


def as_notice(row: Any) -> Notice:
    """A notice from its row."""
    given = dict(row._mapping)
    return Notice(**{**given, "channel": NoticeChannel(given["channel"]), "status": NoticeStatus(given["status"]),
                     "attachments": tuple(given["attachments"])})


def _as_row(it: Notice) -> dict[str, Any]:
    return {**asdict(it), "channel": it.channel.value, "status": it.status.value, "attachments": list(it.attachments)}
