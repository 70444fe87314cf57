"""The common subset of FEEL compiled to Python closures, a hundred times quicker than asking feelin.

Comparisons, `and`/`or`/`not`, arithmetic, parentheses, literals, dotted names, `in` a range or a list, `between` and
if-then-else. Whatever is not certain to mean the same here, in the text or in the values, raises OutsideSubsetError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from engine.workflow.feel import logic
from engine.workflow.feel.logic import OutsideSubsetError

Variables = Mapping[str, Any]
Closure = Callable[[Variables], Any]

DEEPEST = 40
MOST_TOKENS = 200

# Letters of the Latin alphabets, Vietnamese included: the names on which Python and feelin cannot differ.
_LETTER = "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff"
_PLAIN = re.compile(f"[{_LETTER}][{_LETTER}0-9]*")
_TOKEN = re.compile(
    rf"[ \t]*(?:(?P<number>\d{{1,15}}(?:\.\d{{1,15}})?)(?![{_LETTER}0-9])"
    rf'|(?P<string>"[^"\\\n\r]*")'
    rf"|(?P<word>{_PLAIN.pattern})"
    r"|(?P<sign><=|>=|!=|\.\.|[<>=()\[\],.+\-]|\*(?!\*)|/(?![/*])))"
)
_KEYWORDS = frozenset({"and", "or", "not", "in", "between", "if", "then", "else", "true", "false", "null"})
_RESERVED = frozenset({
    "for", "some", "every", "return", "satisfies", "function", "external", "instance", "of", "item", "partial",
    "date", "time", "duration", "years", "days", "get",
})
_LITERALS: dict[str, Any] = {"true": True, "false": False, "null": None}
_COMPARISONS = {
    "=": logic.equal, "!=": logic.unequal, "<": logic.less, "<=": logic.at_most,
    ">": logic.greater, ">=": logic.at_least,
}
_SUMS = {"+": logic.plus, "-": logic.minus}
_PRODUCTS = {"*": logic.times, "/": logic.over}
_CLOSING = frozenset({"", ")", ",", "]", "then", "else"})


@lru_cache(maxsize=4096)
def compiled(text: str) -> Closure | None:
    """The closure for an expression of the subset, or None when feelin must read it."""
    try:
        tokens = _tokens(text)
        expression = _Parser(tokens).whole()
    except OutsideSubsetError:
        return None
    keywords = _KEYWORDS.intersection(tokens)

    def run(variables: Variables) -> Any:
        _require_plain(variables, keywords)
        return logic.result(expression(variables))

    return run


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position, end = 0, len(text.rstrip(" \t"))
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or len(tokens) == MOST_TOKENS:
            raise OutsideSubsetError
        tokens.append(match[0].lstrip(" \t"))
        position = match.end()
    return tokens


@lru_cache(maxsize=4096)
def is_plain_name(key: str) -> bool:
    """Whether feelin reads the key as one word wherever it stands."""
    return _PLAIN.fullmatch(key) is not None


def _require_plain(context: Mapping[str, Any], keywords: frozenset[str] = frozenset()) -> None:
    """A key such as `so-luong` or `in` changes how feelin cuts the text into names."""
    if not all(map(is_plain_name, context)) or any(word in context for word in keywords):
        raise OutsideSubsetError


class _Parser:
    """Recursive descent, one method for each rank of operators; `depth` bounds the recursion."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def whole(self) -> Closure:
        expression = self._expression()
        self._require(self._peek() == "")
        return expression

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._next += 1
        return token

    def _expect(self, token: str) -> None:
        self._require(self._take() == token)

    def _require(self, fact: bool) -> None:
        if not fact:
            raise OutsideSubsetError

    def _expression(self) -> Closure:
        self._depth += 1
        self._require(self._depth <= DEEPEST)
        expression = self._choice() if self._peek() == "if" else self._disjunction()
        self._depth -= 1
        return expression

    def _choice(self) -> Closure:
        self._expect("if")
        test = self._expression()
        self._expect("then")
        chosen = self._expression()
        self._expect("else")
        otherwise = self._expression()
        return lambda it: otherwise(it) if _is_untrue(test(it)) else chosen(it)

    def _disjunction(self) -> Closure:
        return self._chain({"or": logic.disjunction}, self._conjunction)

    def _conjunction(self) -> Closure:
        return self._chain({"and": logic.conjunction}, self._comparison)

    def _sum(self) -> Closure:
        return self._chain(_SUMS, self._product)

    def _product(self) -> Closure:
        return self._chain(_PRODUCTS, self._negated)

    def _chain(self, operators: Mapping[str, Callable[[Any, Any], Any]], operand: Callable[[], Closure]) -> Closure:
        left = operand()
        while self._peek() in operators:
            left = _binary(operators[self._take()], left, operand())
        return left

    def _comparison(self) -> Closure:
        left = self._sum()
        if self._peek() in _COMPARISONS:
            left = _binary(_COMPARISONS[self._take()], left, self._sum())
            self._require(self._peek() not in (*_COMPARISONS, "in", "between"))
        elif self._peek() == "in":
            left = self._membership(left)
            self._require(self._peek() in _CLOSING)
        elif self._peek() == "between":
            left = self._between(left)
        return left

    def _between(self, value: Closure) -> Closure:
        self._expect("between")
        start = self._sum()
        self._expect("and")
        end = self._sum()
        self._require(self._peek() in _CLOSING)
        return lambda it: _between(value(it), start(it), end(it))

    def _membership(self, value: Closure) -> Closure:
        self._expect("in")
        if self._peek() == "(":
            self._take()
            self._require(self._peek() != "not")  # after `in (` this is the negation of unary tests
            return self._candidates(value, [self._sum()], ")")
        if self._peek() == "[":
            self._take()
            return self._range_or_list(value)
        listed = self._name()
        return lambda it: _in_named(value(it), listed(it))

    def _range_or_list(self, value: Closure) -> Closure:
        if self._peek() == "]":
            self._take()
            return lambda it: logic.among(value(it), ())
        first = self._sum()
        if self._peek() != "..":
            return self._candidates(value, [first], "]")
        self._take()
        last = self._sum()
        closing = self._take()
        self._require(closing in ("]", ")"))
        included = closing == "]"
        return lambda it: logic.within(value(it), first(it), last(it), start_in=True, end_in=included) is True

    def _candidates(self, value: Closure, candidates: list[Closure], closing: str) -> Closure:
        while self._peek() == ",":
            self._take()
            candidates.append(self._sum())
        self._expect(closing)
        return lambda it: logic.among(value(it), [candidate(it) for candidate in candidates])

    def _negated(self) -> Closure:
        if self._peek() != "-":
            return self._primary()
        self._take()
        self._depth += 1
        self._require(self._depth <= DEEPEST)
        value = self._negated()
        self._depth -= 1
        return lambda it: logic.minus(0, value(it))

    def _primary(self) -> Closure:
        first = self._peek()
        if first == "(":
            return self._parenthesised()
        if first == "not":
            return self._negation()
        if first in _LITERALS or first[:1] == '"' or first[:1].isdigit():
            return _constant(self._take())
        return self._name()

    def _negation(self) -> Closure:
        self._expect("not")
        value = self._parenthesised()
        return lambda it: logic.negation(value(it))

    def _parenthesised(self) -> Closure:
        self._expect("(")
        expression = self._expression()
        self._expect(")")
        return expression

    def _name(self) -> Closure:
        closure = _variable(self._part())
        while self._peek() == ".":
            self._take()
            closure = _entry(closure, self._part())
        return closure

    def _part(self) -> str:
        token = self._take()
        self._require(is_plain_name(token) and token not in _KEYWORDS and token not in _RESERVED)
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
        _require_plain(context)
        return context[name]

    return read


def _between(value: Any, start: Any, end: Any) -> bool | None:
    if start is None or end is None:
        return None
    return logic.within(value, start, end, start_in=True, end_in=True)


def _in_named(value: Any, listed: Any) -> bool | None:
    if listed is None:
        return None
    return logic.among(value, listed if type(listed) is list else (listed,))
