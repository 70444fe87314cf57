"""What somebody had begun to write into a task's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.actor import Actor
from engine.store.draft_tables import task_draft


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """Texts by field key as they stood in the boxes, unchecked."""

    written: Mapping[str, Any]
    saved_at: datetime


def draft_of(conn: Connection, actor: Actor, task_id: str) -> TaskDraft | None:
    """The actor's own; nobody sees what another has not yet said."""
    row = conn.execute(
        select(task_draft.c.answers, task_draft.c.saved_at)
        .where(task_draft.c.task_id == task_id, task_draft.c.account_id == actor.id)).one_or_none()
    return TaskDraft(row.answers, row.saved_at) if row else None
