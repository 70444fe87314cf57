"""Script tasks: a list of assignments, `name = <FEEL>`, and nothing else. There is no other scripting language."""

from __future__ import annotations

import re
from functools import lru_cache

from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.evaluator import check

SCRIPT_CHARACTERS = 16_384
MOST_LINES = 200

_ASSIGNMENT = re.compile(r"(?P<name>[^\s=]+)\s*=(?!=)\s*(?P<expression>\S.*)")
# What FEEL reads as a word of its own cannot be the name of a variable; `typename` is SpiffWorkflow's own key.
_RESERVED = frozenset({
    "and", "or", "not", "in", "between", "if", "then", "else", "for", "some", "every", "return", "satisfies",
    "function", "external", "instance", "of", "true", "false", "null", "date", "time", "duration", "item", "partial",
    "typename",
})


def parse_script(text: str) -> list[tuple[str, str]]:
    """The assignments of a script in their order. Blank lines and lines that begin with `#` or `//` say nothing.

    Raises FeelError with `line` for anything that is not `name = <FEEL>` on one line, for a name that FEEL or the
    engine keeps for itself, and for an expression that cannot be read.
    """
    return list(_assignments(text))


LONGEST_NAME = 100
"""Variables are rows, and their names a column of limited width."""


@lru_cache(maxsize=512)
def _assignments(text: str) -> tuple[tuple[str, str], ...]:
    lines = text.splitlines()
    if len(text) > SCRIPT_CHARACTERS or len(lines) > MOST_LINES:
        raise FeelError("too_complex", text, f"longer than {MOST_LINES} lines or {SCRIPT_CHARACTERS} characters")
    numbered = ((number, line.strip()) for number, line in enumerate(lines, start=1))
    return tuple(_assignment(number, line) for number, line in numbered if not _says_nothing(line))


def _says_nothing(line: str) -> bool:
    return not line or line.startswith(("#", "//"))


def _assignment(number: int, line: str) -> tuple[str, str]:
    match = _ASSIGNMENT.fullmatch(line)
    if match is None:
        raise FeelError("syntax", line, "a script holds only lines `name = <FEEL>`", line=number)
    name, expression = match["name"], match["expression"]
    if not name.isidentifier() or name.startswith("__") or name in _RESERVED or len(name) > LONGEST_NAME:
        raise FeelError("syntax", line, f"`{name}` cannot be the name of a variable", line=number)
    _require_readable(number, expression)
    return name, expression


def _require_readable(number: int, expression: str) -> None:
    for problem in check(expression):
        if problem["code"] in ("syntax", "too_complex"):
            raise FeelError(problem["code"], expression, problem["detail"], line=number, position=problem["position"])
