"""Every change of the world: prepare, open one transaction, authorise, handle, log, commit.

A repeated key gives the stored answer. A held instance is tried three times in all. Nothing else writes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands import accounts, definitions, dossiers, installation, instances, numbers, tasks
from engine.commands.context import Context, Outside
from engine.domain.actor import Actor
from engine.domain.errors import DomainError, InstanceBusy
from engine.domain.log_entry import LogEntry
from engine.domain.review import Package
from engine.ports import Calendars, Clock, UnitOfWork, Workflow

TRIES = 3
UNLOGGED = frozenset({"password", "content", "package", "days", "sample"})
"""Fields that never reach the log: secrets, and bytes that lie elsewhere."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How one command is carried out. `subject` names the field that says what it acts on."""

    run: Callable[[Context, Any], dict[str, Any]]
    authorise: Callable[[Context, Any], None]
    audit: str
    subject: str
    prepare: Callable[[Outside, Any], Any] | None = None
    afterwards: Callable[[dict[str, Any]], None] | None = None


HANDLERS: Mapping[type, Handler] = {
    tasks.ClaimTask: Handler(tasks.claim, tasks.may_work, "audit.claim_task", "task_id"),
    tasks.ReleaseTask: Handler(tasks.release, tasks.may_work, "audit.release_task", "task_id"),
    tasks.ReassignTask: Handler(tasks.reassign, tasks.may_reassign, "audit.reassign_task", "task_id"),
    tasks.CompleteTask: Handler(tasks.complete, tasks.may_work, "audit.complete_task", "task_id"),
    dossiers.SubmitDossier: Handler(
        dossiers.submit, dossiers.may_receive, "audit.submit_dossier", "slug", dossiers.keep_files),
    dossiers.AttachFile: Handler(
        dossiers.attach, dossiers.may_attach, "audit.attach_file", "dossier_id", dossiers.keep_files),
    numbers.IssueNumber: Handler(numbers.issue, instances.only_the_engine, "audit.issue_number", "dossier_id"),
    instances.FireTimer: Handler(instances.fire_timer, instances.only_the_engine, "audit.fire_timer", "timer_id"),
    instances.FailTimer: Handler(instances.fail_timer, instances.only_the_engine, "audit.fail_timer", "timer_id"),
    instances.FinishJob: Handler(instances.finish_job, instances.only_the_engine, "audit.finish_job", "job_id"),
    instances.FailJob: Handler(instances.fail_job, instances.only_the_engine, "audit.fail_job", "job_id"),
    instances.RaiseJobError: Handler(
        instances.raise_job_error, instances.only_the_engine, "audit.raise_job_error", "job_id"),
    instances.DeliverMessage: Handler(
        instances.deliver_message, instances.only_the_engine, "audit.deliver_message", "message_id"),
    instances.RetryIncident: Handler(
        instances.retry_incident, instances.only_administrators, "audit.retry_incident", "incident_id"),
    definitions.UploadDraft: Handler(
        definitions.upload, definitions.only_controllers, "audit.upload_draft", "slug", definitions.review_upload),
    definitions.PublishDraft: Handler(
        definitions.publish_draft, definitions.only_controllers, "audit.publish_draft", "draft_id",
        definitions.review_draft),
    definitions.PublishPackage: Handler(
        definitions.publish_package, definitions.only_controllers, "audit.publish_package", "slug",
        definitions.review_upload),
    accounts.SignIn: Handler(
        accounts.sign_in, accounts.anybody, "audit.sign_in", "login", accounts.check_password, accounts.refuse_entry),
    accounts.CreateAccount: Handler(
        accounts.create, accounts.only_operators, "audit.create_account", "login", accounts.hash_password),
    accounts.SetPassword: Handler(
        accounts.set_password, accounts.only_operators, "audit.set_password", "login", accounts.hash_password),
    installation.LoadCalendar: Handler(
        installation.load_calendar, accounts.only_operators, "audit.load_calendar", "source"),
    installation.InstallSample: Handler(
        installation.install_sample, accounts.only_operators, "audit.install_sample", "name",
        installation.hash_sample_password),
}
"""Every command with its handler, its permission and the label of its line in the audit log."""


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Carries out commands. `outside` gives what a handler's `prepare` may use."""

    open_unit_of_work: Callable[[], AbstractContextManager[UnitOfWork]]
    workflow: Workflow
    calendars: Calendars
    clock: Clock
    outside: Callable[[datetime], Outside]
    read_facts: Callable[[Package], Mapping[str, Any]]
    hidden: Callable[[str, Mapping[str, Any]], bool]
    new_key: Callable[[], str]

    def execute(self, command: Any, actor: Actor, key: str | None = None) -> dict[str, Any]:
        """Carries out the command once per `key`. Raises what the handler raises, and InstanceBusy."""
        handler, key = HANDLERS[type(command)], key or self.new_key()
        now = self.clock.now()
        prepared = handler.prepare(self.outside(now), command) if handler.prepare else None
        result = self._try(handler, command, actor, key, now, prepared)
        if handler.afterwards:
            handler.afterwards(result)
        return result

    def _try(self, handler: Handler, command: Any, actor: Actor, key: str, now: datetime,
             prepared: Any) -> dict[str, Any]:
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(handler, command, actor, key, now, prepared)
            except InstanceBusy:
                if attempt == TRIES:
                    raise
            except DomainError as refusal:
                return self._answered_before(command, actor, key, refusal)
        raise AssertionError("unreachable")

    def _once(self, handler: Handler, command: Any, actor: Actor, key: str, now: datetime,
              prepared: Any) -> dict[str, Any]:
        with self.open_unit_of_work() as uow:
            ctx = Context(uow, self.workflow, self.calendars, now, actor, self.read_facts, self.hidden,
                          prepared)
            handler.authorise(ctx, command)
            result = handler.run(ctx, command)
            uow.log.add(LogEntry(key, type(command).__name__, actor.id, now, subject_of(handler, command),
                                 without_secrets(command), result))
        return result

    def _answered_before(self, command: Any, actor: Actor, key: str, refusal: DomainError) -> dict[str, Any]:
        """A double click comes back refused (the task is done); the key tells it from somebody else's click."""
        with self.open_unit_of_work() as uow:
            result = uow.log.result_of(key, type(command).__name__, actor.id)
        if result is None:
            raise refusal
        return dict(result)


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
