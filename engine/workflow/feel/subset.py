"""The quick path: expressions and cells of the common subset as Python closures, hundreds of times quicker than feelin.

A closure raises OutsideSubsetError for values about which only feelin may decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.workflow.feel import logic
from engine.workflow.feel.cells import CellParser
from engine.workflow.feel.logic import OutsideSubsetError
from engine.workflow.feel.parser import Closure, Parser, Test
from engine.workflow.feel.words import KEYWORDS, require_plain, tokens_of

REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression and the variables it reads."""

    closure: Closure
    names: frozenset[str]
    keywords: frozenset[str]

    def evaluate(self, variables: Mapping[str, Any]) -> Any:
        """The value, as feelin would give it."""
        require_plain(variables, self.keywords)
        return logic.result(self.closure(variables))


@dataclass(frozen=True, slots=True)
class Cell:
    """A compiled cell of a decision table and the variables it reads."""

    test: Test
    names: frozenset[str]
    keywords: frozenset[str]

    def accepts(self, value: Any, variables: Mapping[str, Any]) -> bool:
        """Whether the cell accepts the value, as feelin would say."""
        require_plain(variables, self.keywords)
        return self.test(variables, value) is True


@lru_cache(maxsize=REMEMBERED)
def expression(text: str) -> Expression | None:
    """The compiled expression, or None when feelin must read it."""
    try:
        tokens = tokens_of(text)
        parser = Parser(tokens)
        return Expression(parser.whole(), frozenset(parser.names), KEYWORDS.intersection(tokens))
    except OutsideSubsetError:
        return None


@lru_cache(maxsize=REMEMBERED)
def cell(text: str) -> Cell | None:
    """The compiled cell, or None when feelin must read it."""
    try:
        tokens = tokens_of(text)
        parser = CellParser(tokens)
        return Cell(parser.cell(), frozenset(parser.names), KEYWORDS.intersection(tokens))
    except OutsideSubsetError:
        return None
