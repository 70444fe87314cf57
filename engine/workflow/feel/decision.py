"""Decision tables (DMN 1.3, chapter 8): the answer of a table for the variables of an instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.evaluator import evaluate, unary_test
from engine.workflow.feel.hits import POLICIES, Hit


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results. `ranking` lists the allowed values, the preferred first; it and `default` may be empty."""

    name: str
    ranking: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: the tests of its input cells and the expressions of its output cells, as they stand in the file."""

    tests: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table ready to be asked. `inputs` are FEEL expressions; `policy` joins hit policy and aggregation."""

    id: str
    name: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


def decide(
    table: DecisionTable, variables: Mapping[str, Any], now: datetime | None = None, *, required: bool = False
) -> Any:
    """The answer: a value, or a context when the table has several outputs; a list under the policies that list.

    When no row matches it is made of the default outputs, else null (an empty list, a count of 0); with `required`
    that is a FeelError `no_match`. Several rows where one may match are `not_unique`, rows that disagree under ANY
    `not_any`.
    """
    values = [evaluate(expression, variables, now) for expression in table.inputs]
    rows = [number for number, rule in enumerate(table.rules, start=1) if _matches(rule, values, variables)]
    if not rows and required:
        raise FeelError("no_match", table.name, f"no row matches {dict(zip(table.inputs, values, strict=True))}")
    hits = [_hit(table, table.rules[number - 1].results, number, variables, now) for number in rows]
    if not rows and all(output.default for output in table.outputs):
        hits = [_hit(table, tuple(output.default for output in table.outputs), 0, variables, now)]
    return POLICIES[table.policy](table.name, hits)


def _matches(rule: Rule, values: list[Any], variables: Mapping[str, Any]) -> bool:
    return all(unary_test(test, value, variables) for test, value in zip(rule.tests, values, strict=True))


def _hit(
    table: DecisionTable, cells: tuple[str, ...], row: int, variables: Mapping[str, Any], now: datetime | None
) -> Hit:
    results = [evaluate(cell, variables, now) if cell else None for cell in cells]
    ranks = tuple(_rank(table, output, result) for output, result in zip(table.outputs, results, strict=True))
    return Hit(row, _shaped(table, results), ranks)


def _rank(table: DecisionTable, output: Output, result: Any) -> int:
    if not output.ranking:
        return 0
    ranking = evaluate(f"[{output.ranking}]", {})
    if result not in ranking:
        raise FeelError("type", table.name, f"{result!r} is not among the allowed values of {output.name!r}")
    return int(ranking.index(result))


def _shaped(table: DecisionTable, results: list[Any]) -> Any:
    if len(results) == 1:
        return results[0]
    return dict(zip((output.name for output in table.outputs), results, strict=True))
