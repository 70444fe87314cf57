"""A throw-away twin of a database: the same people, procedures and calendar, no dossier, a clock that can be set."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import bootstrap
from engine.bootstrap import Engine, Settings
from engine.gateways.jobs_inline import InlineJobs
from engine.store.database import read_connection
from engine.store.dossier_tables import dossier
from engine.store.tables import command, instance, metadata
from engine.testing import FrozenClock, Outbox
from engine.worker import tasks

LINKS = ("dossier_id", "business_key", "instance_id")
"""Columns by which a row belongs to one dossier."""

LEFT_UNDONE = frozenset({"render_paper", "render_result"})
"""Jobs that only make files, which whoever asks for one gets made on the spot."""


def tables_of_lives() -> tuple[sa.Table, ...]:
    """Every table whose rows belong to a dossier, those they lean on first; a table added tomorrow is among them."""
    found = {dossier, instance, command}
    for table in metadata.sorted_tables:
        leans = {key.column.table for key in table.foreign_keys} & found
        if leans or any(name in table.c for name in LINKS):
            found.add(table)
    return tuple(table for table in metadata.sorted_tables if table in found)


def open_twin(original: Engine, folder: Path, at: datetime) -> Engine:
    """The caller closes it. Nothing of it has to survive, so its commits do not wait for the disk."""
    settings = Settings(f"sqlite:///{folder / 'twin.db'}", folder, "twin")
    bootstrap.prepare(settings)
    jobs = InlineJobs()
    opened = bootstrap.open_engine(settings, clock=FrozenClock(at), jobs=jobs)
    twin = replace(opened, messengers=dict.fromkeys(opened.messengers, Outbox()))
    sa.event.listen(twin.database, "connect", _hurry)
    twin.database.dispose()
    jobs.run_worker({name: _nothing if name in LEFT_UNDONE else task for name, task in tasks(twin).items()},
                    name="twin", threads=1)
    _copy_what_is_not_life(original, twin)
    return twin


def _nothing(*_arguments: Any) -> None:
    """In the place of what is left undone."""


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")  # units name their parents, whichever is copied first


def _copy_what_is_not_life(original: Engine, twin: Engine) -> None:
    lives = set(tables_of_lives())
    with read_connection(original.database) as source, twin.database.begin() as target:
        for table in metadata.sorted_tables:
            rows = [] if table in lives else [dict(row) for row in source.execute(sa.select(table)).mappings()]
            if rows:
                target.execute(sa.insert(table), rows)
