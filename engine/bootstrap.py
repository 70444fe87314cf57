"""The front door and the composition root: the only module that sees every ring.

`open_engine(settings)` gives an `Engine`: commands go in through `execute`, reads through `read`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.commands.context import Outside
from engine.commands.definitions import PublishPackage
from engine.commands.filing import Handed, UploadedFile, keep_files
from engine.commands.installation import InstallSample, LoadCalendar
from engine.delegates.registry import DELEGATES
from engine.dispatch import Dispatcher
from engine.domain.actor import SYSTEM, Actor, Role
from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.dossier import MOVES
from engine.domain.errors import DatabaseOutdated, DatabaseUnusable, NotFound
from engine.domain.notice import NoticeChannel
from engine.domain.process import Version
from engine.domain.rehearsal import Rehearsal
from engine.domain.review import Package, Problem, Vocabulary
from engine.domain.tariff import Evaluator
from engine.forms import notice_book, options
from engine.forms import schema as form_schema
from engine.gateways import calendar_seed, content
from engine.gateways.clock import SystemClock
from engine.gateways.documents.renderer import shared_documents
from engine.gateways.file_types import type_of
from engine.gateways.jobs_dbos import DbosJobs
from engine.gateways.messengers import MessageSettings as MessageSettings
from engine.gateways.messengers import messengers
from engine.gateways.passwords import Argon2Passwords
from engine.gateways.payments import LocalGateway as LocalGateway
from engine.gateways.payments import PaymentSettings as PaymentSettings
from engine.gateways.payments import open_gateway
from engine.gateways.sample import sample
from engine.gateways.signing.keys import FileKeys
from engine.gateways.signing.pdf import PdfSignatures
from engine.gateways.storage import StorageSettings as StorageSettings
from engine.gateways.storage import open_files, open_scanner
from engine.ports import (
    Clock,
    Documents,
    Files,
    Jobs,
    Messenger,
    Passwords,
    PaymentGateway,
    Scanner,
    Signatures,
    StoredFile,
)
from engine.queries.fee_audit import fee_problems
from engine.queries.health import Health, health
from engine.queries.verification import (
    Discrepancy,
    clock_problems,
    due_problems,
    late_without_apology,
    resting_without_decision,
    results_without_file,
    row_problems,
)
from engine.store import schema
from engine.store.calendars import SqlCalendars
from engine.store.database import make_engine, read_connection
from engine.store.ids import new_id
from engine.store.paper_rows import SqlPaperRows
from engine.store.people_rows import SqlPeopleRows
from engine.store.sealing import sealing
from engine.store.unit_of_work import opener
from engine.store.upkeep import Upkeep
from engine.store.version_rows import SqlVersionRows
from engine.worker import start_worker
from engine.workflow.adapter import SpiffAdapter
from engine.workflow.feel import evaluator
from engine.workflow.rehearsal.rehearse import rehearse

T = TypeVar("T")
FIRST_YEAR, YEARS_AHEAD = 2018, 2


@dataclass(frozen=True, slots=True)
class Settings:
    """What an engine needs to know of the place it runs in."""

    database_url: str
    data_dir: Path
    node: str = "node-1"
    public_url: str = "http://127.0.0.1:8080"
    messages: MessageSettings = field(default_factory=MessageSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    payments: PaymentSettings = field(default_factory=PaymentSettings)


@dataclass(frozen=True, slots=True)
class Engine:
    """The one-stop shop without its web. Safe to share between threads; `close` when done."""

    settings: Settings
    database: sa.Engine
    dispatcher: Dispatcher
    workflow: SpiffAdapter
    calendars: SqlCalendars
    clock: Clock
    files: Files
    scanner: Scanner
    jobs: Jobs
    upkeep: Upkeep
    remembered: dict[str, Version]
    messengers: Mapping[NoticeChannel, Messenger]
    documents: Documents
    signatures: Signatures
    payments: PaymentGateway | None

    def execute(self, command: Any, actor: Actor, key: str | None = None) -> dict[str, Any]:
        """Carries out one command in one transaction, once per `key`. Raises DomainErrors."""
        return self.dispatcher.execute(command, actor, key)

    def read(self, query: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Asks a function of `engine.queries` within one consistent snapshot. Raises NotFound for impossible keys."""
        try:
            with read_connection(self.database) as connection:
                return query(connection, *arguments, **options)
        except sa.exc.DataError as error:  # what no column can hold, such as a NUL, is not there
            raise NotFound(what="text") from error

    def calendar(self, unit_id: str | None = None) -> WorkingCalendar:
        """The working calendar of a unit; the national one for None."""
        return self.calendars.of(unit_id)

    def today(self) -> date:
        """The date in Vietnam."""
        return self.clock.now().astimezone(VIETNAM).date()

    def review(self, package: Package) -> list[Problem]:
        """What the publish gate says, with the roles, delegates and agencies known here."""
        return self.workflow.review(package, self.vocabulary())

    def vocabulary(self) -> Vocabulary:
        """The names a diagram may refer to in this installation."""
        agencies = self.read(lambda connection: SqlPeopleRows(connection).agency_keys())
        return vocabulary(agencies)

    def rehearse(self, package: Package) -> Rehearsal:
        """Runs the package's scenarios with a clock of their own; touches nothing that is stored."""
        return rehearse(package, self.workflow, self.calendar())

    def version(self, version_id: str) -> Version:
        """A published version. Raises NotFound."""
        if version_id in self.remembered:
            return self.remembered[version_id]
        return self.read(lambda connection: SqlVersionRows(connection, self.remembered).get(version_id))

    def form(self, version_id: str, form_key: str) -> form_schema.Form:
        """A form of a published version. Raises KeyError for a key the version does not have."""
        return options.form_of(self.version(version_id), form_key)

    def hidden(self, expression: str, variables: Mapping[str, Any]) -> bool:
        """Whether a question's FEEL condition hides it."""
        return evaluator.condition(expression, variables)

    def keep(self, files: Sequence[UploadedFile]) -> list[StoredFile]:
        """Looks at files as a command would and stores them for a later one. Raises what `keep_files` raises."""
        return keep_files(self.dispatcher.outside(self.clock.now()), Handed(tuple(files)))

    def type_of(self, content: bytes, filename: str) -> str | None:
        """What a file is by its content; None for what nobody may hand in."""
        return type_of(content, filename)

    def scanning(self) -> str:
        """`off`, `ok` or `silent`: whether uploads are looked at by a virus scanner."""
        if not self.scanner.active:
            return "off"
        return "ok" if self.scanner.alive() else "silent"

    def health(self) -> Health:
        """Database, migrations, worker, oldest due timer. Raises DatabaseUnusable."""
        try:
            return self.read(health, self.clock.now(), schema.head())
        except sa.exc.DBAPIError as error:
            raise DatabaseUnusable(reason=type(error.orig).__name__) from error

    def test_gateway(self) -> LocalGateway | None:
        """The gateway to try payments with, where that is the one set up."""
        return self.payments if isinstance(self.payments, LocalGateway) else None

    def evaluator(self, version_id: str) -> Evaluator:
        """Formulas and decision tables of a version, for quotes."""
        return self.workflow.evaluator(self.version(version_id), self.clock.now())

    def start_worker(self, node: str | None = None) -> Callable[[], None]:
        """Begins to work through timers, jobs and messages; the returned function ends it."""
        return start_worker(self, node or self.settings.node)

    def verify(self) -> list[Discrepancy]:
        """Everything in the store that is not what was written: clocks, and rows against the states they come from."""
        return [
            *self.read(clock_problems), *self.read(due_problems, self.calendar),
            *self.read(row_problems, self.workflow.waits), *self.read(fee_problems, self.clock.now()),
            *self.read(late_without_apology, self.clock.now()), *self.read(resting_without_decision),
            *self.read(results_without_file, self.clock.now()),
        ]

    def close(self) -> None:
        """Gives the connections back."""
        self.database.dispose()


def open_engine(settings: Settings, *, clock: Clock | None = None, jobs: Jobs | None = None,
                passwords: Passwords | None = None) -> Engine:
    """Opens the engine on a database that has its tables. Tests hand in a clock and jobs of their own."""
    database, clock = make_engine(settings.database_url), clock or SystemClock()
    workflow, calendars, upkeep = SpiffAdapter(), SqlCalendars(database), Upkeep(database)
    files, scanner = open_files(settings.storage, settings.data_dir / "files"), open_scanner(settings.storage)
    jobs = jobs or DbosJobs(database, clock, upkeep.silent_since)
    documents, remembered = shared_documents(), dict[str, Version]()
    signatures = PdfSignatures(FileKeys(settings.data_dir / "keys"), documents)
    payments = open_gateway(settings.payments, settings.data_dir)
    outside = _outside(settings, database, workflow, files, scanner, passwords or Argon2Passwords(), documents,
                       signatures, payments)
    dispatcher = Dispatcher(
        open_unit_of_work=opener(database, jobs, remembered), workflow=workflow, calendars=calendars, clock=clock,
        outside=outside, read_facts=content.read_facts, hidden=evaluator.condition,
        notices=_notices(settings.public_url), new_key=new_id,
    )
    return Engine(settings, database, dispatcher, workflow, calendars, clock, files, scanner, jobs, upkeep, remembered,
                  messengers(settings.messages, settings.data_dir / "outbox"), documents, signatures, payments)


def open_ready(settings: Settings) -> Engine:
    """For whoever does not prepare the database himself. Raises DatabaseUnusable, DatabaseOutdated."""
    found, expected = revisions(settings)
    if found != expected:
        raise DatabaseOutdated(found=found or "-", expected=expected)
    return open_engine(settings)


def prepare(settings: Settings) -> None:
    """Brings the database and the tables of the job engine to what this code expects."""
    schema.current(settings.database_url)  # says in a sentence when it cannot be opened
    schema.upgrade(settings.database_url)
    engine = open_engine(settings)
    if isinstance(engine.jobs, DbosJobs):
        engine.jobs.prepare()
    engine.close()


def downgrade(settings: Settings, revision: str) -> None:
    """Takes migrations back to a revision; `base` removes every table."""
    schema.downgrade(settings.database_url, revision)


def revisions(settings: Settings) -> tuple[str | None, str | None]:
    """The last migration applied, and the last one this code knows."""
    return schema.current(settings.database_url), schema.head()


def install(engine: Engine, *, demo: bool) -> None:
    """The calendar, and for a demo the sample agencies, accounts and procedures. Harmless when done before."""
    days = calendar_seed.national_days(_years(engine.clock.now()))
    engine.execute(LoadCalendar("national", days), SYSTEM)
    engine.calendars.forget()
    if demo:
        engine.execute(InstallSample("tan-an", sample()), SYSTEM)
        publish_content(engine, unless_known=True)


def publish_content(engine: Engine, slugs: Iterable[str] | None = None, *,
                    unless_known: bool = False) -> dict[str, dict[str, Any]]:
    """Publishes the procedures that lie beside the code; what has not changed stays the version it is."""
    wanted = content.slugs() if slugs is None else tuple(slugs)
    packages = {slug: content.load_package(slug) for slug in wanted}
    return {slug: engine.execute(PublishPackage(package, unless_known=unless_known), SYSTEM)
            for slug, package in packages.items()}


def load_package(slug: str) -> Package:
    """A procedure from the folders beside the code. Raises NotFound."""
    return content.load_package(slug)


def content_slugs() -> tuple[str, ...]:
    """Every procedure in the folders beside the code."""
    return content.slugs()


def review_offline(package: Package) -> list[Problem]:
    """The publish gate without a database."""
    return SpiffAdapter().review(package, offline_vocabulary())


def rehearse_content(slug: str) -> Rehearsal:
    """Runs the scenarios of a procedure beside the code, without a database. Raises NotFound."""
    return rehearse(content.load_package(slug), SpiffAdapter(), national_calendar())


def vocabulary(agencies: frozenset[str]) -> Vocabulary:
    """The names a diagram may refer to, given the agencies that can be routed."""
    moves = {int(status): frozenset(int(each) for each in onward) for status, onward in MOVES.items()}
    return Vocabulary(frozenset(role.value for role in Role), frozenset(DELEGATES), agencies, moves)


def offline_vocabulary() -> Vocabulary:
    """The names known without a database: those of the sample administration."""
    routes = sample().routes.values()
    return vocabulary(frozenset(key for targets in routes for key in targets))


@lru_cache(maxsize=1)
def national_calendar() -> WorkingCalendar:
    """The national calendar from the official days, without a database."""
    return WorkingCalendar(days=calendar_seed.national_days(_years(SystemClock().now())))


@lru_cache(maxsize=1)
def _notices(public_url: str) -> notice_book.NoticeBook:
    """The texts of notices; they lie beside the code and change with it alone."""
    return notice_book.read(content.notice_texts(), public_url)


def _years(now: datetime) -> range:
    """The years whose holidays are known or can be foreseen."""
    return range(FIRST_YEAR, now.year + YEARS_AHEAD + 1)


def _outside(settings: Settings, database: sa.Engine, workflow: SpiffAdapter, files: Files, scanner: Scanner,
             passwords: Passwords, documents: Documents, signatures: Signatures,
             payments: PaymentGateway | None) -> Callable[[datetime], Outside]:
    def read(question: Callable[[sa.Connection], T]) -> T:
        with read_connection(database) as connection:
            return question(connection)

    def reviewed(package: Package) -> list[Problem]:
        return workflow.review(package, vocabulary(read(lambda c: SqlPeopleRows(c).agency_keys())))

    def outside(now: datetime) -> Outside:
        return Outside(
            files=files, scanner=scanner, type_of=type_of, passwords=passwords, review=reviewed, now=now,
            credential=lambda login: read(lambda c: SqlPeopleRows(c).credential(login)),
            draft=lambda draft_id: read(lambda c: SqlVersionRows(c, {}).draft(draft_id)),
            documents=documents, signatures=signatures, public_url=settings.public_url,
            sealing=lambda result_id: read(lambda c: sealing(c, result_id)),
            paper=lambda paper_id: read(lambda c: SqlPaperRows(c).peek(paper_id)), payments=payments,
        )

    return outside
