"""Reads a decision table from its DMN file: one table for each file, FEEL in every cell.

Small on purpose. Requirement graphs, boxed expressions and other languages are refused here, before publication, so
that nothing in a file is ever passed over in silence.
"""

from __future__ import annotations

from typing import Any

from engine.workflow.feel.decision import DecisionTable, Output, Rule
from engine.workflow.feel.errors import FeelError
from engine.workflow.feel.evaluator import check
from engine.workflow.feel.hits import POLICIES

DMN_1_3 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_FEEL = frozenset({"", "feel", "https://www.omg.org/spec/DMN/20191111/FEEL/"})


def parse_decision(root: Any) -> DecisionTable:
    """The decision table of a DMN 1.3 document (an lxml element, parsed within limits). Raises FeelError `malformed`.

    Cells that FEEL cannot read are refused with their own code (`syntax`, `too_complex`) and the place in `detail`.
    """
    if root.tag != _tag("definitions"):
        raise FeelError("malformed", "", "the file is not DMN 1.3")
    decisions = root.findall(_tag("decision"))
    if len(decisions) != 1:
        raise FeelError("malformed", "", f"the file holds {len(decisions)} decisions instead of one")
    table = _table(decisions[0])
    _require_readable(table)
    return table


def _table(decision: Any) -> DecisionTable:
    name = decision.get("name") or decision.get("id") or ""
    element = decision.find(_tag("decisionTable"))
    if element is None:
        raise FeelError("malformed", name, "the decision is not a table")
    _require_feel(name, decision.getroottree().getroot())
    inputs = element.findall(_tag("input"))
    outputs = tuple(_output(each) for each in element.findall(_tag("output")))
    rules = tuple(_rule(name, each, len(inputs), len(outputs)) for each in element.findall(_tag("rule")))
    if not outputs or not rules:
        raise FeelError("malformed", name, "the table has no output or no row")
    expressions = tuple(_text(each.find(_tag("inputExpression"))) for each in inputs)
    return DecisionTable(decision.get("id") or "", name, _policy(name, element), expressions, outputs, rules)


def _policy(name: str, element: Any) -> str:
    policy = element.get("hitPolicy", "UNIQUE")
    if policy == "COLLECT":
        policy = f"COLLECT {element.get('aggregation', '')}".strip()
    if policy not in POLICIES:
        raise FeelError("malformed", name, f"there is no hit policy {policy!r}")
    if policy.startswith("COLLECT ") and policy != "COLLECT COUNT" and len(element.findall(_tag("output"))) > 1:
        raise FeelError("malformed", name, f"{policy} needs a single output")
    return str(policy)


def _output(element: Any) -> Output:
    name = element.get("name") or element.get("label") or element.get("id") or ""
    values, default = element.find(_tag("outputValues")), element.find(_tag("defaultOutputEntry"))
    return Output(name, _text(values), _text(default))


def _rule(name: str, element: Any, inputs: int, outputs: int) -> Rule:
    tests = tuple(_text(each) for each in element.findall(_tag("inputEntry")))
    results = tuple(_text(each) for each in element.findall(_tag("outputEntry")))
    if len(tests) != inputs or len(results) != outputs:
        raise FeelError("malformed", name, f"row {element.get('id')} does not have one cell for each column")
    return Rule(tests, results)


def _require_feel(name: str, root: Any) -> None:
    for element in root.iter():
        language = element.get("expressionLanguage", "")
        if language.lower() not in _FEEL and language not in _FEEL:
            raise FeelError("malformed", name, f"the language {language!r} is not FEEL")


def _require_readable(table: DecisionTable) -> None:
    cells = [(expression, False) for expression in table.inputs]
    for rule in table.rules:
        cells += [(test, True) for test in rule.tests if test not in ("", "-")]
        cells += [(result, False) for result in rule.results if result]
    for text, unary in cells:
        for problem in check(text, unary=unary):
            if problem["code"] in ("syntax", "too_complex"):
                raise FeelError(problem["code"], text, problem["detail"], position=problem["position"])


def _text(element: Any) -> str:
    if element is None:
        return ""
    return (element.findtext(_tag("text")) or "").strip()


def _tag(name: str) -> str:
    return f"{{{DMN_1_3}}}{name}"
