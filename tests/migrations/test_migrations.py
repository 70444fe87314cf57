"""Migrations are walked in both directions on both databases, and end where the tables are."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.store import schema
from engine.store.database import make_engine, read_connection
from engine.store.dossier_tables import metadata
from engine.store.tables import setting, unit

STEPS = sorted(path.name for path in (schema.MIGRATIONS / "versions").glob("*.py"))


def tables_of(url: str) -> set[str]:
    engine = make_engine(url)
    with read_connection(engine) as connection:
        names = set(sa.inspect(connection).get_table_names())
    engine.dispose()
    return names


def test_an_empty_database_is_not_current(blank_url: str) -> None:
    assert schema.current(blank_url) is None
    assert not schema.is_current(blank_url)


def test_migrating_up_ends_where_the_tables_are(blank_url: str) -> None:
    schema.upgrade(blank_url)
    engine = make_engine(blank_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []
    assert schema.is_current(blank_url)


def test_constraints_and_indexes_have_the_names_of_the_tables(database_url: str) -> None:
    engine = make_engine(database_url)
    with read_connection(engine) as connection:
        inspector = sa.inspect(connection)
        for table in metadata.sorted_tables:
            found = [each for each in inspector.get_indexes(table.name) if not each.get("duplicates_constraint")]
            assert {each["name"] for each in found} == {index.name for index in table.indexes}
            assert inspector.get_pk_constraint(table.name)["name"] == table.primary_key.name
            assert {key["name"] for key in inspector.get_foreign_keys(table.name)} == {
                str(key.name) for key in table.foreign_key_constraints
            }
    engine.dispose()


def test_migrating_down_leaves_nothing_of_ours(blank_url: str) -> None:
    schema.upgrade(blank_url)
    schema.downgrade(blank_url)
    assert tables_of(blank_url) <= {"alembic_version"}


def test_down_and_up_again_is_the_same_database(database_url: str) -> None:
    before = tables_of(database_url)
    schema.downgrade(database_url)
    schema.upgrade(database_url)
    assert tables_of(database_url) == before


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.insert(setting).values(key="kept", value=True))
    schema.upgrade(database_url)
    with read_connection(engine) as connection:
        assert connection.scalar(sa.select(setting.c.value)) is True
    engine.dispose()


def test_processes_that_start_together_migrate_once(blank_url: str) -> None:
    program = f"from engine.store import schema; schema.upgrade({blank_url!r})"
    together = [subprocess.Popen([sys.executable, "-c", program], cwd=schema.MIGRATIONS.parent) for _ in range(3)]
    assert [process.wait(60) for process in together] == [0, 0, 0]
    assert schema.is_current(blank_url)


def test_steps_are_numbered_without_gaps_and_follow_each_other() -> None:
    for number, name in enumerate(STEPS, start=1):
        text = (schema.MIGRATIONS / "versions" / name).read_text()
        before = f'"{number - 1:04d}"' if number > 1 else "None"
        assert name.startswith(f"{number:04d}_")
        assert re.search(rf'^revision = "{number:04d}"$', text, re.M)
        assert re.search(rf"^down_revision = {before}$", text, re.M)


def test_a_reader_sees_one_moment_while_a_writer_goes_on(database_url: str) -> None:
    engine = make_engine(database_url)
    with read_connection(engine) as reader:
        assert reader.scalar(sa.select(sa.func.count()).select_from(setting)) == 0
        with engine.begin() as writer:
            writer.execute(sa.insert(setting).values(key="new", value=1))
        assert reader.scalar(sa.select(sa.func.count()).select_from(setting)) == 0
    engine.dispose()


def test_foreign_keys_hold(database_url: str) -> None:
    engine = make_engine(database_url)
    orphan = {"id": "a", "code": "A", "name": "A", "kind": "agency", "level": "commune", "parent_id": "nobody"}
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.insert(unit).values(orphan))
    engine.dispose()
