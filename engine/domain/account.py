"""Accounts as the engine keeps them, and when a sign-in is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.actor import ActorKind, Membership
from engine.domain.errors import DomainError

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
NO_PASSWORD = "!"  # noqa: S105 - the hash of no password: whoever has it comes in another way


class InvalidCredentials(DomainError):
    """No active account has this login and password. The answer is the same for both mistakes."""

    code = "invalid_credentials"


class AccountLocked(DomainError):
    """Too many wrong passwords; `facts['until']` says when the next attempt is heard."""

    code = "account_locked"


class LoginTaken(DomainError):
    """Another account has this login."""

    code = "login_taken"


@dataclass(frozen=True, slots=True)
class Credential:
    """What sign-in needs of an account."""

    account_id: str
    name: str
    password_hash: str
    active: bool
    failed_count: int
    locked_until: datetime | None
    session_epoch: int

    def locked_at(self, now: datetime) -> bool:
        """True while earlier failures still lock the account."""
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account about to be added; the password is already hashed."""

    id: str
    login: str
    name: str
    password_hash: str
    kind: ActorKind
    memberships: tuple[Membership, ...]
    created_at: datetime
