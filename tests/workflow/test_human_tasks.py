from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.domain.errors import InvalidInput, NotFound
from tests.workflow.running import Running


def started() -> Running:
    return Running.of("human_tasks.bpmn").start(agency_code="agency:police")


def test_a_user_task_opens_with_its_lane_role_unit_and_facts() -> None:
    task = next(iter(started().tasks.values()))
    assert (task.node_id, task.lane, task.role, task.unit) == ("receive", "Counter", "reception_officer", "receiving")
    assert task.facts == {"form": "receive", "kind": "receive", "allotment": "2 working_hour"}
    assert task.local == {}


def test_answers_become_variables_of_the_instance() -> None:
    run = started().complete("receive", name="Nguyễn Văn A", pages=2)
    assert run.last.written == {"name": "Nguyễn Văn A", "pages": 2}
    assert run.open == ["file"]


def test_a_manual_task_and_a_task_without_type_are_both_done_by_a_person() -> None:
    run = started().complete("receive").complete("file")
    assert run.open == ["talk"]
    assert run.complete("talk").status == "completed"


def test_the_unit_of_a_lane_may_be_computed_when_the_step_opens() -> None:
    run = started().complete("receive").complete("file", agency_code="agency:land")
    assert next(iter(run.tasks.values())).unit == "agency:land"


def test_a_unit_that_is_no_text_is_a_trouble_and_can_be_mended() -> None:
    run = started().complete("receive").complete("file", agency_code=7)
    assert (run.status, run.last.troubles[0].code, run.open) == ("incident", "bad_value", [])
    run.variables["agency_code"] = "agency:tax"
    assert run.retry("talk").open == ["talk"]


def test_a_step_that_was_done_cannot_be_done_again() -> None:
    run = started()
    token = run.token("receive")
    run.complete("receive")
    with pytest.raises(NotFound):
        run.adapter.complete(run.loaded, token, {}, run.at)


def test_history_tells_when_a_step_opened_and_when_it_was_done() -> None:
    run = started().complete("receive")
    told = [(p.node_id, p.type, p.phase.value) for p in run.history]
    assert told == [("s", "startEvent", "completed"), ("receive", "userTask", "entered"),
                    ("receive", "userTask", "completed"), ("file", "manualTask", "entered")]
    assert run.history[1].detail["flows"] == ["p_s_receive"]
    assert run.history[1].token_id == run.history[2].token_id


def test_dates_are_stored_as_iso_text() -> None:
    run = started().complete("receive", born=date(2026, 1, 2), at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    assert run.variables["born"] == "2026-01-02"
    assert run.variables["at"] == "2026-01-02T03:04:00+00:00"


@pytest.mark.parametrize("value", [Decimal("1.10"), {1: "a"}, float("nan"), b"bytes", {"deep": [{1, 2}]}, 2**60])
def test_what_is_not_json_data_is_refused_before_anything_happens(value: object) -> None:
    run = started()
    with pytest.raises(InvalidInput):
        run.complete("receive", value=value)
    assert run.open == ["receive"]


def test_a_form_with_a_field_called_typename_harms_nothing() -> None:
    run = started().complete("receive", typename="datetime", value={"typename": "UUID", "value": "x"})
    assert run.complete("file").complete("talk").status == "completed"
    assert run.variables["value"] == {"typename": "UUID", "value": "x"}


def test_values_are_copied_on_the_way_in() -> None:
    papers = {"kinds": ["a"]}
    run = started()
    run.complete("receive", papers=papers)
    papers["kinds"].append("b")
    assert run.variables["papers"] == {"kinds": ["a"]}
