"""Facts beyond BPMN: lanes give roles, pools give units, and the vocabulary names every fact."""

from __future__ import annotations

from engine.workflow.facts import (
    Placement,
    message_flows,
    message_targets,
    node_facts,
    pool_facts,
    roles_and_units,
    vocabulary,
)
from engine.workflow.xml import parse_xml
from tests.workflow.gate.cases_complete import in_pool
from tests.workflow.gate.cases_executable import inner, pools, single, sub
from tests.workflow.gate.drawing import drawn, line, properties


def test_a_step_has_the_role_of_its_lane_and_the_unit_of_its_pool() -> None:
    placed = roles_and_units(parse_xml(in_pool(line("a"), unit="lead")))
    assert placed["a"] == Placement("Officers", "case_officer", "lead")


def test_a_lane_may_stand_at_another_unit_than_its_pool() -> None:
    diagram = in_pool(line("a"), unit="lead").replace(
        b'name="role" value="case_officer"/>', b'name="unit" value="agency:police"/>'
    )
    assert roles_and_units(parse_xml(diagram))["a"] == Placement("Officers", "", "agency:police")


def test_without_a_word_the_unit_is_where_the_dossier_came_in() -> None:
    assert roles_and_units(parse_xml(drawn(line("a").xml({}))))["a"] == Placement("", "", "receiving")


def test_steps_in_a_subprocess_stand_in_its_lane() -> None:
    assert roles_and_units(parse_xml(drawn(sub(inner()))))["ai"].role == "case_officer"


def test_the_inner_lane_wins_and_takes_over_what_it_does_not_say() -> None:
    nested = (
        f'<bpmn:laneSet id="ls"><bpmn:lane id="outer" name="Outer">{properties({"role": "approver", "unit": "lead"})}'
        f'<bpmn:childLaneSet id="cl"><bpmn:lane id="in" name="Inner">{properties({"role": "case_officer"})}'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
    )
    diagram = drawn(line("a").xml({})).replace(b'isExecutable="true">', f'isExecutable="true">{nested}'.encode())
    assert roles_and_units(parse_xml(diagram))["a"] == Placement("Inner", "case_officer", "lead")


def test_facts_are_read_as_drawn() -> None:
    found = node_facts(parse_xml(drawn(single("serviceTask", input__text='  "hello"  '))))
    assert found["x"] == {"delegate": "notify", "input.text": '"hello"'}


def test_the_pool_speaks_before_its_process() -> None:
    diagram = in_pool(line("a"), unit="lead", share="1 working_day")
    assert pool_facts(parse_xml(diagram)) == {"p": {"unit": "lead", "share": "1 working_day"}}


def test_message_flows_know_the_processes_at_their_ends() -> None:
    root = parse_xml(pools(("t", "s2"), ("t", "qq")))
    assert [(f.source_process, f.target_process) for f in message_flows(root)] == [("p", "q"), ("p", "q")]
    assert message_targets(root) == {"t": "q"}


def test_every_fact_is_explained_in_both_languages() -> None:
    for fact in vocabulary():
        for language in ("vi", "en"):
            assert set(fact.texts[language]) == {"label", "help"}
            assert all(fact.texts[language].values())
        assert bool(fact.values) == (fact.type == "choice")
