"""One life as a mould: all its rows with gaps, into which each copy puts its own ids, code, people and place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa

from engine.domain import clock_ledger
from engine.domain.calendar import VIETNAM
from engine.domain.clock_ledger import GENESIS, ClockEvent
from engine.domain.dossier import Party
from engine.domain.twin import owner_keys
from engine.seeding.communes import SAMPLE_COMMUNE, Place
from engine.store.dossier_tables import clock_event, dossier

Cell = Any
Pieces = tuple[str, ...]
"""Fixed text and words to be replaced in turn, fixed text first."""

Counted = tuple[tuple[int, tuple[int, ...]], ...]
BOOK = ("agency_id", "document_type", "year")
"""Within these a document's `number` counts on."""

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")

def joined(pieces: Pieces, words: Mapping[str, str]) -> str:
    """The text of one copy."""
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        return words[pieces[1]]
    return "".join(words[piece] if odd % 2 else piece for odd, piece in enumerate(pieces))


@dataclass(frozen=True, slots=True)
class Row:
    """Values as the driver wants them; `gaps` says which of them are put together anew for every copy.

    `counted` names numbers that may not repeat, each with the columns within whose values they count on.
    """

    values: tuple[Cell, ...]
    gaps: tuple[tuple[int, Pieces], ...]
    counted: Counted = ()

    def filled(self, words: Mapping[str, str]) -> list[Cell]:
        """The row of one copy."""
        values = list(self.values)
        for index, pieces in self.gaps:
            values[index] = joined(pieces, words)
        return values


@dataclass(frozen=True, slots=True)
class Mould:
    """Everything that was written about one dossier, and what has to differ from copy to copy."""

    dossier_id: str
    slug: str
    code: str | None
    code_template: str
    accepted_on: date | None
    receiving_code: str
    tracking_secret: str
    owner: Party
    singles: tuple[str, ...]
    submitted_ms: int
    ended: bool
    ids: tuple[str, ...]
    ledger: tuple[ClockEvent, ...]
    ledger_data: tuple[Pieces, ...]
    rows: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Life:
    """What was read of one dossier, table by table; `elsewhere` are ids of what was there before it."""

    rows: Mapping[sa.Table, Sequence[Mapping[str, Any]]]
    receiving_code: str
    code_template: str
    people: tuple[str, ...]
    elsewhere: frozenset[str]


def mould_of(life: Life, places: Sequence[Place], dialect: sa.Dialect) -> Mould:
    """Finds what differs from copy to copy and cuts every row there."""
    it, = life.rows[dossier]
    ledger = tuple(clock_ledger.from_row(dict(row)) for row in life.rows.get(clock_event, ()))
    ids = tuple(dict.fromkeys((*_ids(life.rows), *(each for each in _keys(life.rows) if each not in life.elsewhere))))
    own = {*ids, *(event.hash for event in ledger), it["tracking_secret"], *([it["code"]] if it["code"] else [])}
    found = dict.fromkeys(_singles(life.rows))
    singles = tuple(each for each in found if not any(word in each for word in own))
    own.update(singles)
    owner = Party(**it["owner"])
    local = tuple(places[-1].words) or (SAMPLE_COMMUNE,)
    cutter = Cutter(_pattern((*own, *told_by(owner), *life.people), local), frozenset(own), dialect)
    rows = {table.name: tuple(cutter.row(table, row) for row in found) for table, found in life.rows.items() if found}
    accepted = it["accepted_at"]
    return Mould(
        dossier_id=it["id"], slug=it["slug"], code=it["code"], code_template=life.code_template,
        accepted_on=accepted.astimezone(VIETNAM).date() if accepted else None, receiving_code=life.receiving_code,
        tracking_secret=it["tracking_secret"], owner=owner, singles=singles,
        submitted_ms=int(it["submitted_at"].timestamp() * 1000),
        ended=bool(it["finished_at"]) and it["returned_at"] is not None, ids=ids, ledger=ledger,
        ledger_data=tuple(cutter.pieces(orjson.dumps(dict(event.data)).decode()) for event in ledger), rows=rows)


def told_by(owner: Party) -> tuple[str, ...]:
    """Everything by which somebody is known, in one order for all; every word of it differs from copy to copy."""
    return (owner.name, owner.id_number, owner.phone, owner.email, owner.address, *owner_keys(owner))


def resealed(mould: Mould, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each event's hash with the hash it has in a copy; a chain copied as it stands would be a broken one."""
    previous = GENESIS
    for event, data in zip(mould.ledger, mould.ledger_data, strict=True):
        row = {**clock_ledger.as_row(event), "dossier_id": words[event.dossier_id], "prev_hash": previous,
               "actor_id": words.get(event.actor_id, event.actor_id), "data": orjson.loads(joined(data, words))}
        previous = clock_ledger.fingerprint(row)
        yield event.hash, previous


def _ids(rows: Mapping[sa.Table, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """Every key that a row of this life was given when it was written."""
    for table, found in rows.items():
        key = table.c.get("id", table.c.key if table.name == "command" else None)
        if key is not None and isinstance(key.type, sa.String):
            yield from (row[key.name] for row in found)


def _keys(rows: Mapping[sa.Table, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """Ids inside of keys that may not repeat: those of acts that leave no row of their own."""
    for table, found in rows.items():
        for name in dict.fromkeys(each for names in _unique(table) for each in names):
            for row in found:
                yield from _ID.findall(row[name]) if isinstance(row[name], str) else ()


def _singles(rows: Mapping[sa.Table, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """Words that were made up once and for all, such as the reference of a payment."""
    for table, found in rows.items():
        for names in _unique(table):
            if len(names) == 1:
                yield from (row[names[0]] for row in found if isinstance(row[names[0]], str) and row[names[0]])


def _pattern(words: Iterable[str], local: Iterable[str]) -> re.Pattern[str]:
    """Longest first, so that no word is found inside another; a unit's code may be the beginning of another's."""
    anywhere = [(word, re.escape(word)) for word in words]
    alone = [(word, rf"(?<![\w.-]){re.escape(word)}(?![\w-]|\.\w)") for word in local]
    ordered = sorted(anywhere + alone, key=lambda each: (-len(each[0]), each[0]))
    return re.compile("(" + "|".join(pattern for _, pattern in ordered) + ")")


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts rows. `own` are the words that no other copy has, so that whatever holds one of them is unique."""

    pattern: re.Pattern[str]
    own: frozenset[str]
    dialect: sa.Dialect

    def row(self, table: sa.Table, row: Mapping[str, Any]) -> Row:
        """One row of the mould."""
        values = tuple(self._bound(column, row[column.name]) for column in table.columns)
        gaps = tuple((index, pieces) for index, value in enumerate(values) if isinstance(value, str)
                     and len(pieces := self.pieces(value)) > 1)
        return Row(values, gaps, tuple(self._counted(table, row, dict(gaps))))

    def pieces(self, text: str) -> Pieces:
        """The text with a cut before and after each word that differs."""
        return tuple(self.pattern.split(text))

    def _bound(self, column: sa.Column[Any], value: Any) -> Cell:
        """The value as the driver of this database takes it."""
        process = column.type.dialect_impl(self.dialect).bind_processor(self.dialect)
        return process(value) if process else value

    def _counted(self, table: sa.Table, row: Mapping[str, Any],
                 gaps: Mapping[int, Pieces]) -> Iterator[tuple[int, tuple[int, ...]]]:
        places = {column.name: index for index, column in enumerate(table.columns)}
        if {*BOOK, "number"} <= set(places) and row["number"] is not None:
            yield places["number"], tuple(places[name] for name in BOOK)
            return
        for names in _unique(table):
            if any(row[name] is None for name in names):
                continue
            if any(self.own.intersection(gaps.get(places[name], ())[1::2]) for name in names):
                continue
            number = next(name for name in names if isinstance(row[name], int) and name != "year")
            yield places[number], tuple(places[name] for name in names if name != number)


def _unique(table: sa.Table) -> Iterator[tuple[str, ...]]:
    for constraint in sorted(table.constraints, key=lambda each: str(each.name)):
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint):
            yield tuple(column.name for column in constraint.columns)
    yield from (tuple(column.name for column in index.columns) for index in table.indexes if index.unique)
