"""Work items: row to value and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.domain.instance import WorkItem, WorkStatus
from engine.domain.process import OpenTask


def as_work_item(row: Any) -> WorkItem:
    """The row needs the labels `assignee_name` and `done_by_name` besides the table's columns."""
    task = OpenTask(
        token_id=row.token_id, node_id=row.node_id, name=row.name, lane=row.lane, role=row.role, unit=row.unit_id,
        facts=row.facts, local=row.local,
    )
    return WorkItem(
        id=row.id, instance_id=row.instance_id, business_key=row.business_key, task=task, unit_id=row.unit_id,
        created_at=row.created_at, due_at=row.due_at, status=WorkStatus(row.status), assignee_id=row.assignee_id,
        assignee_name=row.assignee_name, done_at=row.done_at, done_by_name=row.done_by_name,
    )


def as_row(item: WorkItem, at: datetime) -> dict[str, Any]:
    """A new work item as it is inserted."""
    task = item.task
    return {
        "id": item.id, "instance_id": item.instance_id, "business_key": item.business_key, "token_id": task.token_id,
        "node_id": task.node_id, "name": task.name, "lane": task.lane, "role": task.role, "unit_id": item.unit_id,
        "status": item.status.value, "assignee_id": item.assignee_id, "claimed_at": at if item.assignee_id else None,
        "form_key": item.form_key, "facts": dict(task.facts), "local": dict(task.local), "due_at": item.due_at,
        "created_at": item.created_at,
    }
