"""Half-written answers of a task are kept on the server: closing the page, or a power cut, loses no work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from engine.commands import tasks
from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.domain.errors import InvalidInput
from engine.forms import schema as form_schema

LARGEST = 200_000
"""Bytes of one draft; the longest form of the catalogue, filled to the brim, needs a tenth of it."""


@dataclass(frozen=True, slots=True)
class SaveTaskDraft:
    """Keeps what somebody has written into a task's form so far, right or wrong. `written` are texts by field key."""

    task_id: str
    written: Mapping[str, Any] = field(default_factory=dict)


def save(ctx: Context, command: SaveTaskDraft) -> dict[str, Any]:
    """Raises TaskAlreadyDone, TaskHeldByOther, and InvalidInput for more text than any form asks."""
    instance, item = tasks.open_for(ctx, command.task_id)
    forms = ctx.version(instance.version_id).forms
    asked = form_schema.published(forms[item.form_key]).fields if item.form_key else ()
    kept = {each.key: command.written[each.key] for each in asked if each.key in command.written}
    if len(orjson.dumps(kept)) > LARGEST:
        raise InvalidInput(problems={"written": "too_long"})
    ctx.uow.task_drafts.save(item.id, ctx.actor.id, kept, ctx.now)
    return {"dossier_id": item.business_key, "saved": len(kept)}


HANDLERS: Mapping[type, Handler] = {
    SaveTaskDraft: Handler(save, tasks.may_work, "audit.save_task_draft", "task_id"),
}
