"""Half-written answers as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store.draft_tables import task_draft
from engine.store.upsert import insert


class SqlTaskDraftRows:
    """Implements `ports.TaskDraftRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def save(self, task_id: str, account_id: str, answers: Mapping[str, Any], at: datetime) -> None:
        """What one person has written so far, in the place of what he had written before."""
        row = insert(self._connection.dialect.name, task_draft).values(
            task_id=task_id, account_id=account_id, answers=dict(answers), saved_at=at)
        self._connection.execute(row.on_conflict_do_update(
            index_elements=["task_id", "account_id"],
            set_={"answers": row.excluded.answers, "saved_at": row.excluded.saved_at}))

    def drop(self, task_id: str) -> None:
        """The task is done: what anybody had begun to write for it goes."""
        self._connection.execute(sa.delete(task_draft).where(task_draft.c.task_id == task_id))
