from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from engine.workflow.feel.decision import decide
from engine.workflow.feel.dmn import DMN_1_3, parse_decision
from engine.workflow.feel.errors import FeelError

Row = tuple[list[str], list[str]]


def text(tag: str, content: str) -> str:
    return f"<{tag}><text>{escape(content)}</text></{tag}>"


def document(policy: str, inputs: list[str], outputs: list[str], rows: list[Row]) -> Any:
    """A DMN file with one table; `policy` and `outputs` are given as XML attributes and elements."""
    columns = "".join(f"<input>{text('inputExpression', each)}</input>" for each in inputs)
    rules = "".join(
        "<rule>" + "".join(text("inputEntry", each) for each in tests)
        + "".join(text("outputEntry", each) for each in results) + "</rule>"
        for tests, results in rows
    )
    return etree.fromstring(
        f'<definitions xmlns="{DMN_1_3}"><decision id="d" name="Phí">'
        f"<decisionTable {policy}>{columns}{''.join(outputs)}{rules}</decisionTable></decision></definitions>"
    )


FEE = ['<output name="fee"/>']
BY_AGE: list[Row] = [(["< 18"], ["0"]), (["[18..60]"], ["50000"]), (["> 60"], ["20000"])]


def fee(policy: str, rows: list[Row], outputs: list[str] = FEE, **variables: Any) -> Any:
    return decide(parse_decision(document(policy, ["age"], outputs, rows)), variables)


@pytest.mark.parametrize(("age", "expected"), [(17, 0), (18, 50000), (60, 50000), (61, 20000)])
def test_a_unique_table_answers_with_the_only_row_that_matches(age: int, expected: int) -> None:
    assert fee("", BY_AGE, age=age) == expected


def test_a_unique_table_in_which_two_rows_match_is_an_error_that_names_them() -> None:
    with pytest.raises(FeelError, match="rows 1, 2") as refused:
        fee("", [(["-"], ["1"]), (["> 3"], ["2"])], age=5)
    assert refused.value.code == "not_unique"


OVERLAPPING: list[Row] = [(["> 0"], ["10"]), (["> 3"], ["30"]), (["> 4"], ["20"]), (["> 100"], ["99"])]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ('hitPolicy="FIRST"', 10),
        ('hitPolicy="RULE ORDER"', [10, 30, 20]),
        ('hitPolicy="COLLECT"', [10, 30, 20]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 60),
        ('hitPolicy="COLLECT" aggregation="MIN"', 10),
        ('hitPolicy="COLLECT" aggregation="MAX"', 30),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 3),
    ],
)
def test_each_hit_policy_makes_its_answer_of_the_matching_rows(policy: str, expected: Any) -> None:
    assert fee(policy, OVERLAPPING, age=5) == expected


@pytest.mark.parametrize(
    ("policy", "expected"), [('hitPolicy="PRIORITY"', 30), ('hitPolicy="OUTPUT ORDER"', [30, 20, 10])]
)
def test_the_order_of_the_output_values_ranks_the_answers(policy: str, expected: Any) -> None:
    ranked = [f'<output name="fee">{text("outputValues", "30, 20, 10, 99")}</output>']
    assert fee(policy, OVERLAPPING, ranked, age=5) == expected


def test_a_value_outside_the_ranking_is_an_error() -> None:
    ranked = [f'<output name="fee">{text("outputValues", "30, 20")}</output>']
    with pytest.raises(FeelError) as refused:
        fee('hitPolicy="PRIORITY"', OVERLAPPING, ranked, age=5)
    assert refused.value.code == "type"


def test_any_accepts_rows_that_agree_and_refuses_rows_that_do_not() -> None:
    assert fee('hitPolicy="ANY"', [(["-"], ["7"]), (["> 3"], ["7"])], age=5) == 7
    with pytest.raises(FeelError) as refused:
        fee('hitPolicy="ANY"', [(["-"], ["7"]), (["> 3"], ["8"])], age=5)
    assert refused.value.code == "not_any"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("", None),
        ('hitPolicy="FIRST"', None),
        ('hitPolicy="ANY"', None),
        ('hitPolicy="PRIORITY"', None),
        ('hitPolicy="RULE ORDER"', []),
        ('hitPolicy="COLLECT" aggregation="SUM"', None),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 0),
    ],
)
def test_when_no_row_matches_the_answer_is_null_or_empty(policy: str, expected: Any) -> None:
    assert fee(policy, [(["> 9"], ["1"])], age=5) == expected


def test_the_default_output_answers_when_no_row_matches() -> None:
    defaulted = [f'<output name="fee">{text("defaultOutputEntry", "age * 2")}</output>']
    assert fee("", [(["> 9"], ["1"])], defaulted, age=5) == 10


def test_a_required_decision_without_a_matching_row_is_an_error() -> None:
    table = parse_decision(document("", ["age"], FEE, [(["> 9"], ["1"])]))
    with pytest.raises(FeelError) as refused:
        decide(table, {"age": 5}, required=True)
    assert refused.value.code == "no_match"


def test_several_outputs_make_a_context_and_an_empty_cell_is_null() -> None:
    outputs = ['<output name="fee"/>', '<output name="note"/>']
    assert fee("", [(["-"], ["age + 1", ""])], outputs, age=5) == {"fee": 6, "note": None}


def test_several_inputs_must_all_match() -> None:
    rows: list[Row] = [(['"xã", "phường"', "true"], ["1"]), (['not("xã", "phường")', "-"], ["2"])]
    table = parse_decision(document("", ["level", "online"], FEE, rows))
    assert decide(table, {"level": "xã", "online": True}) == 1
    assert decide(table, {"level": "xã", "online": False}) is None
    assert decide(table, {"level": "tỉnh", "online": False}) == 2


def test_an_unknown_name_in_a_cell_is_an_error_and_not_a_row_that_does_not_match() -> None:
    with pytest.raises(FeelError) as refused:
        fee("", [(["> limit"], ["1"])], age=5)
    assert refused.value.code == "unknown_name"


def test_a_sum_of_what_is_not_a_number_is_an_error() -> None:
    with pytest.raises(FeelError) as refused:
        fee('hitPolicy="COLLECT" aggregation="SUM"', [(["-"], ['"x"'])], age=5)
    assert refused.value.code == "type"


def malformed(root: Any) -> str:
    with pytest.raises(FeelError) as refused:
        parse_decision(root)
    return refused.value.code


def test_a_file_with_two_decisions_is_refused() -> None:
    root = document("", ["age"], FEE, BY_AGE)
    root.append(etree.fromstring(etree.tostring(root[0])))
    assert malformed(root) == "malformed"


def test_a_table_in_another_language_is_refused() -> None:
    root = document("", ["age"], FEE, BY_AGE)
    root[0].set("expressionLanguage", "javascript")
    assert malformed(root) == "malformed"


def test_a_decision_that_is_not_a_table_is_refused() -> None:
    root = document("", ["age"], FEE, BY_AGE)
    root[0][0].tag = f"{{{DMN_1_3}}}literalExpression"
    assert malformed(root) == "malformed"


@pytest.mark.parametrize(
    "root",
    [
        etree.fromstring("<definitions/>"),
        document('hitPolicy="MAYBE"', ["age"], FEE, BY_AGE),
        document("", ["age"], FEE, [(["1", "2"], ["3"])]),
        document("", ["age"], FEE, []),
        document('hitPolicy="COLLECT" aggregation="SUM"', ["age"], FEE * 2, [(["1"], ["3", "4"])]),
    ],
    ids=["not DMN", "unknown policy", "a cell too many", "no rows", "a sum of two outputs"],
)
def test_a_table_that_cannot_be_asked_is_refused(root: Any) -> None:
    assert malformed(root) == "malformed"


@pytest.mark.parametrize("row", [(["> >"], ["1"]), (["-"], ["1 +"])])
def test_a_cell_that_feel_cannot_read_is_refused_when_the_file_is_read(row: Row) -> None:
    assert malformed(document("", ["age"], FEE, [row])) == "syntax"
