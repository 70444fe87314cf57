"""A token in trouble stays where it is, everything else goes on, and mending the cause is enough."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import NotFound
from tests.workflow.generated import Block, Diagram, blocks
from tests.workflow.running import Running
from tests.workflow.test_same_as_spiff import STEPS, WALKS, Stock, begun, can_move, choose


def mend(running: Running, answers: dict[str, Any]) -> None:
    """Sets what was forgotten and runs the gateway again."""
    trouble = running.last.troubles[0]
    assert (running.status, trouble.code) == ("incident", "unknown_name")
    running.variables |= answers
    running.retry(trouble.node_id)


@given(blocks, st.data())
@WALKS
def test_a_walk_with_troubles_that_are_mended_goes_the_way_of_one_without(block: Block, draw: st.DataObject) -> None:
    diagram = Diagram(block)
    ours, stock, heard = begun(diagram), Stock(diagram.xml), set[str]()
    for _ in range(STEPS):
        assert Counter(ours.open) == stock.open
        assert (ours.status == "completed") == stock.ended
        if not can_move(ours, heard):
            break
        action, answers = choose(draw, ours, diagram, heard)
        if action in diagram.messages:
            heard.add(action)
            ours.deliver("message", action)
            stock.deliver(action)
            continue
        unknown = not any(name in ours.variables for name in answers)
        if answers and unknown and draw.draw(st.booleans(), label="forgets"):
            ours.complete(action)
            mend(ours, answers)
        else:
            ours.complete(action, **answers)
        stock.complete(action, answers)


def test_only_a_token_in_trouble_can_be_retried() -> None:
    run = Running.of("exclusive_gateway.bpmn").start()
    with pytest.raises(NotFound):
        run.adapter.retry(run.loaded, run.token("check"), run.at)
    with pytest.raises(NotFound):
        run.adapter.retry(run.loaded, "999", run.at)


def test_a_retry_without_a_mended_cause_is_the_same_trouble_again() -> None:
    run = Running.of("exclusive_gateway.bpmn").start().complete("check", fee=1)
    first = run.last.troubles[0]
    assert run.retry("complete").last.troubles == (first,)


def test_a_trouble_names_the_expression_as_drawn_and_the_values_it_read() -> None:
    run = Running.of("exclusive_gateway.bpmn").start().complete("check", missing=0, fee=None)
    trouble = run.last.troubles[0]
    assert trouble.expression == "missing = 0 and fee <= 100"
    assert trouble.values == {"missing": 0, "fee": None}


def test_an_interrupting_event_takes_a_token_in_trouble_away_and_says_so() -> None:
    run = Running.of("subprocess_in_trouble.bpmn").start()
    assert (run.status, run.open) == ("incident", [])
    run.fire("late")
    assert (run.status, run.open) == ("running", ["cancelled"])
    assert "which" in run.passed("cancelled")


def test_a_step_reports_only_its_own_troubles_but_the_status_remembers() -> None:
    run = Running.of("error_uncaught.bpmn").start().complete("go")
    assert len(run.last.troubles) == 1
    run.complete("beside")
    assert (run.status, run.last.troubles) == ("incident", ())
