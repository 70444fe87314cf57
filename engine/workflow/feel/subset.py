"""The quick path: expressions and cells of the common subset as Python closures, hundreds of times quicker than feelin.

A closure raises OutsideSubsetError for values about which only feelin may decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from engine.workflow.feel import logic
from engine.workflow.feel.cells import CellParser
from engine.workflow.feel.logic import OutsideSubsetError
from engine.workflow.feel.parser import Closure, Parser, Test
from engine.workflow.feel.words import KEYWORDS, require_plain, tokens_of

REMEMBERED = 4096


@lru_cache(maxsize=REMEMBERED)
def compiled(text: str) -> Closure | None:
    """The closure for an expression, or None when feelin must read it."""
    try:
        tokens = tokens_of(text)
        expression = Parser(tokens).whole()
    except OutsideSubsetError:
        return None
    keywords = KEYWORDS.intersection(tokens)

    def run(variables: Mapping[str, Any]) -> Any:
        require_plain(variables, keywords)
        return logic.result(expression(variables))

    return run


@lru_cache(maxsize=REMEMBERED)
def compiled_cell(text: str) -> Test | None:
    """The test for a cell of a decision table, or None when feelin must read it."""
    try:
        tokens = tokens_of(text)
        test = CellParser(tokens).cell()
    except OutsideSubsetError:
        return None
    keywords = KEYWORDS.intersection(tokens)

    def run(variables: Mapping[str, Any], value: Any) -> bool:
        require_plain(variables, keywords)
        return test(variables, value) is True

    return run
