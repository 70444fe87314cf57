"""Hit policies: what a decision table answers when none, one or several of its rows match (DMN 1.3, 8.2.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.workflow.feel.errors import FeelError


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that matched (from 1; 0 stands for the defaults), its answer, and the rank of each output (0 is best)."""

    row: int
    answer: Any
    ranks: tuple[int, ...]


def _unique(table: str, hits: list[Hit]) -> Any:
    if len(hits) > 1:
        raise FeelError("not_unique", table, f"rows {_rows(hits)} match at once")
    return _first(table, hits)


def _any(table: str, hits: list[Hit]) -> Any:
    if any(hit.answer != hits[0].answer for hit in hits):
        raise FeelError("not_any", table, f"rows {_rows(hits)} match and disagree")
    return _first(table, hits)


def _first(_table: str, hits: list[Hit]) -> Any:
    return hits[0].answer if hits else None


def _priority(table: str, hits: list[Hit]) -> Any:
    return _first(table, sorted(hits, key=lambda hit: hit.ranks))


def _in_rule_order(_table: str, hits: list[Hit]) -> list[Any]:
    return [hit.answer for hit in hits]


def _in_output_order(table: str, hits: list[Hit]) -> list[Any]:
    return _in_rule_order(table, sorted(hits, key=lambda hit: hit.ranks))


def _count(_table: str, hits: list[Hit]) -> int:
    return len(hits)


def _aggregated(aggregate: Callable[[list[Any]], Any]) -> Callable[[str, list[Hit]], Any]:
    def policy(table: str, hits: list[Hit]) -> Any:
        numbers = [hit.answer for hit in hits]
        if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
            raise FeelError("type", table, f"rows {_rows(hits)} do not all give numbers")
        return aggregate(numbers) if numbers else None

    return policy


def _rows(hits: list[Hit]) -> str:
    return ", ".join(str(hit.row) for hit in hits)


POLICIES: dict[str, Callable[[str, list[Hit]], Any]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _priority,
    "RULE ORDER": _in_rule_order,
    "OUTPUT ORDER": _in_output_order,
    "COLLECT": _in_rule_order,
    "COLLECT SUM": _aggregated(sum),
    "COLLECT MIN": _aggregated(min),
    "COLLECT MAX": _aggregated(max),
    "COLLECT COUNT": _count,
}
