"""Numbers of documents: the allocator, blocks set aside, and the log of gaps.

A book without blocks costs two statements: its row is raised by one and stays locked until the commit, so a rollback
leaves no hole. A book with blocks asks the place's own block first; a book that need not be gap-free hands out short
blocks of its own, whose rows are locked one taker each (SKIP LOCKED), so that nobody waits for anybody's commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.numbering import Book, NumberGap, Reservation, Take
from engine.store.dossier_tables import issued_number
from engine.store.ids import new_id
from engine.store.paper_tables import number_block, number_book, number_gap
from engine.store.upsert import insert

FAST_BLOCK = 16
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
_KEY = [number_book.c.agency_id, number_book.c.document_type, number_book.c.year]


class SqlNumberRows:
    """Implements `ports.NumberRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def known(self, act: str) -> int | None:
        """The number that this act got before."""
        number: int | None = self._connection.scalar(
            sa.select(issued_number.c.number).where(issued_number.c.key == act))
        return number

    def written(self, act: str) -> tuple[int, datetime]:
        """The year of the book in which the number of this act stands, and since when."""
        row = self._connection.execute(
            sa.select(issued_number.c.year, issued_number.c.issued_at).where(issued_number.c.key == act)).one()
        return row.year, row.issued_at

    def take(self, takes: Sequence[Take], at: datetime) -> tuple[int, ...]:
        """One number for each, in the order asked; acts must be new and books distinct.

        Books are locked in one order, so that two commands that need the same two never wait for each other.
        """
        raised = self._raise([each.book for each in takes])
        numbers = tuple(raised.get(each.book) or self._from_blocks(each, at) for each in takes)
        self._connection.execute(sa.insert(issued_number), [
            {"key": take.act, **_book(take.book), "number": number, "dossier_id": take.dossier_id, "issued_at": at}
            for take, number in zip(takes, numbers, strict=True)])
        return numbers

    def _raise(self, books: Sequence[Book]) -> Mapping[Book, int]:
        """The next number of every book that has no blocks; a book begins with its first number."""
        rows = [{**_book(each), "value": 1, "gap_free": True, "blocks": 0} for each in sorted(books)]
        raised = insert(self._connection.dialect.name, number_book).values(rows)
        raised = raised.on_conflict_do_update(
            index_elements=_KEY, set_={"value": number_book.c.value + 1},
            where=sa.and_(number_book.c.blocks == 0, number_book.c.gap_free))
        found = self._connection.execute(raised.returning(*_KEY, number_book.c.value))
        return {Book(row.agency_id, row.document_type, row.year): row.value for row in found}

    def _from_blocks(self, take: Take, at: datetime) -> int:
        reserved = self._next_of_block(take.book, take.place, at) if take.place else None
        if reserved is not None:
            return reserved
        if self._is_gap_free(take.book):
            return self._set_aside(take.book, 1)
        return self._next_of_block(take.book, "", at) or self._begin_fast_block(take.book, at)

    def _next_of_block(self, book: Book, place: str, at: datetime) -> int | None:
        row = self._connection.execute(
            sa.select(number_block).where(
                *_in(number_block, book), number_block.c.place == place, number_block.c.closed_at.is_(None),
                number_block.c.expires_at > at, number_block.c.following <= number_block.c.last)
            .order_by(number_block.c.first).limit(1).with_for_update(skip_locked=not place)).first()
        if row is None:
            return None
        self._connection.execute(
            sa.update(number_block).where(number_block.c.id == row.id).values(following=row.following + 1))
        if row.following == row.last:
            self.close(_reservation(row), at)
        return int(row.following)

    def _begin_fast_block(self, book: Book, at: datetime) -> int:
        last = self._set_aside(book, FAST_BLOCK)
        first = last - FAST_BLOCK + 1
        self._add_block(Reservation(new_id(), book, "", first, last, first + 1, "", "system", at, FOREVER))
        return first

    def reserve(self, book: Book, count: int) -> tuple[int, int]:
        """Sets a block aside: its first and its last number. The caller adds the reservation."""
        self._connection.execute(insert(self._connection.dialect.name, number_book).values(
            **_book(book), value=0, gap_free=True, blocks=0).on_conflict_do_nothing())
        last = self._set_aside(book, count)
        return last - count + 1, last

    def add(self, it: Reservation) -> None:
        """From now on the place takes from this block."""
        self._add_block(it)
        self._count_blocks(it.book, +1)

    def reservation(self, reservation_id: str) -> Reservation | None:
        """The block under lock; None for an unknown id."""
        row = self._connection.execute(
            sa.select(number_block).where(number_block.c.id == reservation_id).with_for_update()).first()
        return _reservation(row) if row else None

    def own_blocks(self, book: Book) -> Sequence[Reservation]:
        """The open blocks that the book itself gives from, under lock."""
        rows = self._connection.execute(
            sa.select(number_block).where(
                *_in(number_block, book), number_block.c.place == "", number_block.c.closed_at.is_(None))
            .order_by(number_block.c.first).with_for_update())
        return [_reservation(row) for row in rows]

    def close(self, it: Reservation, at: datetime) -> None:
        """Nobody takes from the block any more."""
        self._connection.execute(
            sa.update(number_block).where(number_block.c.id == it.id).values(closed_at=at))
        if it.place:
            self._count_blocks(it.book, -1)

    def log_gaps(self, gaps: Sequence[NumberGap]) -> None:
        """These numbers are on no document."""
        if gaps:
            self._connection.execute(sa.insert(number_gap), [
                {**_book(each.book), "number": each.number, "reason": each.reason, "logged_at": each.logged_at,
                 "logged_by": each.logged_by} for each in gaps])

    def choose(self, book: Book, *, gap_free: bool) -> None:
        """Whether holes matter in this book more than waiting."""
        chosen = insert(self._connection.dialect.name, number_book).values(
            **_book(book), value=0, gap_free=gap_free, blocks=0)
        self._connection.execute(chosen.on_conflict_do_update(index_elements=_KEY, set_={"gap_free": gap_free}))

    def _is_gap_free(self, book: Book) -> bool:
        return bool(self._connection.scalar(sa.select(number_book.c.gap_free).where(*_in(number_book, book))))

    def _set_aside(self, book: Book, count: int) -> int:
        raised = sa.update(number_book).where(*_in(number_book, book)).values(value=number_book.c.value + count)
        last: int = self._connection.execute(raised.returning(number_book.c.value)).scalar_one()
        return last

    def _count_blocks(self, book: Book, by: int) -> None:
        self._connection.execute(
            sa.update(number_book).where(*_in(number_book, book)).values(blocks=number_book.c.blocks + by))

    def _add_block(self, it: Reservation) -> None:
        self._connection.execute(sa.insert(number_block).values(
            id=it.id, **_book(it.book), place=it.place, first=it.first, last=it.last, following=it.following,
            reason=it.reason, reserved_by=it.reserved_by, reserved_at=it.reserved_at, expires_at=it.expires_at))


def _book(book: Book) -> dict[str, Any]:
    return {"agency_id": book.agency_id, "document_type": book.document_type, "year": book.year}


def _in(table: sa.Table, book: Book) -> tuple[sa.ColumnElement[bool], ...]:
    return tuple(table.c[name] == value for name, value in _book(book).items())


def _reservation(row: Any) -> Reservation:
    return Reservation(
        row.id, Book(row.agency_id, row.document_type, row.year), row.place, row.first, row.last, row.following,
        row.reason, row.reserved_by, row.reserved_at, row.expires_at, row.closed_at)
