"""What every command is given besides itself: the transaction, the workflow, the time, the people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.account import Credential
from engine.domain.actor import Actor
from engine.domain.dossier import Dossier
from engine.domain.errors import NotFound
from engine.domain.paper import Paper, Sealing
from engine.domain.process import Version
from engine.domain.publication import Draft
from engine.domain.review import Package, Problem
from engine.forms.notice_book import NoticeBook
from engine.ports import (
    Calendars,
    Documents,
    Files,
    Passwords,
    PaymentGateway,
    Scanner,
    Signatures,
    UnitOfWork,
    Workflow,
)


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to the handler by `dispatch`. `prepared` is what the handler's `prepare` made outside the transaction."""

    uow: UnitOfWork
    workflow: Workflow
    calendars: Calendars
    now: datetime
    actor: Actor
    read_facts: Callable[[Package], Mapping[str, Any]]
    hidden: Callable[[str, Mapping[str, Any]], bool]
    notices: NoticeBook
    prepared: Any = None

    def version(self, version_id: str) -> Version:
        """A published version; the store remembers it, because it cannot change."""
        return self.uow.versions.get(version_id)

    def dossier(self, dossier_id: str) -> Dossier:
        """A dossier as it stands. Raises NotFound."""
        found = self.uow.dossiers.get(dossier_id)
        if found is None:
            raise NotFound(what="dossier")
        return found


@dataclass(frozen=True, slots=True)
class Outside:
    """What a command may use before its transaction opens: slow or external work that must not hold a lock."""

    files: Files
    scanner: Scanner
    type_of: Callable[[bytes, str], str | None]
    passwords: Passwords
    credential: Callable[[str], Credential | None]
    draft: Callable[[str], Draft]
    review: Callable[[Package], list[Problem]]
    documents: Documents
    signatures: Signatures
    paper: Callable[[str], Paper | None]
    sealing: Callable[[str], Sealing | None]
    public_url: str
    now: datetime
    payments: PaymentGateway | None = None
