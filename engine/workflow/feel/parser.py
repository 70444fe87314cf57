"""The common subset of FEEL, read by recursive descent into Python closures.

Comparisons, `and`/`or`/`not`, arithmetic, parentheses, literals, dotted names, `in` a range or a list, `between` and
if-then-else. Whatever is not certain to mean the same here, in the text or in the values, raises OutsideSubsetError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.workflow.feel import logic
from engine.workflow.feel.logic import OutsideSubsetError
from engine.workflow.feel.words import KEYWORDS, RESERVED, is_plain_name, require_plain

Variables = Mapping[str, Any]
Closure = Callable[[Variables], Any]
Test = Callable[[Variables, Any], bool | None]

DEEPEST = 40

_LITERALS: dict[str, Any] = {"true": True, "false": False, "null": None}
COMPARISONS = {
    "=": logic.equal, "!=": logic.unequal, "<": logic.less, "<=": logic.at_most,
    ">": logic.greater, ">=": logic.at_least,
}
_SUMS = {"+": logic.plus, "-": logic.minus}
_PRODUCTS = {"*": logic.times, "/": logic.over}
_CLOSING = frozenset({"", ")", ",", "]", "then", "else"})


class Parser:
    """Recursive descent, one method for each rank of operators. `names` gathers the variables that are read."""

    def __init__(self, tokens: list[str]) -> None:
        self.names: set[str] = set()
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def whole(self) -> Closure:
        """The expression that the tokens make up, all of them."""
        expression = self._expression()
        self.require(self.peek() == "")
        return expression

    def peek(self) -> str:
        """The next token, or an empty text at the end."""
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def take(self) -> str:
        """The next token, left behind."""
        token = self.peek()
        self._next += 1
        return token

    def expect(self, token: str) -> None:
        """Leaves the next token behind, which must be this one."""
        self.require(self.take() == token)

    def require(self, fact: bool) -> None:
        """Leaves the expression to feelin unless the fact holds."""
        if not fact:
            raise OutsideSubsetError

    def _expression(self) -> Closure:
        self._depth += 1
        self.require(self._depth <= DEEPEST)
        expression = self._choice() if self.peek() == "if" else self._disjunction()
        self._depth -= 1
        return expression

    def _choice(self) -> Closure:
        self.expect("if")
        test = self._expression()
        self.expect("then")
        chosen = self._expression()
        self.expect("else")
        otherwise = self._expression()
        return lambda it: otherwise(it) if _is_untrue(test(it)) else chosen(it)

    def _disjunction(self) -> Closure:
        return self._chain({"or": logic.disjunction}, self._conjunction)

    def _conjunction(self) -> Closure:
        return self._chain({"and": logic.conjunction}, self._comparison)

    def sum(self) -> Closure:
        """A chain of `+` and `-`, the operand of every comparison."""
        return self._chain(_SUMS, self._product)

    def _product(self) -> Closure:
        return self._chain(_PRODUCTS, self._negated)

    def _chain(self, operators: Mapping[str, Callable[[Any, Any], Any]], operand: Callable[[], Closure]) -> Closure:
        left = operand()
        while self.peek() in operators:
            left = _binary(operators[self.take()], left, operand())
        return left

    def _comparison(self) -> Closure:
        left = self.sum()
        if self.peek() in COMPARISONS:
            left = _binary(COMPARISONS[self.take()], left, self.sum())
            self.require(self.peek() not in (*COMPARISONS, "in", "between"))
        elif self.peek() == "in":
            left = self._membership(left)
            self.require(self.peek() in _CLOSING)
        elif self.peek() == "between":
            left = self._between(left)
        return left

    def _between(self, value: Closure) -> Closure:
        self.expect("between")
        start = self.sum()
        self.expect("and")
        end = self.sum()
        self.require(self.peek() in _CLOSING or self.peek() in ("and", "or"))
        return lambda it: _between(value(it), start(it), end(it))

    def _membership(self, value: Closure) -> Closure:
        self.expect("in")
        if self.peek() == "(":
            self.take()
            self.require(self.peek() != "not")  # after `in (` this is the negation of unary tests
            return self._in_parentheses(value, self.sum())
        if self.peek() == "[":
            self.take()
            return self._range_or_list(value)
        listed = self._name()
        return lambda it: _in_single(value(it), listed(it))

    def _in_parentheses(self, value: Closure, first: Closure) -> Closure:
        if self.peek() != ")":
            return self._candidates(value, [first], ")")
        self.take()
        return lambda it: _in_single(value(it), first(it))

    def _range_or_list(self, value: Closure) -> Closure:
        if self.peek() == "]":
            self.take()
            return lambda it: logic.among(value(it), ())
        first = self.sum()
        if self.peek() != "..":
            return self._candidates(value, [first], "]")
        inside = self.range_from(first)
        return lambda it: inside(it, value(it)) is True

    def range_from(self, first: Closure) -> Test:
        """The rest of `[first..last]` or `[first..last)`."""
        self.expect("..")
        last = self.sum()
        closing = self.take()
        self.require(closing in ("]", ")"))
        included = closing == "]"
        return lambda it, value: logic.within(value, first(it), last(it), start_in=True, end_in=included)

    def _candidates(self, value: Closure, candidates: list[Closure], closing: str) -> Closure:
        while self.peek() == ",":
            self.take()
            candidates.append(self.sum())
        self.expect(closing)
        return lambda it: logic.among(value(it), [candidate(it) for candidate in candidates])

    def _negated(self) -> Closure:
        if self.peek() != "-":
            return self._primary()
        self.take()
        self._depth += 1
        self.require(self._depth <= DEEPEST)
        value = self._negated()
        self._depth -= 1
        return lambda it: logic.minus(0, value(it))

    def _primary(self) -> Closure:
        first = self.peek()
        if first == "(":
            return self._parenthesised()
        if first == "not":
            return self._negation()
        if first in _LITERALS or first[:1] == '"' or first[:1].isdigit():
            return _constant(self.take())
        return self._name()

    def _negation(self) -> Closure:
        self.expect("not")
        value = self._parenthesised()
        return lambda it: logic.negation(value(it))

    def _parenthesised(self) -> Closure:
        self.expect("(")
        expression = self._expression()
        self.expect(")")
        return expression

    def _name(self) -> Closure:
        name = self._part()
        self.names.add(name)
        closure = _variable(name)
        while self.peek() == ".":
            self.take()
            closure = _entry(closure, self._part())
        return closure

    def _part(self) -> str:
        token = self.take()
        self.require(is_plain_name(token) and token not in KEYWORDS and token not in RESERVED)
        return token


def _is_untrue(value: Any) -> bool:
    return value is False or value is None


def _binary(operator: Callable[[Any, Any], Any], left: Closure, right: Closure) -> Closure:
    # Both sides are always evaluated: feelin does, and an unknown name on either side must be noticed.
    return lambda it: operator(left(it), right(it))


def _constant(token: str) -> Closure:
    if token[0] == '"':
        value: Any = token[1:-1]
    elif token in _LITERALS:
        value = _LITERALS[token]
    else:
        value = float(token) if "." in token else int(token)
    return lambda it: value


def _variable(name: str) -> Closure:
    def read(it: Variables) -> Any:
        if name not in it:
            raise OutsideSubsetError
        return it[name]

    return read


def _entry(target: Closure, name: str) -> Closure:
    def read(it: Variables) -> Any:
        context = target(it)
        if context is None:
            return None
        if type(context) is not dict or name not in context:
            raise OutsideSubsetError
        require_plain(context)
        return context[name]

    return read


def _between(value: Any, start: Any, end: Any) -> bool | None:
    if start is None or end is None:
        return None
    return logic.within(value, start, end, start_in=True, end_in=True)


def _in_single(value: Any, listed: Any) -> bool | None:
    if listed is None:
        return None
    return logic.among(value, listed if type(listed) is list else (listed,))
