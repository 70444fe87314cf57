"""Every code the gate can give is given by a diagram here, and says in both languages what to do."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import engine.workflow.gate
from engine.domain.review import Problem, Severity
from engine.workflow.gate.findings import texts
from engine.workflow.xml import line_of, parse_xml
from tests.workflow.gate import cases_complete, cases_executable
from tests.workflow.gate.drawing import clocked, drawn, line, problems
from tests.workflow.gate.paperwork import papers

CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    **{code: (diagram, {}) for code, diagram in cases_executable.CASES.items()},
    **cases_complete.CASES,
}
SOURCE = Path(engine.workflow.gate.__path__[0])
CODE = re.compile(
    r'"((?:SAFE|XSD|ID|NAME|PROCESS|START|SUBPROCESS|END|NODE|GATEWAY|TASK|DATA|LOOP|CORRELATION|CHOREOGRAPHY|'
    r"COMPENSATION|FLOW|EVENT|BOUNDARY|TIMER|MESSAGE|SIGNAL|ERROR|ESCALATION|CALL|MULTI|EXPRESSION|SCRIPT|"
    r"FACT|LANE|ROLE|AGENCY|UNIT|FORM|ALLOTMENT|CONSULT|WAIT|DELEGATE|DECISION|APPLICATION|SCENARIOS|SIDE|"
    r'PROCEDURE|TARIFF|PAY|SOUND|STATUS|CLOCK|TIME)(?:_[A-Z]+)*)"'
)


@cache
def said(code: str) -> tuple[Problem, ...]:
    """What the gate says about the diagram of a code."""
    diagram, beside = CASES[code]
    return tuple(problems(diagram, **beside))


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_flaw_is_named(code: str) -> None:
    assert code in {problem.code for problem in said(code)}


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_sentences_are_complete_in_both_languages(code: str) -> None:
    for problem in said(code):
        for sentence in (problem.message, problem.remedy, problem.message_en, problem.remedy_en):
            assert sentence.strip()
            assert "\n" not in sentence
            assert "{element}" not in sentence


def test_every_code_in_the_source_has_texts_and_a_diagram_that_produces_it() -> None:
    modules = [
        *SOURCE.glob("lint/*.py"),
        *(
            SOURCE / f"{name}.py"
            for name in ("../xml", "review", "soundness", "collaboration", "course", "dataflow", "intime")
        ),
    ]
    used = {code for module in modules for code in CODE.findall(module.read_text("utf-8"))}
    assert used == set(texts())
    assert used == set(CASES)


def test_a_complete_package_has_no_problem_at_all() -> None:
    assert problems(clocked(), **papers()) == []


def test_a_problem_points_at_its_element_and_line() -> None:
    diagram = drawn(line("a")).replace(b"<bpmn:", b"\n<bpmn:").replace(b"case_officer", b"king")
    (problem,) = [p for p in problems(diagram) if p.code == "ROLE_UNKNOWN"]
    lane = parse_xml(diagram).find(".//{*}lane")
    assert lane is not None
    assert (problem.element, problem.line, problem.file) == ("p_lane", line_of(lane), "process.bpmn")


def test_errors_come_before_warnings() -> None:
    diagram = cases_complete.in_lane(line("a").node("user", "b", outcome="x").flow("b", "e"), role="king")
    severities = [problem.severity for problem in problems(diagram)]
    assert severities == sorted(severities, key=lambda severity: severity is Severity.WARNING)
    assert set(severities) == {Severity.ERROR, Severity.WARNING}


def test_a_form_that_is_not_at_hand_refuses_a_package_but_not_a_file_by_itself() -> None:
    diagram = cases_executable.single("user", form="gone")
    alone = [p.severity for p in problems(diagram) if p.code == "FORM_UNKNOWN"]
    packed = [p.severity for p in problems(diagram, **papers()) if p.code == "FORM_UNKNOWN"]
    assert (alone, packed) == ([Severity.WARNING], [Severity.ERROR])


def test_the_page_of_the_gate_lists_every_code_with_its_severity() -> None:
    page = (SOURCE.parents[2] / "docs" / "gate.md").read_text("utf-8")
    listed = re.findall(r"^\| `([A-Z_]+)` \| (\w+) \|", page, re.MULTILINE)
    assert listed == [(code, text["severity"]) for code, text in texts().items()]
