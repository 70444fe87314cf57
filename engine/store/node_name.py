"""One living worker per name. Two under one name would hide each other's death and take each other's jobs.

The claim is a lock that the operating system or the database server drops when its holder dies, so a worker that
comes back has its name again at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

Release = Callable[[], None]


def claim_name(engine: sa.Engine, wanted: str) -> tuple[str, Release]:
    """The name wanted, or the first of `wanted-2`, `wanted-3` ... that nobody holds; and how to give it back."""
    claim = _lock_file if engine.dialect.name == "sqlite" else _lock_on_server
    for number in itertools.count(1):
        name = wanted if number == 1 else f"{wanted}-{number}"
        release = claim(engine, name)
        if release:
            return name, release
    raise AssertionError("unreachable")


def _lock_file(engine: sa.Engine, name: str) -> Release | None:
    """SQLite has one machine: a file beside the database does."""
    database = Path(str(engine.url.database))
    file = database.with_name(f"{database.name}.{re.sub(r'[^A-Za-z0-9.-]', '_', name)}.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file.close


def _lock_on_server(engine: sa.Engine, name: str) -> Release | None:
    """A connection of its own, outside any transaction, holds the lock for as long as the worker lives."""
    key = int.from_bytes(hashlib.sha256(f"motcua worker {name}".encode()).digest()[:8], "big", signed=True)
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
        return lambda: _unlock(connection, key)
    connection.close()
    return None


def _unlock(connection: sa.Connection, key: int) -> None:
    connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
    connection.close()
