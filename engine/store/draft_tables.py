"""Half-written answers of an open task: nobody's but their writer's, and gone when the task is done."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Table

from engine.store.columns import Instant, Json
from engine.store.tables import ID, metadata

task_draft = Table(
    "task_draft", metadata,
    Column("task_id", ID, ForeignKey("work_item.id"), nullable=False),
    Column("account_id", ID, nullable=False),
    Column("answers", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("task_id", "account_id"),
)
