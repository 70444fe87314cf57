"""One transaction for one command. This file holds the only commit in the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import DuplicateKey, InstanceBusy, InvalidInput
from engine.domain.process import Version
from engine.ports import Jobs
from engine.store.application_rows import SqlApplicationRows
from engine.store.calendars import SqlCalendarRows
from engine.store.change_rows import SqlChangeRows
from engine.store.citizen_rows import SqlCitizenRows
from engine.store.database import READ_ONLY
from engine.store.dossier_rows import SqlDossierRows
from engine.store.draft_rows import SqlTaskDraftRows
from engine.store.fee_rows import SqlFeeRows
from engine.store.file_rows import SqlFileRows, SqlVaultRows
from engine.store.ids import new_id
from engine.store.instance_rows import SqlInstanceRows
from engine.store.log_rows import SqlLogRows
from engine.store.notice_rows import SqlNoticeRows
from engine.store.number_rows import SqlNumberRows
from engine.store.organisation_rows import SqlOrganisationRows
from engine.store.paper_rows import SqlPaperRows
from engine.store.people_rows import SqlPeopleRows
from engine.store.seal_rows import SqlSealRows
from engine.store.tables import command
from engine.store.version_rows import SqlVersionRows

LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION = "55P03", "40P01", "40001"


class SqlUnitOfWork:
    """Implements `ports.UnitOfWork` on one connection inside one transaction."""

    def __init__(self, connection: sa.Connection, jobs: Jobs, remembered: dict[str, Version]) -> None:
        self._connection, self._jobs = connection, jobs
        self.instances = SqlInstanceRows(connection, self.enqueue, self._met)
        self.dossiers = SqlDossierRows(connection)
        self.fees = SqlFeeRows(connection)
        self.versions = SqlVersionRows(connection, remembered)
        self.people = SqlPeopleRows(connection)
        self.citizens = SqlCitizenRows(connection)
        self.applications = SqlApplicationRows(connection)
        self.files = SqlFileRows(connection)
        self.vault = SqlVaultRows(connection)
        self.notices = SqlNoticeRows(connection)
        self.calendar = SqlCalendarRows(connection)
        self.changes = SqlChangeRows(connection)
        self.organisation = SqlOrganisationRows(connection)
        self.log = SqlLogRows(connection)
        self.numbers = SqlNumberRows(connection)
        self.papers = SqlPaperRows(connection)
        self.seals = SqlSealRows(connection)
        self.task_drafts = SqlTaskDraftRows(connection)

    def new_id(self) -> str:
        """A fresh id."""
        return new_id()

    def _met(self, row: Any) -> None:
        """A task's row brings its dossier and its unit along: most commands ask for them next."""
        self.dossiers.meet(row)
        self.people.meet(row.dossier_received_by, row.receiving_code)

    def enqueue(self, task: str, argument: str, *, key: str, delay_s: float = 0, partition: str | None = None) -> None:
        """Queues a job that exists if and only if this transaction commits."""
        self._jobs.enqueue(self._connection, task, (argument,), key=key, delay_s=delay_s, partition=partition)


def opener(engine: sa.Engine, jobs: Jobs,
           remembered: dict[str, Version]) -> Callable[..., AbstractContextManager[SqlUnitOfWork]]:
    """A function that opens a unit of work. Published versions never change, so they are `remembered`.

    One that is only `reading` keeps nobody on SQLite from writing; what it writes is thrown away.
    """

    @contextmanager
    def unit_of_work(*, reading: bool = False) -> Iterator[SqlUnitOfWork]:
        try:
            with engine.connect().execution_options(**{READ_ONLY: reading}) as connection, \
                    connection.begin() as transaction:
                yield SqlUnitOfWork(connection, jobs, remembered)
                if reading:
                    transaction.rollback()
                else:
                    transaction.commit()
        except sa.exc.DBAPIError as error:
            raise _translated(error) from error

    return unit_of_work


def _translated(error: sa.exc.DBAPIError) -> Exception:
    """What the caller can act on: try again, or look up the answer that is already there."""
    original: Any = error.orig
    if getattr(original, "sqlstate", None) in (LOCK_NOT_AVAILABLE, DEADLOCK, SERIALIZATION):
        return InstanceBusy()
    if "database is locked" in str(original):
        return InstanceBusy()
    if isinstance(error, sa.exc.DataError):
        return InvalidInput(problems={"text": "too_long_or_unprintable"})
    if isinstance(error, sa.exc.IntegrityError) and _is_repeated_key(original):
        return DuplicateKey()
    return error


def _is_repeated_key(original: Any) -> bool:
    constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
    return constraint == "pk_command" or f"{command.name}.key" in str(original)
