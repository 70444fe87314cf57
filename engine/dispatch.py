"""Every change of the world: prepare, open one transaction, authorise, handle, log, commit.

A repeated key gives the stored answer. A held instance is tried three times in all. Nothing else writes.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from engine.commands import (
    accounts,
    calendar_changes,
    citizens,
    corrections,
    definitions,
    digitising,
    dispatching,
    dossiers,
    drafts,
    fees,
    identities,
    installation,
    instances,
    numbers,
    organisation,
    papers,
    payments,
    permits,
    promising,
    ratings,
    reading,
    reconciliation,
    results,
    seals,
    sending,
    stopping,
    supplements,
    task_drafts,
    tasks,
    watching,
)
from engine.commands.context import Context, Outside
from engine.commands.handler import Handler
from engine.domain.actor import Actor, ActorKind
from engine.domain.errors import DomainError, InstanceBusy
from engine.domain.log_entry import LogEntry
from engine.domain.review import Package
from engine.forms.notice_book import NoticeBook
from engine.ports import Calendars, Clock, UnitOfWork, Workflow

T = TypeVar("T")
TRIES = 3
UNLOGGED = frozenset({"password", "old_password", "content", "package", "days", "sample", "secret", "typed", "written",
                      "identity", "full_name", "id_number", "birth_date"})
"""Fields that never reach the log: secrets, who somebody is, and bytes that lie elsewhere."""

MODULES = (
    accounts,
    calendar_changes,
    citizens,
    corrections,
    definitions,
    dispatching,
    digitising,
    dossiers,
    drafts,
    fees,
    identities,
    installation,
    instances,
    numbers,
    organisation,
    papers,
    payments,
    permits,
    promising,
    ratings,
    results,
    seals,
    reading,
    reconciliation,
    sending,
    stopping,
    supplements,
    task_drafts,
    tasks,
    watching,
)
HANDLERS: Mapping[type, Handler] = {command: each for module in MODULES for command, each in module.HANDLERS.items()}
"""Every command with its handler, its permission and the label of its line in the audit log."""


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Carries out commands. `outside` gives what a handler's `prepare` may use."""

    open_unit_of_work: Callable[..., AbstractContextManager[UnitOfWork]]
    workflow: Workflow
    calendars: Calendars
    clock: Clock
    outside: Callable[[datetime], Outside]
    read_facts: Callable[[Package], Mapping[str, Any]]
    hidden: Callable[[str, Mapping[str, Any]], bool]
    notices: NoticeBook
    new_key: Callable[[], str]

    def execute(self, command: Any, actor: Actor, key: str | None = None) -> dict[str, Any]:
        """Carries out the command once per `key`. Raises what the handler raises, and InstanceBusy."""
        handler, key = HANDLERS[type(command)], own_key(actor.id, key) if key else self.new_key()
        now = self.clock.now()
        try:
            prepared = self._prepare(handler, command, actor, now)
            result = _patiently(lambda: self._once(handler, command, actor, key, now, prepared))
        except InstanceBusy:
            raise
        except DomainError as refusal:
            result = self._answered_before(command, actor, key, refusal)
        if handler.afterwards:
            handler.afterwards(result)
        return result

    def _prepare(self, handler: Handler, command: Any, actor: Actor, now: datetime) -> Any:
        """Slow work is done, and bytes are kept, only for those who may; the transaction asks them again."""
        if handler.prepare is None:
            return None
        if actor.kind is not ActorKind.SYSTEM:
            _patiently(lambda: self._admit(handler, command, actor, now))
        return handler.prepare(self.outside(now), command)

    def _admit(self, handler: Handler, command: Any, actor: Actor, now: datetime) -> None:
        with self.open_unit_of_work(reading=True) as uow:
            handler.authorise(self._context(uow, actor, now, None), command)

    def _context(self, uow: UnitOfWork, actor: Actor, now: datetime, prepared: Any) -> Context:
        return Context(uow, self.workflow, self.calendars, now, actor, self.read_facts, self.hidden, self.notices,
                       prepared)

    def _once(self, handler: Handler, command: Any, actor: Actor, key: str, now: datetime,
              prepared: Any) -> dict[str, Any]:
        with self.open_unit_of_work() as uow:
            ctx = self._context(uow, actor, now, prepared)
            handler.authorise(ctx, command)
            result = handler.run(ctx, command)
            uow.log.add(LogEntry(key, type(command).__name__, actor.id, now, subject_of(handler, command),
                                 without_secrets(command), result))
        return result

    def _answered_before(self, command: Any, actor: Actor, key: str, refusal: DomainError) -> dict[str, Any]:
        """A double click comes back refused (the task is done); the key tells it from somebody else's click."""
        with self.open_unit_of_work(reading=True) as uow:
            result = uow.log.result_of(key, type(command).__name__, actor.id)
        if result is None:
            raise refusal
        return dict(result)


def _patiently(act: Callable[[], T]) -> T:
    """Again when somebody else held the row."""
    for _ in range(TRIES - 1):
        with suppress(InstanceBusy):
            return act()
    return act()


def own_key(actor_id: str, key: str) -> str:
    """Browsers send keys, so everybody has his own: nobody can take the key of somebody else's command."""
    return hashlib.sha256(f"{actor_id}/{key}".encode()).hexdigest()


def subject_of(handler: Handler, command: Any) -> str:
    """The id of what the command acts on; a package is known by its slug."""
    holder = command if hasattr(command, handler.subject) else command.package
    return str(getattr(holder, handler.subject))[:80]


def without_secrets(value: Any) -> Any:
    """The command as the log may keep it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: without_secrets(getattr(value, f.name)) for f in dataclasses.fields(value)
                if f.name not in UNLOGGED}
    if isinstance(value, Mapping):
        return {key: without_secrets(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [without_secrets(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
