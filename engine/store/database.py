"""Opening a database: what must hold for every connection, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import DatabaseUnusable

LOCK_TIMEOUT_MS = 3_000
STATEMENT_TIMEOUT_MS = 60_000
IDLE_TIMEOUT_MS = 60_000
BUSY_TIMEOUT_MS = 10_000
POOL_SIZE, POOL_OVERFLOW = 20, 20
READ_ONLY = "read_only"


def make_engine(url: str) -> sa.Engine:
    """The pool of connections to `url` (`sqlite:///path` or `postgresql+psycopg://...`). The caller disposes of it.

    Raises DatabaseUnusable for an address of another kind.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as unreadable:
        raise DatabaseUnusable(reason=str(unreadable)) from unreadable
    kind = parsed.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise DatabaseUnusable(reason=f"{kind}: sqlite, postgresql")
    return _sqlite(parsed) if kind == "sqlite" else _postgresql(parsed)


@contextmanager
def read_connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A consistent snapshot that takes no write lock; whatever is written through it is thrown away."""
    with engine.connect() as connection:
        yield connection.execution_options(**_read_options(engine))
        connection.rollback()


def _read_options(engine: sa.Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {READ_ONLY: True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url, poolclass=sa.QueuePool, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver would say it too late, and deferred
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged command survives a power cut
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred transaction that reads first and writes later fails with SQLITE_BUSY at once, whatever the timeout.
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _postgresql(url: sa.URL) -> sa.Engine:
    options = {
        "lock_timeout": LOCK_TIMEOUT_MS,
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
    }
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"), pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_pre_ping=True,
        connect_args={"options": " ".join(f"-c {name}={value}" for name, value in options.items())},
    )
