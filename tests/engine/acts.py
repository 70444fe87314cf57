"""What people and workers do in these tests, and what they look at afterwards."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.commands.dossiers import SubmitDossier
from engine.commands.tasks import CompleteTask
from engine.domain.actor import Actor
from engine.store.tables import incident, instance, job, message, timer, work_item

ANSWERS = {"decision": "accept", "note": "đã xem"}


def submit(engine: Engine, officer: Actor, slug: str, key: str | None = None) -> dict[str, Any]:
    """Files a dossier at the counter; it waits there for its intake check."""
    command = SubmitDossier(slug, "direct", "commune-centre", {"name": "Nguyễn Văn An"}, {"subject": "thử"})
    return engine.execute(command, officer, key)


def complete(engine: Engine, officer: Actor, task_id: str, key: str | None = None) -> dict[str, Any]:
    """Answers whatever the task asks."""
    return engine.execute(CompleteTask(task_id, ANSWERS), officer, key)


def received(engine: Engine, officer: Actor, slug: str) -> str:
    """A dossier that has passed its intake check; returns its id."""
    filed = submit(engine, officer, slug)
    complete(engine, officer, filed["task_id"])
    return str(filed["dossier_id"])


def rows(engine: Engine, table: sa.Table, **where: Any) -> list[Any]:
    """Rows of a table whose columns have these values, oldest first."""
    asked = sa.select(table).where(*(table.c[name] == value for name, value in where.items()))
    if "id" in table.c:
        asked = asked.order_by(table.c.id)
    return engine.read(lambda connection: list(connection.execute(asked)))


def open_steps(engine: Engine, dossier_id: str) -> list[str]:
    """Names of the human steps that wait."""
    return sorted(row.name for row in rows(engine, work_item, business_key=dossier_id, status="open"))


def open_task(engine: Engine, dossier_id: str) -> str:
    """The id of the one step that waits."""
    (row,) = rows(engine, work_item, business_key=dossier_id, status="open")
    return str(row.id)


def instances_of(engine: Engine, dossier_id: str) -> list[Any]:
    return rows(engine, instance, business_key=dossier_id)


def jobs_of(engine: Engine, dossier_id: str) -> list[Any]:
    return rows(engine, job, business_key=dossier_id)


def messages_of(engine: Engine, dossier_id: str) -> list[Any]:
    return rows(engine, message, business_key=dossier_id)


def timers_of(engine: Engine, dossier_id: str) -> list[Any]:
    found = [rows(engine, timer, instance_id=row.id) for row in instances_of(engine, dossier_id)]
    return [row for each in found for row in each]


def open_incidents(engine: Engine, dossier_id: str) -> list[Any]:
    found = [rows(engine, incident, instance_id=row.id, resolved_at=None) for row in instances_of(engine, dossier_id)]
    return [row for each in found for row in each]
