"""An electronic identity and an account that was there before: linked when its owner says so, and let go again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.commands.citizens import EnterByIdentity, only_the_gate, profile_of, vouched
from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.domain.actor import ActorKind
from engine.domain.citizen import Assurance, IdentityDiffers, IdentityTaken, IdentityUnproven, LastWayIn
from engine.domain.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class LinkIdentity(EnterByIdentity):
    """From now on this identity opens the account, too.

    The web says so after checking the provider's signature, and that whoever asks has signed in to the account.
    """

    account_id: str = ""


@dataclass(frozen=True, slots=True)
class UnlinkIdentity:
    """The identity opens the account no more, and what it vouched for is the owner's own word again."""

    account_id: str
    issuer: str


def only_oneself(ctx: Context, command: UnlinkIdentity) -> None:
    """The citizen himself. Raises NotAllowed."""
    if ctx.actor.kind is not ActorKind.CITIZEN or ctx.actor.id != command.account_id:
        raise NotAllowed()


def link(ctx: Context, command: LinkIdentity) -> dict[str, Any]:
    """Raises IdentityTaken, IdentityUnproven, IdentityDiffers, and NotFound for an officer's account."""
    known = profile_of(ctx, command.account_id)
    holder = ctx.uow.citizens.add_identity(command.issuer, command.subject, command.account_id, ctx.now)
    if holder != command.account_id:
        raise IdentityTaken()
    if not (command.proven and command.id_number):
        raise IdentityUnproven()
    if known.id_number not in ("", command.id_number):
        raise IdentityDiffers()
    ctx.uow.citizens.save_profile(vouched(known, command))
    return {"account_id": command.account_id}


def unlink(ctx: Context, command: UnlinkIdentity) -> dict[str, Any]:
    """Raises LastWayIn where neither a contact nor a password is left, NotFound where nothing is linked."""
    if not ctx.uow.citizens.opens_otherwise(command.account_id):
        raise LastWayIn()
    if not ctx.uow.citizens.drop_identity(command.issuer, command.account_id):
        raise NotFound(what="identity")
    known = profile_of(ctx, command.account_id)
    ctx.uow.citizens.save_profile(replace(known, assurance=Assurance.DECLARED))
    return {"account_id": command.account_id}


HANDLERS: Mapping[type, Handler] = {
    LinkIdentity: Handler(link, only_the_gate, "audit.link_identity", "account_id"),
    UnlinkIdentity: Handler(unlink, only_oneself, "audit.unlink_identity", "account_id"),
}
