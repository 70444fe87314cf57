"""The shape of the database: bring it to what this code expects, or say that it is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.domain.errors import DatabaseUnusable, NotFound
from engine.store.database import make_engine

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
"""Beside the package `engine`, in a checkout and in an installed wheel alike."""


def upgrade(url: str, revision: str = "head") -> None:
    """Applies the steps that are missing. Safe to call from several processes at once."""
    with _migrating(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Takes steps back; `base` leaves only Alembic's own empty table behind. Raises NotFound for no such revision."""
    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in {"base", *known}:
        raise NotFound(what="revision", revision=revision)
    with _migrating(url) as config:
        command.downgrade(config, revision)


def current(url: str) -> str | None:
    """The last step applied, None for an empty database. Raises DatabaseUnusable."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return revision_on(connection)
    except sa.exc.DBAPIError as error:
        raise DatabaseUnusable(reason=str(error.orig)) from error
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """True when the database has every step this code knows, and no later one."""
    return current(url) == head()


def head() -> str | None:
    """The last step this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revision_on(connection: sa.Connection) -> str | None:
    """The last step applied to a database that is already open."""
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    return Config(MIGRATIONS / "alembic.ini")


@contextmanager
def _migrating(url: str) -> Iterator[Config]:
    engine = make_engine(url)
    config = _config()
    try:
        with engine.connect() as connection:
            _let_tables_be_rebuilt(connection)
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()


def _let_tables_be_rebuilt(connection: sa.Connection) -> None:
    """SQLite alters a table by copying it, which foreign keys forbid; the switch works between transactions only."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
