"""Before a dossier is accepted: the officer must have seen the others that may be the same one."""

from __future__ import annotations

from engine.commands.context import Context
from engine.domain.dossier import Dossier
from engine.domain.twin import TwinsUnseen, owner_keys

ACCEPTS = "accept"
"""The answer by which a dossier is accepted at intake."""


def recognise(ctx: Context, dossier: Dossier) -> None:
    """Remembers under which names the owner is found again."""
    ctx.uow.changes.recognise(dossier.id, owner_keys(dossier.owner))


def refuse_unseen(ctx: Context, dossier: Dossier | None, seen: bool) -> None:
    """Raises TwinsUnseen unless the officer said that he saw them, or there are none."""
    if dossier is None or seen:
        return
    hashes = ctx.uow.changes.hashes(dossier.id)
    found = ctx.uow.changes.twins(dossier.slug, owner_keys(dossier.owner), hashes, dossier.id)
    if found:
        raise TwinsUnseen(count=len(found))
