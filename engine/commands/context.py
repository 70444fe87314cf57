"""What every command is given besides itself: the transaction, the workflow, the time, the people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.actor import Actor
from engine.domain.process import Version
from engine.domain.review import Package, Problem, Vocabulary
from engine.ports import Calendars, Files, Passwords, UnitOfWork, Workflow


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to the handler by `dispatch`. `prepared` is what the handler's `prepare` made outside the transaction."""

    uow: UnitOfWork
    workflow: Workflow
    calendars: Calendars
    now: datetime
    actor: Actor
    vocabulary: Callable[[frozenset[str]], Vocabulary]
    settings: Mapping[str, Any]
    prepared: Any = None

    def version(self, version_id: str) -> Version:
        """A published version; the store remembers it, because it cannot change."""
        return self.uow.versions.get(version_id)


@dataclass(frozen=True, slots=True)
class Outside:
    """What a command may use before its transaction opens: slow or external work that must not hold a lock."""

    files: Files
    passwords: Passwords
    credential: Callable[[str], Any]
    review: Callable[[Package], list[Problem]]
    now: datetime
