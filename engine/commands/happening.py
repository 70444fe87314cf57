"""Who must know when something happens to a dossier: papers, notices, fees, requests. All in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.commands.context import Context
from engine.domain.dossier import Dossier
from engine.domain.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Happening:
    """One occasion. `variables` are those of the instance that caused it, `{}` where no instance did."""

    occasion: Occasion
    dossier: Dossier
    variables: Mapping[str, Any] = field(default_factory=dict)


Listener = Callable[[Context, Happening], None]
LISTENERS: tuple[Listener, ...] = ()
"""In this order. A listener only writes rows and queues jobs: nothing slow, nothing outside the database."""


def tell(ctx: Context, happening: Happening) -> None:
    """Lets every listener do its part."""
    for listener in LISTENERS:
        listener(ctx, happening)
