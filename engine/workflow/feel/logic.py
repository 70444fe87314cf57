"""FEEL's operators on JSON values, exactly as feelin 6.1.1 answers; what it answers in a special way is left to it.

Numbers are IEEE doubles there, so integers stop being exact at 2**53 and are handed over before that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

EXACT = 1 << 53


class OutsideSubsetError(Exception):
    """This expression, or these values, are outside the common subset."""


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
}


def kind(value: Any) -> str:
    """`null`, `boolean`, `number` or `string`; lists, contexts and everything else are left to feelin."""
    found = _KINDS.get(type(value))
    if found is None or (found == "number" and not -EXACT < value < EXACT):
        raise OutsideSubsetError
    return found


def both(left: Any, right: Any, wanted: str) -> None:
    """Leaves operands of any other kind to feelin, which knows the warning or the coercion."""
    if kind(left) != wanted or kind(right) != wanted:
        raise OutsideSubsetError


def conjunction(left: Any, right: Any) -> bool | None:
    """Three-valued `and`; what is not boolean counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def disjunction(left: Any, right: Any) -> bool | None:
    """Three-valued `or`; what is not boolean counts as null."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negation(value: Any) -> bool | None:
    """`not(...)`, null for what is not boolean."""
    return not value if isinstance(value, bool) else None


def equal(left: Any, right: Any) -> bool | None:
    """`=`: null equals only null, and two kinds cannot be compared."""
    kinds = kind(left), kind(right)
    if "null" in kinds:
        return kinds[0] == kinds[1]
    return bool(left == right) if kinds[0] == kinds[1] else None


def unequal(left: Any, right: Any) -> bool:
    """`!=` is true wherever `=` is not, two kinds included."""
    return equal(left, right) is not True


def _sort_key(value: Any) -> Any:
    """What orders like JavaScript: text by UTF-16 units, which differ from code points beyond U+FFFF."""
    return value.encode("utf-16-be", "surrogatepass") if isinstance(value, str) else value


def _ordered(left: Any, right: Any) -> tuple[Any, Any] | None:
    """The keys by which to order two numbers or two texts; None when one of them is null."""
    kinds = kind(left), kind(right)
    if kinds[1] == "null" or (kinds[0] == "null" and kinds[1] != "boolean"):
        return None
    if kinds[0] != kinds[1] or kinds[0] == "boolean":
        raise OutsideSubsetError
    return _sort_key(left), _sort_key(right)


def less(left: Any, right: Any) -> bool | None:
    """`<` for two numbers or two texts; null with anything is null."""
    keys = _ordered(left, right)
    return None if keys is None else bool(keys[0] < keys[1])


def greater(left: Any, right: Any) -> bool | None:
    """`>`."""
    keys = _ordered(left, right)
    return None if keys is None else bool(keys[0] > keys[1])


def at_most(left: Any, right: Any) -> bool | None:
    """`<=`."""
    above = greater(left, right)
    return None if above is None else not above


def at_least(left: Any, right: Any) -> bool | None:
    """`>=`."""
    below = less(left, right)
    return None if below is None else not below


def within(value: Any, start: Any, end: Any, *, start_in: bool, end_in: bool) -> bool | None:
    """Whether a number lies in a range of numbers, whichever bound was written first; null lies nowhere known."""
    both(start, end, "number")
    if value is None:
        return None
    both(value, start, "number")
    if start > end:
        start, end, start_in, end_in = end, start, end_in, start_in
    after = start <= value if start_in else start < value
    before = value <= end if end_in else value < end
    return bool(after and before)


def among(value: Any, candidates: Iterable[Any]) -> bool:
    """Whether a value equals one of the candidates; never null."""
    return any([equal(candidate, value) is True for candidate in candidates])


def plus(left: Any, right: Any) -> Any:
    """`+` of two numbers or two texts."""
    both(left, right, "string" if isinstance(left, str) else "number")
    return left + right


def minus(left: Any, right: Any) -> Any:
    """`-` of two numbers."""
    both(left, right, "number")
    return left - right


def times(left: Any, right: Any) -> Any:
    """`*` of two numbers."""
    both(left, right, "number")
    return left * right


def over(left: Any, right: Any) -> Any:
    """`/` of two numbers; division by zero is null."""
    both(left, right, "number")
    return left / right if right else None


def result(value: Any) -> Any:
    """A finished value as JSON would carry it: 2.0 is 2. Lists and contexts are feelin's, which copies them."""
    if kind(value) == "number" and float(value).is_integer():
        return int(value)
    return value
