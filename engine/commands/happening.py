"""Who must know when something happens to a dossier: papers, notices, fees, requests. All in the same transaction."""

from __future__ import annotations

from collections.abc import Callable

from engine.commands import papers, result_issue
from engine.commands.asking import note_request
from engine.commands.context import Context
from engine.commands.fee_lines import owe
from engine.commands.notices import tell_people
from engine.commands.vaults import fill_vault
from engine.domain.occasion import Happening

__all__ = ["LISTENERS", "Happening", "Listener", "tell"]

Listener = Callable[[Context, Happening], None]
LISTENERS: tuple[Listener, ...] = (note_request, owe, papers.listen, result_issue.listen, tell_people, fill_vault)
"""In this order. A listener only writes rows and queues jobs: nothing slow, nothing outside the database."""


def tell(ctx: Context, happening: Happening) -> None:
    """Lets every listener do its part."""
    for listener in LISTENERS:
        listener(ctx, happening)
