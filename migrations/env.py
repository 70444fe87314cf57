"""Alembic's entry: one transaction for all steps, one migrating process at a time."""

from __future__ import annotations

from alembic import context
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

# Imported for their tables, which belong to the metadata below.
import engine.store.citizen_tables
import engine.store.draft_tables
import engine.store.fee_tables
import engine.store.file_tables
import engine.store.notice_tables
import engine.store.organisation_tables
import engine.store.paper_tables
import engine.store.supplement_tables
from engine.store.database import make_engine
from engine.store.dossier_tables import metadata

LOCK_KEY = 7_306_114_021  # any number, the same in every process


def next_number(migration: MigrationContext, _revision: object, directives: list[MigrationScript]) -> None:
    """Numbers a new step 0002, 0003 ...: the folder reads as a story, and two branches collide where people see it."""
    head = context.script.get_current_head()
    directives[0].rev_id = f"{int(head or 0) + 1:04d}"


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """On SQLite the job engine's tables share the file; they are not ours to migrate."""
    return kind != "table" or name in metadata.tables


def migrate(connection: Connection) -> None:
    """Runs the steps; SQLite holds the write lock from the first statement, PostgreSQL an advisory lock."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection, target_metadata=metadata, include_name=is_ours, render_as_batch=sqlite,
        transactional_ddl=True, process_revision_directives=next_number,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = make_engine(context.get_x_argument(as_dictionary=True)["url"])
    with engine.connect() as opened:
        migrate(opened)
    engine.dispose()
