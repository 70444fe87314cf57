"""Looking at personal data is itself something that happened (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.domain.actor import ActorKind
from engine.domain.errors import NotAllowed, NotFound
from engine.domain.read_log import PersonalRead

WHAT_LENGTH = 80
REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class RecordRead:
    """The actor was shown `what` of a dossier: a page, a file, a paper. `reason` where one was asked for."""

    dossier_id: str
    what: str
    reason: str = ""


def somebody_known(ctx: Context, _command: RecordRead) -> None:
    """Whoever reads, signs for it; nobody can sign for the engine. Raises NotAllowed."""
    if ctx.actor.kind is ActorKind.SYSTEM:
        raise NotAllowed()


def record(ctx: Context, command: RecordRead) -> dict[str, Any]:
    """Raises NotFound for a dossier that is not there."""
    if ctx.uow.dossiers.get(command.dossier_id) is None:
        raise NotFound(what="dossier")
    ctx.uow.files.record_read(PersonalRead(
        ctx.uow.new_id(), ctx.now, ctx.actor.id, ctx.actor.kind, command.dossier_id, command.what[:WHAT_LENGTH],
        command.reason[:REASON_LENGTH]))
    return {}


HANDLERS: Mapping[type, Handler] = {
    RecordRead: Handler(record, somebody_known, "audit.record_read", "dossier_id"),
}
