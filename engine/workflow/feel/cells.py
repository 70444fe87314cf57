"""The common cells of decision tables, read into Python: `"a", "b"`, `< 5`, `[1..10]`, `not("x")`."""

from __future__ import annotations

from typing import Any

from engine.workflow.feel import logic
from engine.workflow.feel.logic import OutsideSubsetError
from engine.workflow.feel.parser import COMPARISONS, Closure, Parser, Test, Variables

_BOOLEANS = {"true": True, "false": False}
_ORDERINGS = {sign: COMPARISONS[sign] for sign in ("<", "<=", ">", ">=")}


class CellParser(Parser):
    """Comma-separated tests, of which one must hold, or none inside `not(...)`."""

    def cell(self) -> Test:
        """The test that the tokens make up, all of them."""
        if self.peek() != "not":
            return self._tests("")
        self.take()
        self.expect("(")
        tests = self._tests(")")
        self.expect(")")
        self.require(self.peek() == "")
        return lambda it, value: not tests(it, value)

    def _tests(self, closing: str) -> Test:
        tests = [self._test()]
        while self.peek() == ",":
            self.take()
            tests.append(self._test())
        self.require(self.peek() == closing)
        return lambda it, value: any([test(it, value) is True for test in tests])

    def _test(self) -> Test:
        if self.peek() in _ORDERINGS:
            return _ordering(self.take(), self.sum())
        if self.peek() == "[":
            self.take()
            return self.range_from(self.sum())
        if self.peek() in _BOOLEANS:
            return self._boolean()
        return _equality(self.sum())

    def _boolean(self) -> Test:
        wanted = _BOOLEANS[self.take()]
        self.require(self.peek() in (",", ")", ""))
        return lambda it, value: value is wanted


def _ordering(sign: str, bound: Closure) -> Test:
    compare = _ORDERINGS[sign]
    return lambda it, value: compare(value, bound(it))


def _equality(candidate: Closure) -> Test:
    def test(it: Variables, value: Any) -> bool | None:
        wanted = candidate(it)
        # feelin takes a boolean that is not written as `true` or `false` for the answer itself.
        if isinstance(wanted, bool):
            raise OutsideSubsetError
        return logic.equal(wanted, value)

    return test
