"""Long lists come one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, func, literal, select

PAGE_SIZE = 50
MOST = 1_000
"""As far as anybody pages through a list that may hold millions; whoever looks for more searches."""
Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a long list; pages are numbered from 1. Of a `capped` list there are more than `total`."""

    rows: tuple[Item, ...]
    total: int
    number: int
    size: int = PAGE_SIZE
    capped: bool = False

    @property
    def last(self) -> int:
        """The number of the last page; 1 when the list is empty."""
        return max(1, -(-self.total // self.size))

    def told(self, rows: tuple[Other, ...]) -> Page[Other]:
        """The same page, its rows put into other words."""
        return Page(rows, self.total, self.number, self.size, self.capped)


def first_of(conn: Connection, asked: Select[Any], number: int, row: Callable[[Row[Any]], Item]) -> Page[Item]:
    """One page of a list without an end: neither counted nor shown beyond `MOST`, so that no page is a slow one."""
    counted = asked.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).limit(MOST + 1)
    total = count(conn, select(func.count()).select_from(counted.subquery()))
    number = min(number, MOST // PAGE_SIZE)
    shown = conn.execute(asked.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page(tuple(map(row, shown)), min(total, MOST), number, capped=total > MOST)


def count(conn: Connection, asked: Select[Any]) -> int:
    """The one number a query asks for."""
    return int(conn.execute(asked).scalar_one())


def counts(conn: Connection, asked: Select[Any]) -> dict[str, int]:
    """A query of (name, number) as a mapping."""
    return {str(name): int(number) for name, number in conn.execute(asked)}


def page_of(conn: Connection, asked: Select[Any], number: int, row: Callable[[Row[Any]], Item]) -> Page[Item]:
    """One page of an ordered, ungrouped query, with how many rows there are in all.

    Counting leaves the columns out: a subquery among them would run once for every row of the list.
    """
    total = count(conn, asked.order_by(None).with_only_columns(func.count(), maintain_column_froms=True))
    shown = conn.execute(asked.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page(tuple(map(row, shown)), total, number)
