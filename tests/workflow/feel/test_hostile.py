"""Expressions written to break out, to hang or to fill the memory: each ends in an error or in a harmless value."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from engine.workflow.feel.evaluator import FeelError, check, evaluate, names, unary_test
from engine.workflow.feel.feelin import CPU_SECONDS

LIMIT_S = CPU_SECONDS + 1
VARIABLES = {"d": {"a": 1, "list": [1, 2]}, "s": "a" * 40 + "!", "n": 3, "f": None}

REACHING_FOR_THE_HOST = [
    "d.constructor",
    'd.constructor.constructor("return globalThis")()',
    'd.toString.constructor("return 1")()',
    "d.__proto__",
    "d.__proto__.polluted",
    'get value(d, "__proto__")',
    'get value(d, "constructor")',
    'context put(d, "__proto__", {polluted: true}).a',
    'context put(d, ["__proto__", "polluted"], true)',
    'context merge([d, {"__proto__": {polluted: true}}]).a',
    'context([{key: "__proto__", value: {polluted: true}}])',
    '{"__proto__": {polluted: true}}.polluted',
    "{constructor: 1}.constructor.constructor",
    "globalThis",
    "globalThis.feel",
    'feel("evaluate", "1", "{}", null)',
    "Intl.DateTimeFormat",
    "this",
    "process.exit(1)",
    'require("fs")',
    'import("fs")',
    'eval("1")',
    "Function",
    '`constructor`',
    'sort([2, 1], function(a, b) external {java: {class: "java.lang.Runtime", method signature: "exit(int)"}})',
    '(function(a) a.constructor)(d)',
    'string(count)',
    "d[item.constructor]",
    'replace(s, "a", "$&$`")',
]
SPEAKING_PYTHON = [
    '__import__("os").system("id")',
    "().__class__.__bases__[0].__subclasses__()",
    'open("/etc/passwd").read()',
    '"{0.__class__}".format(1)',
    "[x for x in (1).__class__.mro()]",
    'exec("x=1")',
    "lambda: 1",
    "f.__globals__",
    "s.__class__.__mro__",
    "n.__class__",
]
WITHOUT_END = [
    "for x in 1..100000000 return x",
    "count(for x in 1..3000, y in 1..3000 return x * y)",
    "every x in 1..100000000 satisfies x > 0",
    'string join(for x in 1..200000 return "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")',
    "for x in 0..1e400 return x",
    "for x in 1..1/0 return x",
    "{loop: function(x) loop(x), go: loop(1)}.go",
    "(function(f) f(f))(function(f) f(f))",
    "for x in 1..1000000 return partial",
    "product(for x in 1..5000000 return 2)",
    "for i in 1.5..2 return i",
    'split("a", "")[1..100000000]',
    "number(string(9 ** 9 ** 9), null, null)",
    "n ** n ** n ** n ** n ** n",
    'duration("P99999999999Y")',
    'date("9999999999-01-01")',
    "years and months duration(date(1, 1, 1), date(999999, 1, 1))",
]
SLOW_PATTERNS = [
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    'matches(s, "^(a|a)*$")',
    'matches(s, "(.*a){20}")',
    'replace(s, "(a*)*b", "x")',
    'split(s, "(a|aa)+$")',
    'extract(s, "((a*)*)*c")',
    'matches("x", "[")',
    'matches("x", "(?<n>x)\\k<n>{1000000}")',
]
DEEP_OR_LONG = [
    "(" * 2000 + "1" + ")" * 2000,
    "[" * 4000,
    "-" * 4000 + "1",
    "not(" * 900 + "true" + ")" * 900,
    "if true then " * 300 + "1",
    "1" + "+1" * 2000,
    "d" + ".a" * 2000,
    "n" + "[1]" * 1300,
    "{a:" * 1000 + "1" + "}" * 1000,
    '"' + "x" * 10_000_000 + '"',
    "9" * 4000,
    "1 " * 2000,
    "a" * 4096,
    " " * 100_000,
    "/*" * 2000,
]
ODD_LETTERS = [
    "\u0000",
    "n\u0000 > 1",
    '"\ud800"',
    "\u202en > 1",
    "ｎ > 1",
    "n\u200b > 1",
    "n\u00a0> 1",
    "ⅷ",
    "٣ + 1",
    "\ufeffn > 1",
    "n > 1 // \u2028 + 1",
    '"\\u{110000}"',
    '"\\ud800\\udc00\\ud800"',
    "nￂ",
    "😀",
    "e\u0301 = é",
]
HOSTILE = [*REACHING_FOR_THE_HOST, *SPEAKING_PYTHON, *WITHOUT_END, *SLOW_PATTERNS, *DEEP_OR_LONG, *ODD_LETTERS]


def shortened(expression: str) -> str:
    return ascii(expression[:40])


def assert_bounded(ask: Any) -> Any:
    """The answer, or the code of the refusal; in processor seconds, so that a busy machine does not matter."""
    started = time.process_time()
    try:
        answer = ask()
    except FeelError as error:
        answer = error.code
    assert time.process_time() - started < LIMIT_S
    return answer


def assert_intact() -> None:
    assert evaluate("sum([n, 1])", {"n": 2}) == 3
    assert evaluate("{}", {}) == {}
    with pytest.raises(FeelError) as refused:
        evaluate("sum([d.polluted])", {"d": {}})
    assert refused.value.code == "unknown_name"


@pytest.mark.parametrize("expression", HOSTILE, ids=shortened)
def test_a_hostile_expression_harms_nothing(expression: str) -> None:
    answer = assert_bounded(lambda: evaluate(expression, VARIABLES))
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < 1 << 21
    assert_intact()


@pytest.mark.parametrize("expression", REACHING_FOR_THE_HOST[:6], ids=shortened)
def test_the_insides_of_the_interpreter_are_unknown_names(expression: str) -> None:
    assert assert_bounded(lambda: evaluate(expression, VARIABLES)) in ("unknown_name", "type", "syntax", None)


@pytest.mark.parametrize("expression", [*DEEP_OR_LONG[:3], *ODD_LETTERS], ids=shortened)
def test_a_hostile_expression_can_be_reviewed(expression: str) -> None:
    assert_bounded(lambda: check(expression))
    assert_bounded(lambda: list(names(expression)))
    assert_intact()


@pytest.mark.parametrize("cell", [WITHOUT_END[0], SLOW_PATTERNS[0], "not(" * 500], ids=shortened)
def test_a_hostile_cell_harms_nothing(cell: str) -> None:
    assert_bounded(lambda: unary_test(cell, "a" * 40, VARIABLES))
    assert_intact()


@pytest.mark.parametrize(
    "variables",
    [
        {"__proto__": {"polluted": True}, "n": 1},
        {"n": 1, "d": {"__proto__": {"polluted": True}, "constructor": {"prototype": {"polluted": True}}}},
        {"n": 1, "toString": 3, "hasOwnProperty": None, "then": 1},
        {"n": 1, "count": "x", "now": 5, "in": 2},
        {"n": 1, "": 0, "\u0000": 1, "\ud800": 2},
    ],
    ids=["proto", "nested proto", "inherited names", "names of FEEL", "odd letters"],
)
def test_hostile_names_of_variables_harm_nothing(variables: dict[str, Any]) -> None:
    assert evaluate("n + sum([0])", variables) == 1
    assert_bounded(lambda: evaluate("for x in [1] return {a: x, polluted: d.polluted}", variables))
    assert_intact()


@pytest.mark.parametrize("depth", [900, 100_000])
def test_deeply_nested_variables_are_an_error_and_not_a_crash(depth: int) -> None:
    nested: Any = 1
    for _ in range(depth):
        nested = [nested]
    assert_bounded(lambda: evaluate("count(n)", {"n": nested}))
    assert_intact()
