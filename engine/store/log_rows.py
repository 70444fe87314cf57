"""The log of commands: one row is audit trail and idempotency record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import Conflict
from engine.domain.log_entry import LogEntry
from engine.store.tables import command

_INSERT = sa.insert(command)


class SqlLogRows:
    """Implements `ports.LogRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def result_of(self, key: str, kind: str, actor_id: str) -> Mapping[str, Any] | None:
        """The stored answer of a command done before. Raises Conflict when the key belonged to another command."""
        row = self._connection.execute(sa.select(command).where(command.c.key == key)).one_or_none()
        if row is None:
            return None
        if (row.kind, row.actor_id) != (kind, actor_id):
            raise Conflict(what="command", key=key)
        result: Mapping[str, Any] = row.result
        return result

    def add(self, entry: LogEntry) -> None:
        """Fails on a key that stands there already, which undoes the whole transaction."""
        self._connection.execute(_INSERT, {
            "key": entry.key, "kind": entry.kind, "actor_id": entry.actor_id, "at": entry.at,
            "subject": entry.subject, "data": dict(entry.data), "result": dict(entry.result)})
