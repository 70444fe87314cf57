"""Looking at personal data is itself something that happened (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.domain.actor import ActorKind, Role
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.read_log import CONSENT, SAME_LOOK, STORE, PersonalRead
from engine.domain.vault import identity_of

WHAT_LENGTH = 80
REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class RecordRead:
    """The actor was shown `what` of a dossier: a page, a file, a paper. `reason` where one was asked for."""

    dossier_id: str
    what: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenStore:
    """The owner stands before the officer of `unit_id` and agrees that his electronic store is looked into.

    `identity` is his identification number as it stands on his card; the log of commands does not keep it.
    """

    unit_id: str
    identity: str
    consent: bool


def may_look(ctx: Context, command: RecordRead) -> None:
    """Whoever reads, signs for it: who filed the dossier, and whoever may see it. Nobody signs for the engine.

    A look that nobody could have had would only blacken somebody. Raises NotAllowed, NotFound.
    """
    dossier = ctx.dossier(command.dossier_id)
    sees = ctx.actor.kind is ActorKind.STAFF and ctx.uow.files.may_see(ctx.actor, dossier.id)
    if ctx.actor.kind is ActorKind.SYSTEM or not (sees or dossier.submitted_by == ctx.actor.id):
        raise NotAllowed()


def may_open(ctx: Context, command: OpenStore) -> None:
    """Reception officers of that counter. Raises NotAllowed."""
    if not ctx.actor.has(Role.RECEPTION_OFFICER, command.unit_id):
        raise NotAllowed()


def record(ctx: Context, command: RecordRead) -> dict[str, Any]:
    """One line of the log."""
    _note(ctx, command.dossier_id, command.what, command.reason)
    return {}


def open_store(ctx: Context, command: OpenStore) -> dict[str, Any]:
    """Leaves a line for every dossier that a paper of the store came from, once for the same look.

    Raises InvalidInput without the consent.
    """
    if not command.consent:
        raise InvalidInput(problems={"consent": "required"})
    for dossier_id in sorted(ctx.uow.vault.origins(identity_of(command.identity))):
        if not ctx.uow.files.consented(ctx.actor.id, dossier_id, ctx.now - SAME_LOOK):
            _note(ctx, dossier_id, STORE, CONSENT)
    return {}


def _note(ctx: Context, dossier_id: str, what: str, reason: str) -> None:
    ctx.uow.files.record_read(PersonalRead(
        ctx.uow.new_id(), ctx.now, ctx.actor.id, ctx.actor.kind, dossier_id, what[:WHAT_LENGTH],
        reason[:REASON_LENGTH]))


HANDLERS: Mapping[type, Handler] = {
    RecordRead: Handler(record, may_look, "audit.record_read", "dossier_id"),
    OpenStore: Handler(open_store, may_open, "audit.open_store", "unit_id"),
}
