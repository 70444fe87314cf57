"""Fills a database with dossiers: `seed(engine, 10_000)` gives a commune a year and a half of work.

See docs/decisions/0009-seeded-lives.md for why this does not go through commands, dossier by dossier.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from engine.bootstrap import Engine
from engine.domain import procedure
from engine.domain.calendar import WorkingCalendar
from engine.domain.errors import DatabaseNotEmpty, NotFound
from engine.seeding.communes import places
from engine.seeding.copies import Copier
from engine.seeding.lives import STRANGERS, Office, courses, live, numbers_of_strangers, open_office
from engine.seeding.moulds import BOOK, Life, Mould, mould_of
from engine.seeding.twin import LINKS, open_twin, tables_of_lives
from engine.seeding.writing import raise_books, raise_counters, write
from engine.store.database import read_connection
from engine.store.dossier_tables import dossier
from engine.store.paper_tables import number_book
from engine.store.tables import command, counter, instance, metadata, unit

PER_COMMUNE = 10_000
MOST_LIVES, COPIES_PER_LIFE = 160, 12
WHOLE = 20_000
"""So many dossiers keep every detail; where there are more, those that are over keep their clock and their steps."""

PERIOD, RECENT = timedelta(days=540), timedelta(days=30)
RECENT_SHARE = 0.45
"""Of the lives, so that open work is varied; each older life is copied more often, so that dossiers spread evenly."""

OLD_WEIGHT = 6
BATCH = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written."""

    dossiers: int
    lives: int
    communes: int


def seed(engine: Engine, count: int, *, chance: int = 1, force: bool = False,
         progress: Progress = lambda done, total: None) -> Seeded:
    """Writes so many dossiers in one transaction. The same `chance` on the same day tells the same stories.

    Raises DatabaseNotEmpty where dossiers exist and `force` was not asked for, NotFound where no procedure with
    scenarios is published or nobody could take a dossier in.
    """
    known = engine.read(lambda connection: connection.scalar(sa.select(sa.func.count()).select_from(dossier))) or 0
    if known and not force:
        raise DatabaseNotEmpty(dossiers=known)
    dice, now = Random(f"{chance}:{known}"), engine.clock.now()  # noqa: S311  nothing here is a secret
    with tempfile.TemporaryDirectory() as folder:
        lives = _lived(engine, Path(folder), min(MOST_LIVES, max(1, count // COPIES_PER_LIFE)), now, dice)
    with engine.database.begin() as connection:
        where = places(connection, max(1, count // PER_COMMUNE), dice)
        moulds = [mould_of(life, where, engine.database.dialect) for life in lives]
        copier = Copier(where, dice, *_reached(connection))
        for done, batch in _batches(copier, moulds, count, now):
            write(connection, batch)
            progress(done, count)
        raise_counters(connection, copier.counters)
        raise_books(connection)
    with engine.database.begin() as connection:
        connection.execute(sa.text("ANALYZE"))
    return Seeded(count, len(moulds), len(where))


def _lived(engine: Engine, folder: Path, wanted: int, now: datetime, dice: Random) -> list[Life]:
    twin = open_twin(engine, folder, now)
    try:
        office, known = open_office(twin), courses(twin)
        if not known:
            raise NotFound(what="scenarios")
        for number, begins_at in enumerate(_beginnings(twin.calendar(), wanted, now, dice)):
            live(office, dice.choice(known), number, begins_at, now, dice)
        lives = list(_read(office))
    finally:
        twin.close()
    if not lives:
        raise NotFound(what="counter")
    return lives


def _beginnings(calendar: WorkingCalendar, wanted: int, now: datetime, dice: Random) -> list[datetime]:
    """In working hours, more of them of late; in the order of time, as they would have come."""
    recent = round(wanted * RECENT_SHARE)
    periods = [RECENT] * recent + [PERIOD] * (wanted - recent)
    return sorted(_beginning(calendar, period, now, dice) for period in periods)


def _beginning(calendar: WorkingCalendar, period: timedelta, now: datetime, dice: Random) -> datetime:
    while True:
        begins_at = calendar.next_working_instant(now - period * dice.random())
        at = calendar.next_working_instant(begins_at + timedelta(seconds=dice.randrange(12_000)))
        if at < now:
            return at


def _read(office: Office) -> Iterator[Life]:
    """Everything the twin knows of each dossier."""
    found: dict[str, dict[sa.Table, list[Any]]] = {}
    owners: dict[str, str] = {}
    with read_connection(office.engine.database) as connection:
        codes = {row.id: row.code for row in connection.execute(sa.select(unit.c.id, unit.c.code))}
        elsewhere = _elsewhere(connection)
        for table in _owners_first():
            for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings():
                owner = _owner(table, row, owners)
                if owner is None:
                    continue
                if isinstance(row.get("id"), str):
                    owners[row["id"]] = owner
                found.setdefault(owner, {}).setdefault(table, []).append(row)
    for rows in found.values():
        it, = rows[dossier]
        facts = procedure.from_mapping(office.engine.version(it["version_id"]).facts)
        template = facts.rules(it["rule_pack"]).dossier_code_template
        yield Life(rows, codes[it["received_by"]], template, _placeholders(), elsewhere)


def _elsewhere(connection: sa.Connection) -> frozenset[str]:
    """Ids of people, versions and whatever else is there with or without dossiers."""
    lives = set(tables_of_lives())
    others = [table for table in metadata.sorted_tables if table not in lives and "id" in table.c]
    return frozenset(each for table in others for each in connection.scalars(sa.select(table.c.id)))


def _owners_first() -> list[sa.Table]:
    """The log names whatever a command acted on, so it is read when all of that is known."""
    rest = [table for table in tables_of_lives() if table not in (dossier, instance, command)]
    return [dossier, instance, *rest, command]


def _owner(table: sa.Table, row: Any, owners: dict[str, str]) -> str | None:
    """The dossier that a row belongs to."""
    if table is dossier:
        return str(row["id"])
    names = ("subject",) if table is command else (*LINKS, *(key.parent.name for key in table.foreign_keys))
    return next((owners[row[name]] for name in names if name in table.c and row[name] in owners), None)


def _placeholders() -> tuple[str, ...]:
    return (*STRANGERS[1:], *numbers_of_strangers())


def _reached(connection: sa.Connection) -> tuple[dict[str, int], dict[tuple[Any, ...], int]]:
    """The last number of every sequence and of every book."""
    counters = {row.name: row.value for row in connection.execute(sa.select(counter))}
    books = connection.execute(sa.select(*(number_book.c[name] for name in BOOK), number_book.c.value))
    return counters, {tuple(row[:-1]): row.value for row in books}


def _batches(copier: Copier, moulds: list[Mould], count: int,
             now: datetime) -> Iterator[tuple[int, dict[str, list[Any]]]]:
    recent_ms = int((now - RECENT).timestamp() * 1000)
    weights = [1 if mould.submitted_ms >= recent_ms else OLD_WEIGHT for mould in moulds]
    batch: dict[str, list[Any]] = {}
    for done, mould in enumerate(_chosen(copier.chance, moulds, weights, count), 1):
        for table, rows in copier.copy(mould, whole=done <= WHOLE).items():
            batch.setdefault(table, []).extend(rows)
        if done % BATCH == 0 or done == count:
            yield done, batch
            batch = {}


def _chosen(dice: Random, moulds: list[Mould], weights: list[int], count: int) -> Iterator[Mould]:
    """Every life once, then by chance."""
    yield from moulds[:count]
    for _ in range(count - len(moulds)):
        yield from dice.choices(moulds, weights)
