"""Very many rows at once: COPY on PostgreSQL, one prepared statement per table on SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from engine.seeding.moulds import BOOK
from engine.store.dossier_tables import issued_number
from engine.store.paper_tables import number_book
from engine.store.tables import counter, metadata
from engine.store.upsert import insert

Rows = Mapping[str, Sequence[Sequence[Any]]]


def write(connection: sa.Connection, batch: Rows) -> None:
    """Rows by table, their values in the order of its columns and as the driver takes them."""
    put = _copy if connection.dialect.name == "postgresql" else _insert
    for table in metadata.sorted_tables:
        if batch.get(table.name):
            put(connection, table, batch[table.name])


def raise_counters(connection: sa.Connection, reached: Mapping[str, int]) -> None:
    """The next number that somebody takes comes after all that were written."""
    if reached:
        row = insert(connection.dialect.name, counter)
        row = row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value})
        connection.execute(row, [{"name": name, "value": value} for name, value in sorted(reached.items())])


def raise_books(connection: sa.Connection) -> None:
    """Every book of document numbers goes on after the last number that stands in it."""
    last = sa.func.max(issued_number.c.number).label("value")
    written = connection.execute(sa.select(*(issued_number.c[name] for name in BOOK), last)
                                 .group_by(*(issued_number.c[name] for name in BOOK))).mappings().all()
    if written:
        row = insert(connection.dialect.name, number_book)
        row = row.on_conflict_do_update(index_elements=list(BOOK), set_={"value": row.excluded.value})
        connection.execute(row, [{**each, "gap_free": True, "blocks": 0} for each in written])


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    marks = ", ".join("?" * len(table.columns))
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608  names of our own tables
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])
