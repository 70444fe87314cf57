"""What the engine asks of the world. A protocol stands here only where there are two implementations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.domain.calendar import WorkingCalendar
from engine.domain.notice import Letter
from engine.domain.payment import (
    PaymentNotice,
    PaymentOrder,
)
from engine.domain.process import Moment, Step, Version, Waits
from engine.domain.reconciliation import StatementLine
from engine.domain.review import Package, Problem, Vocabulary
from engine.domain.signature import Signatory, SignatureCheck
from engine.domain.tariff import Evaluator
from engine.rows import (
    ApplicationRows,
    CalendarRows,
    ChangeRows,
    CitizenRows,
    DossierRows,
    FeeRows,
    FileRows,
    InstanceRows,
    LogRows,
    NoticeRows,
    NumberRows,
    OrganisationRows,
    PaperRows,
    PeopleRows,
    SealRows,
    TaskDraftRows,
    VaultRows,
    VersionRows,
)


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

    def evaluator(self, version: Version, now: datetime) -> Evaluator:
        """Formulas and decision tables of a version, for what has to be reckoned beside its diagram."""

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
    media_type: str = ""


class Files(Protocol):
    """Bytes that outlive the process: written and synced before the row that names them commits."""

    def put(self, content: bytes) -> StoredFile:
        """Stores the bytes under their content hash; storing the same bytes twice is harmless."""

    def get(self, path: str) -> bytes:
        """Raises NotFound for a path that `put` never gave."""


class Documents(Protocol):
    """Turns a template and plain data into a PDF that archives take (PDF/A-2a) and screen readers read (PDF/UA-1)."""

    def render(self, template: str, data: Mapping[str, Any], at: datetime, *, link: str = "") -> bytes:
        """The document as of `at`, with `link` as a QR code. Raises DocumentFailed, DocumentTooSlow."""


class Signatures(Protocol):
    """Signs PDF files and checks signatures (PAdES)."""

    def sign(self, pdf: bytes, signatories: Sequence[Signatory], at: datetime) -> bytes:
        """The file with one visible signature more for each, in this order."""

    def try_out(self, pdf: bytes, at: datetime) -> None:
        """Raises InvalidInput for a file that could not be signed. Leaves no signature and no key behind."""

    def check(self, pdf: bytes) -> tuple[SignatureCheck, ...]:
        """Every signature of a file; none for a file without any. Raises InvalidInput for what is no PDF."""


class KeyHolder(Protocol):
    """Keys that sign and never leave their place: a file, a token (PKCS#11), a remote signing service."""

    def certificate(self, signatory: Signatory, at: datetime) -> bytes:
        """The signatory's certificate (DER)."""

    def trusted(self) -> Sequence[bytes]:
        """The roots whose signatures count as ours (DER)."""

    async def sign_raw(self, certificate: bytes, content: bytes) -> bytes:
        """ECDSA with SHA-256 over the content, by the key of that certificate."""


class Scanner(Protocol):
    """Looks for viruses. Slow, so never called inside a transaction."""

    @property
    def active(self) -> bool:
        """False when files are taken unseen, which pages then say."""

    def scan(self, content: bytes) -> str:
        """The name of what was found; empty when clean. Raises ScannerSilent when there is no answer."""

    def alive(self) -> bool:
        """Whether it answers."""


class Messenger(Protocol):
    """One way to tell people something. May hang up to its own time-out, so never called inside a transaction."""

    def send(self, letter: Letter) -> None:
        """Returns when it was taken over. Raises `Undeliverable` for good, anything else is tried again."""


class Passwords(Protocol):
    """Slow on purpose, so never called inside a transaction."""

    def hash(self, password: str) -> str:
        """A salted hash to keep."""

    def verify(self, hashed: str | None, password: str) -> bool:
        """True when the password made this hash; False, after the same time, for None."""


class PaymentGateway(Protocol):
    """Whoever takes money from people for us. Nothing here is called inside a transaction."""

    def begin(self, order: PaymentOrder) -> str:
        """The address at which the payer pays. Raises GatewayUnavailable."""

    def read(self, payload: Mapping[str, Any]) -> PaymentNotice:
        """What a message from the gateway says. Raises NoticeRefused unless the gateway itself signed it."""

    def statement(self, content: bytes) -> Sequence[StatementLine]:
        """The money of one day from the gateway's file. Raises InvalidInput."""


class Calendars(Protocol):
    """Working calendars by unit, from the calendar table."""

    def of(self, unit_id: str | None) -> WorkingCalendar:
        """The unit's calendar; the national one for None."""


class UnitOfWork(Protocol):
    """One transaction. Everything a command changes goes through it; leaving it without `commit` rolls back."""

    @property
    def instances(self) -> InstanceRows: ...
    @property
    def dossiers(self) -> DossierRows: ...
    @property
    def fees(self) -> FeeRows: ...
    @property
    def versions(self) -> VersionRows: ...
    @property
    def people(self) -> PeopleRows: ...
    @property
    def citizens(self) -> CitizenRows: ...
    @property
    def applications(self) -> ApplicationRows: ...
    @property
    def notices(self) -> NoticeRows: ...
    @property
    def files(self) -> FileRows: ...
    @property
    def vault(self) -> VaultRows: ...
    @property
    def calendar(self) -> CalendarRows: ...
    @property
    def changes(self) -> ChangeRows: ...
    @property
    def organisation(self) -> OrganisationRows: ...
    @property
    def task_drafts(self) -> TaskDraftRows: ...
    @property
    def log(self) -> LogRows: ...
    @property
    def numbers(self) -> NumberRows: ...
    @property
    def papers(self) -> PaperRows: ...
    @property
    def seals(self) -> SealRows: ...
    def new_id(self) -> str: ...
    def enqueue(self, task: str, argument: str, *, key: str, delay_s: float = 0,
                partition: str | None = None) -> None: ...
