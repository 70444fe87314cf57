"""How one command is carried out: every module of commands ends with its own table of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context, Outside
from engine.domain.actor import ActorKind
from engine.domain.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Handler:
    """`authorise` raises NotAllowed; `prepare` runs before the transaction, `afterwards` once it is safely written.

    `audit` is the label of the line in the log, `subject` the field that says what the command acts on.
    """

    run: Callable[[Context, Any], dict[str, Any]]
    authorise: Callable[[Context, Any], None]
    audit: str
    subject: str
    prepare: Callable[[Outside, Any], Any] | None = None
    afterwards: Callable[[dict[str, Any]], None] | None = None


def only_the_engine(ctx: Context, _command: object) -> None:
    """Raises NotAllowed for people: these commands belong to the worker."""
    if ctx.actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed()
