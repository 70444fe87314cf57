"""Accounts: sign-in with a lock after repeated failures, creation, passwords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context, Outside
from engine.commands.handler import Handler
from engine.domain.account import (
    FAILURES_BEFORE_LOCK,
    LOCKED_FOR,
    NO_PASSWORD,
    AccountLocked,
    Credential,
    InvalidCredentials,
    LoginTaken,
    NewAccount,
)
from engine.domain.actor import ActorKind, Membership, Role
from engine.domain.errors import InvalidInput, NotAllowed

SHORTEST_PASSWORD = 8


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person asks to be let in."""

    login: str
    password: str


@dataclass(frozen=True, slots=True)
class CreateAccount:
    """A new account; `memberships` are (unit id, role value)."""

    login: str
    name: str
    password: str
    memberships: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SetPassword:
    """A new password ends every session of the account."""

    login: str
    password: str


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Whoever knows the password of his account takes another one; every other session of the account ends."""

    login: str
    old_password: str
    password: str


def anybody(_ctx: Context, _command: object) -> None:
    """Signing in is how one becomes somebody."""


def only_operators(ctx: Context, _command: object) -> None:
    """The command line, or a system administrator. Raises NotAllowed."""
    if ctx.actor.kind is not ActorKind.SYSTEM and not ctx.actor.has(Role.SYS_ADMIN):
        raise NotAllowed()


def only_its_owner(ctx: Context, command: ChangePassword) -> None:
    """Whoever has this login. Raises NotAllowed."""
    credential = ctx.uow.people.credential(command.login)
    if credential is None or credential.account_id != ctx.actor.id:
        raise NotAllowed()


def check_password(outside: Outside, command: SignIn) -> str | None:
    """Hashing takes a tenth of a second, so it happens before the transaction."""
    return _hash_opened(outside, command.login, command.password)


def check_both(outside: Outside, command: ChangePassword) -> tuple[str | None, str]:
    """The hash that the old password opens, and that of the new one. Raises InvalidInput (password)."""
    return _hash_opened(outside, command.login, command.old_password), hash_password(outside, command)


def hash_password(outside: Outside, command: CreateAccount | SetPassword | ChangePassword) -> str:
    """Raises InvalidInput for a password too short to keep anybody out."""
    if len(command.password) < SHORTEST_PASSWORD:
        raise InvalidInput(problems={"password": "too_short"})
    return outside.passwords.hash(command.password)


def sign_in(ctx: Context, command: SignIn) -> dict[str, Any]:
    """Never raises for a wrong password: a refusal must be counted, and an exception would roll the count back."""
    credential = _admitted(ctx, command.login, ctx.prepared)
    if not isinstance(credential, Credential):
        return credential
    ctx.uow.people.save_attempt(credential.account_id, 0, None)
    return {"account_id": credential.account_id, "name": credential.name, "session_epoch": credential.session_epoch}


def refuse_entry(result: dict[str, Any]) -> None:
    """After the count is safely written. Raises InvalidCredentials, AccountLocked."""
    if result.get("refused") == AccountLocked.code:
        raise AccountLocked(until=result["until"])
    if "refused" in result:
        raise InvalidCredentials()


def create(ctx: Context, command: CreateAccount) -> dict[str, Any]:
    """Raises LoginTaken, and NotFound for a unit that does not exist."""
    if ctx.uow.people.credential(command.login):
        raise LoginTaken(login=command.login)
    for unit_id, _ in command.memberships:
        ctx.uow.people.unit_code(unit_id)
    memberships = tuple(Membership(unit_id, Role(role)) for unit_id, role in command.memberships)
    account = NewAccount(
        ctx.uow.new_id(), command.login, command.name, ctx.prepared, ActorKind.STAFF, memberships, ctx.now)
    ctx.uow.people.add_account(account)
    return {"account_id": account.id}


def set_password(ctx: Context, command: SetPassword) -> dict[str, Any]:
    """Raises NotFound for an unknown login."""
    return {"account_id": ctx.uow.people.set_password(command.login, ctx.prepared)}


def change_password(ctx: Context, command: ChangePassword) -> dict[str, Any]:
    """Wrong old passwords count as at the door. Returns the new session epoch, so that the session at hand goes on."""
    opened, hashed = ctx.prepared
    credential = _admitted(ctx, command.login, opened)
    if not isinstance(credential, Credential):
        return credential
    ctx.uow.people.set_password(command.login, hashed)
    return {"account_id": credential.account_id, "session_epoch": credential.session_epoch + 1}


def _hash_opened(outside: Outside, login: str, password: str) -> str | None:
    """The hash of this login when the password opens it."""
    credential = outside.credential(login)
    known = credential.password_hash if credential and credential.password_hash != NO_PASSWORD else None
    return known if outside.passwords.verify(known, password) else None


def _admitted(ctx: Context, login: str, opened: str | None) -> Credential | dict[str, Any]:
    """The account, or why this password opens nothing.

    Read again and held: guesses made at once are counted one by one, and a password set since the check is the one
    that counts.
    """
    credential = ctx.uow.people.held_credential(login)
    if credential is None or not credential.active:
        return {"refused": InvalidCredentials.code}
    if credential.locked_until and credential.locked_at(ctx.now):
        return {"refused": AccountLocked.code, "until": credential.locked_until.isoformat()}
    return credential if opened == credential.password_hash else _count_failure(ctx, credential)


def _count_failure(ctx: Context, credential: Credential) -> dict[str, Any]:
    failures = credential.failed_count + 1
    locked_until = ctx.now + LOCKED_FOR if failures >= FAILURES_BEFORE_LOCK else None
    ctx.uow.people.save_attempt(credential.account_id, 0 if locked_until else failures, locked_until)
    return {"refused": InvalidCredentials.code, "until": locked_until.isoformat() if locked_until else None}


HANDLERS: Mapping[type, Handler] = {
    SignIn: Handler(sign_in, anybody, "audit.sign_in", "login", check_password, refuse_entry),
    CreateAccount: Handler(create, only_operators, "audit.create_account", "login", hash_password),
    SetPassword: Handler(set_password, only_operators, "audit.set_password", "login", hash_password),
    ChangePassword: Handler(
        change_password, only_its_owner, "audit.change_password", "login", check_both, refuse_entry),
}
