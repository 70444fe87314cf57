"""What the engine asks of the world. A protocol stands here only where there are two implementations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from engine.domain.account import Credential, NewAccount
from engine.domain.actor import Actor
from engine.domain.calendar import VIETNAM, CalendarDay, WorkingCalendar
from engine.domain.clock_ledger import ClockEvent
from engine.domain.dossier import Attachment, Dossier, DossierComponent
from engine.domain.instance import Incident, Instance, Job, JobStatus, Message, MessageStatus, Timer, WorkItem
from engine.domain.log_entry import LogEntry
from engine.domain.organisation import Unit
from engine.domain.process import Moment, Step, Trouble, Version, Waits
from engine.domain.publication import Draft, PublishedVersion
from engine.domain.review import Package, Problem, Vocabulary


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Aware instant, UTC."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the workflow needs of a stored instance."""

    version: Version
    process_id: str
    state: bytes
    variables: Mapping[str, Any]


class Workflow(Protocol):
    """SpiffWorkflow behind one door. Pure: the same arguments give the same Step; nothing is kept between calls.

    Every call runs the instance until nothing can move without the world. Unless said otherwise raises
    `engine.domain.errors.NotFound` when the token named no longer waits (a late timer, a double click).
    """

    def review(self, package: Package, vocabulary: Vocabulary) -> list[Problem]:
        """The publish gate: every problem, never only the first."""

    def processes(self, version: Version) -> tuple[str, ...]:
        """Ids of the executable processes (pools), the one that starts without a message first."""

    def message_start(self, version: Version, message: str) -> str | None:
        """The process whose start event receives this message, if any."""

    def start(self, version: Version, process_id: str, variables: Mapping[str, Any], at: Moment) -> Step:
        """Begins an instance at its none start event with these instance variables."""

    def start_by_message(self, version: Version, message: str, payload: Mapping[str, Any], at: Moment) -> Step:
        """Begins an instance at its message start event; the payload becomes its variables."""

    def complete(self, it: Loaded, token_id: str, answers: Mapping[str, Any], at: Moment) -> Step:
        """Completes a human task; answers become instance variables (or the item's output in multi-instance)."""

    def finish_call(self, it: Loaded, token_id: str, result: Mapping[str, Any], at: Moment) -> Step:
        """Completes a service task with its delegate's result."""

    def fail_call(self, it: Loaded, token_id: str, error_code: str, message: str, at: Moment) -> Step:
        """Throws a BPMN error at a service task; without a boundary that catches it the Step carries a Trouble."""

    def fire(self, it: Loaded, token_id: str, slot: str, at: Moment) -> Step:
        """Fires one timer. Cycles come back in `timers_set` with their next due time."""

    def deliver(self, it: Loaded, kind: str, name: str, payload: Mapping[str, Any], at: Moment) -> Step:
        """Delivers a message (one subscription) or a signal (all of them)."""

    def retry(self, it: Loaded, token_id: str, at: Moment) -> Step:
        """Runs a token in trouble once more, after the cause was mended (variables may have been corrected)."""

    def waits(self, it: Loaded) -> Waits:
        """What the state waits for: used to verify or rebuild the rows."""


class Delegate(Protocol):
    """One act a service task may call. Must be idempotent under `call.key`."""

    def __call__(self, call: DelegateCall) -> Mapping[str, Any]:
        """Returns variables for the instance. Raise `BpmnError` for a business failure, anything else is retried."""


@dataclass(frozen=True, slots=True)
class DelegateCall:
    """Everything a delegate may know."""

    key: str
    business_key: str
    inputs: Mapping[str, Any]
    execute: Callable[[Any], Any]
    now: datetime

    def now_in_vietnam(self) -> datetime:
        """The present as the papers print it."""
        return self.now.astimezone(VIETNAM)


class BpmnError(Exception):
    """A business failure that the diagram may catch at a boundary error event."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Jobs(Protocol):
    """Asynchronous work, enqueued in the caller's transaction. Five methods, so that the engine behind can change."""

    def enqueue(self, session: Any, task: str, arguments: Sequence[Any], *, key: str, delay_s: float = 0,
                partition: str | None = None) -> None:
        """Queues `task(*arguments)`. The same `key` queues once. One job at a time per partition."""

    def cancel(self, keys: Iterable[str]) -> None:
        """Forgets jobs that have not started."""

    def retry(self, task: str, arguments: Sequence[Any], *, key: str, partition: str | None = None) -> bool:
        """Queues work again unless a run whose key begins with `key` is still to come. True when it was queued."""

    def stats(self) -> Mapping[str, int]:
        """Counts by state: queued, running, failed."""

    def run_worker(self, tasks: Mapping[str, Callable[..., None]], *, name: str, threads: int) -> Callable[[], None]:
        """Starts consuming in background threads; returns the function that stops them."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file's bytes lie, and what they are."""

    path: str
    sha256: str
    size: int


class Files(Protocol):
    """Bytes that outlive the process: written and synced before the row that names them commits."""

    def put(self, content: bytes) -> StoredFile:
        """Stores the bytes under their content hash; storing the same bytes twice is harmless."""

    def get(self, path: str) -> bytes:
        """Raises NotFound for a path that `put` never gave."""


class Passwords(Protocol):
    """Slow on purpose, so never called inside a transaction."""

    def hash(self, password: str) -> str:
        """A salted hash to keep."""

    def verify(self, hashed: str | None, password: str) -> bool:
        """True when the password made this hash; False, after the same time, for None."""


class Calendars(Protocol):
    """Working calendars by unit, from the calendar table."""

    def of(self, unit_id: str | None) -> WorkingCalendar:
        """The unit's calendar; the national one for None."""


class InstanceRows(Protocol):
    """Instances and everything they wait for. Every `load` locks the instance until the transaction ends."""

    def load(self, instance_id: str) -> Instance: ...
    def load_by_task(self, task_id: str) -> Instance: ...
    def work_item(self, task_id: str) -> WorkItem: ...
    def assign(self, task_id: str, account_id: str | None, at: datetime) -> None: ...
    def last_holder(self, instance_id: str, node_id: str) -> str | None: ...
    def open_items(self, business_key: str) -> Sequence[WorkItem]: ...
    def timer(self, timer_id: str) -> Timer: ...
    def drop_timer(self, timer_id: str) -> None: ...
    def park_timer(self, timer_id: str) -> None: ...
    def unpark_timers(self, instance_id: str, token_id: str) -> None: ...
    def job(self, job_id: str) -> Job: ...
    def set_job(self, job_id: str, status: JobStatus, attempts: int, error: str | None, at: datetime) -> None: ...
    def message(self, message_id: str) -> Message: ...
    def settle(self, message_id: str, status: MessageStatus, target: str | None, at: datetime,
               error: str | None) -> None: ...
    def subscribers(self, business_key: str, kind: str, name: str) -> Sequence[str]: ...
    def incident(self, incident_id: str) -> Incident: ...
    def resolve(self, incident_id: str, actor_id: str, at: datetime) -> None: ...
    def raise_incident(self, instance: Instance, trouble: Trouble, job_id: str | None, at: datetime) -> None: ...
    def add(self, instance: Instance, step: Step, items: Sequence[WorkItem], actor_id: str, at: datetime,
            by_message: str | None = None) -> None: ...
    def record(self, instance: Instance, step: Step, items: Sequence[WorkItem], actor_id: str, at: datetime,
               done: str | None = None) -> None: ...


class DossierRows(Protocol):
    """Dossiers, their clocks, papers and numbers."""

    def get(self, dossier_id: str) -> Dossier | None: ...
    def add(self, dossier: Dossier, components: Sequence[DossierComponent]) -> None: ...
    def save(self, dossier: Dossier) -> None: ...
    def clock(self, dossier_id: str) -> Sequence[ClockEvent]: ...
    def append_clock(self, event: ClockEvent) -> None: ...
    def redate_work(self, dossier_id: str, due_at: datetime | None) -> None: ...
    def add_attachment(self, attachment: Attachment) -> None: ...
    def next_number(self, name: str) -> int: ...
    def issue_number(self, key: str, agency_id: str, document_type: str, year: int, dossier_id: str,
                     at: datetime) -> int: ...


class VersionRows(Protocol):
    """Published versions and drafts."""

    def get(self, version_id: str) -> Version: ...
    def latest(self, slug: str, on: date) -> Version: ...
    def newest_with(self, slug: str, sha256: str) -> Version | None: ...
    def highest_number(self, slug: str) -> int: ...
    def publish(self, published: PublishedVersion) -> Version: ...
    def add_draft(self, draft: Draft) -> None: ...
    def draft(self, draft_id: str) -> Draft: ...
    def mark_published(self, draft_id: str, version_id: str) -> None: ...


class PeopleRows(Protocol):
    """Accounts, units and the routes between them."""

    def credential(self, login: str) -> Credential | None: ...
    def save_attempt(self, account_id: str, failed_count: int, locked_until: datetime | None) -> None: ...
    def add_account(self, account: NewAccount) -> None: ...
    def set_password(self, login: str, password_hash: str) -> str: ...
    def actor(self, account_id: str) -> Actor | None: ...
    def has_units(self) -> bool: ...
    def add_units(self, units: Sequence[Unit], routes: Mapping[str, Mapping[str, str]]) -> None: ...
    def unit_code(self, unit_id: str) -> str: ...
    def unit_by_code(self, code: str) -> str | None: ...
    def routes(self, unit_id: str) -> Mapping[str, str]: ...
    def agency_keys(self) -> frozenset[str]: ...


class CalendarRows(Protocol):
    """The calendar table."""

    def add(self, days: Sequence[CalendarDay]) -> int: ...


class LogRows(Protocol):
    """The log of commands: audit trail and idempotency in one."""

    def result_of(self, key: str, kind: str, actor_id: str) -> Mapping[str, Any] | None: ...
    def add(self, entry: LogEntry) -> None: ...


class UnitOfWork(Protocol):
    """One transaction. Everything a command changes goes through it; leaving it without `commit` rolls back."""

    @property
    def instances(self) -> InstanceRows: ...
    @property
    def dossiers(self) -> DossierRows: ...
    @property
    def versions(self) -> VersionRows: ...
    @property
    def people(self) -> PeopleRows: ...
    @property
    def calendar(self) -> CalendarRows: ...
    @property
    def log(self) -> LogRows: ...
    def new_id(self) -> str: ...
    def enqueue(self, task: str, argument: str, *, key: str, delay_s: float = 0,
                partition: str | None = None) -> None: ...
