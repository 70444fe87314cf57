"""What an analyst is told when a scenario does not hold: the step, what was expected, what was found."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from engine.bootstrap import load_package, national_calendar
from engine.domain.errors import InvalidInput
from engine.domain.rehearsal import Rehearsal
from engine.workflow.adapter import SpiffAdapter
from engine.workflow.rehearsal import scenarios
from engine.workflow.rehearsal.rehearse import rehearse
from engine.workflow.rehearsal.scenarios import read_script

HOUSEHOLD = load_package("household-business")
HAPPY = ["Task_CheckDossier", "Task_CollectFee", "Task_AppraiseDossier", "Task_Approve", "Task_NumberAndSeal"]


def rehearsed(*steps: dict[str, Any], expect: dict[str, Any] | None = None, **changes: Any) -> Rehearsal:
    """The household business with one scenario of these steps."""
    file = yaml.safe_load(HOUSEHOLD.scenarios_yaml)
    file["scenarios"] = [{
        "name": "Thử", "start": {"at": "2026-03-02T09:00", "answers": {}} | changes.pop("start", {}),
        "steps": list(steps), "expect": {"end": "EndEvent_Returned"} if expect is None else expect,
    }]
    package = replace(HOUSEHOLD, scenarios_yaml=yaml.safe_dump(file | changes).encode())
    return rehearse(package, SpiffAdapter(), national_calendar())


def message(*steps: dict[str, Any], **changes: Any) -> str:
    result, = rehearsed(*steps, **changes).results
    assert not result.ok
    return result.message_en


def done(*names: str) -> list[dict[str, Any]]:
    return [{"do": name} for name in names]


def test_a_step_that_is_not_open_is_named_with_those_that_are() -> None:
    assert message(*done("Task_CheckDossier", "Task_Approve")) == (
        "2. Task_Approve: Task_Approve is not open; open are: Task_CollectFee")


def test_a_due_date_that_differs_is_shown_as_people_write_dates() -> None:
    step = {"do": "Task_CheckDossier", "expect": {"due_at": "2026-03-04T09:00"}}

    assert message(step) == (
        "1. Task_CheckDossier: due_at: expected 04/03/2026 09:00, found 05/03/2026 09:00")


def test_an_end_that_was_not_reached_fails_the_scenario() -> None:
    assert message(*done(*HAPPY)) == "expect: end: expected EndEvent_Returned, found —"


def test_a_scenario_cannot_write_what_the_form_would_not_take() -> None:
    step = {"do": "Task_CheckDossier", "answers": {"decision": "perhaps", "mood": "good"}}

    assert message(step) == (
        "1. Task_CheckDossier: the form intake-check does not take the answers: decision (not_choice), mood (unknown)")


def test_a_form_left_open_is_not_taken_either() -> None:
    assert "business_name (required)" in message(start={"answers": {"business_name": ""}})


def test_an_automatic_act_without_an_answer_stops_the_scenario() -> None:
    assert message(*done(*HAPPY), calls={}) == (
        "5. Task_NumberAndSeal: calls does not say what the automatic act issue_number of Task_IssueNumber answers")


def test_time_does_not_run_backwards() -> None:
    assert message({"at": "2026-03-02T08:59"}) == (
        "1. 2026-03-02T08:59: the instant 02/03/2026 08:59 is before 02/03/2026 09:00")


def test_a_span_that_cannot_be_reckoned_is_shown() -> None:
    assert message({"at": "+3 days"}) == "1. +3 days: +3 days is no span of time"


def test_a_timer_that_nobody_set_is_not_waited_for() -> None:
    assert message({"wait": "Timer_SupplementExpired"}) == (
        "1. Timer_SupplementExpired: no timer Timer_SupplementExpired is waiting; waiting are: —")


def test_a_channel_that_is_not_offered_is_refused() -> None:
    package = load_package("child-birth-residence-insurance")
    file = yaml.safe_load(package.scenarios_yaml)
    file["scenarios"] = file["scenarios"][:1]
    file["scenarios"][0]["start"]["channel"] = "postal"
    result, = rehearse(
        replace(package, scenarios_yaml=yaml.safe_dump(file).encode()), SpiffAdapter(), national_calendar()).results

    assert result.message_en == "scenarios.yaml: the procedure has no channel postal"


def test_a_diagram_that_contradicts_the_table_of_states_fails_its_scenario() -> None:
    """From `in progress` there is no way back to `refused at intake`."""
    drawn = HOUSEHOLD.diagram.replace(b'name="nationalStatus" value="9"', b'name="nationalStatus" value="3"')
    result = rehearse(replace(HOUSEHOLD, diagram=drawn), SpiffAdapter(), national_calendar()).results[0]

    assert result.message_en.startswith("5. Task_NumberAndSeal: Event_ResultIssued contradicts the table of states")


def test_a_message_that_nobody_awaits_is_told() -> None:
    package = load_package("child-birth-residence-insurance")
    lost = package.diagram.replace(b'name="residence_request"', b'name="residence_query"', 1)
    nobody = lost.replace(b'<bpmn:messageEventDefinition id="MessageDefinition_ResidenceRequested" '
                          b'messageRef="Message_ResidenceRequest" />',
                          b'<bpmn:messageEventDefinition id="MessageDefinition_ResidenceRequested" '
                          b'messageRef="Message_BirthResult" />')
    first = rehearse(replace(package, diagram=nobody), SpiffAdapter(), national_calendar()).results[0]

    assert first.message_en == (
        "4. Task_NumberBirthCertificate: nobody takes the message residence_query of Event_SendResidenceRequest")


def test_word_from_outside_reaches_whoever_waits_for_it() -> None:
    land = load_package("land-transfer")
    lost = land.scenarios_yaml.replace(b"message: payment_received", b"message: tax_paid", 1)
    paid, unheard = (rehearse(replace(land, scenarios_yaml=file), SpiffAdapter(), national_calendar()).results[0]
                     for file in (land.scenarios_yaml, lost))

    assert paid.ok
    assert unheard.message_en == "6. tax_paid: nobody waits for the message tax_paid"


def test_timers_that_fall_due_on_the_way_fire_at_their_own_instant() -> None:
    supplement = {"do": "Task_AppraiseDossier",
                  "answers": {"appraisal_decision": "supplement", "reason": "Thiếu giấy đề nghị"}}
    steps = (*done("Task_CheckDossier", "Task_CollectFee"), supplement, *done("Task_ReviewNotice"))

    outcome = {"end": "EndEvent_SupplementExpired", "status": 8}
    assert rehearsed(*steps, {"at": "2026-12-01T09:00"}, expect=outcome).ok
    assert message(*steps, {"at": "+10 working_day"}, expect=outcome).startswith("expect: end")


def test_the_rule_pack_decides_what_a_supplement_does_to_the_clock() -> None:
    """Asked on Tuesday 03/03, brought on Thursday 05/03 at 10:00: the two days are given back, or all three anew."""
    restarting = replace(HOUSEHOLD, facts_yaml=HOUSEHOLD.facts_yaml + b"settings: {supplement_clock: restart}\n")
    paused = next(result for result in rehearse(restarting, SpiffAdapter(), national_calendar()).results
                  if "bổ sung; đồng hồ dừng" in result.name)

    assert paused.message_en == (
        "5. Task_ReceiveSupplement: due_at: expected 09/03/2026 09:00, found 10/03/2026 10:00")


def test_coverage_names_what_no_scenario_reached() -> None:
    refused = {"do": "Task_CheckDossier", "answers": {"decision": "refuse", "reason": "Không thuộc thẩm quyền"}}
    short = rehearsed(refused, expect={"end": "EndEvent_NotAccepted"})

    assert short.ok
    assert "EndEvent_Returned" in short.end_events.missed
    assert short.flows.reached == {"Flow_Submitted", "Flow_Checked", "Flow_IntakeRefuse"}


def test_a_file_that_cannot_be_read_tells_every_problem() -> None:
    scenario = {"name": "", "start": {"at": "tomorrow"}, "steps": [{"does": "x"}], "expect": {"ended": True}}

    with pytest.raises(InvalidInput) as refused:
        read_script(yaml.safe_dump({"scenarios": [scenario]}).encode())

    assert [problem.path for problem in refused.value.facts["problems"]] == [
        "scenarios.yaml.scenarios[0].name", "scenarios.yaml.scenarios[0].start.at",
        "scenarios.yaml.scenarios[0].expect.ended", "scenarios.yaml.scenarios[0].expect.end",
        "scenarios.yaml.scenarios[0].steps[0].does",
    ]


@pytest.mark.parametrize("data", [b"- [", b"hello", b"[1, 2]"])
def test_what_is_no_scenario_file_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_script(data)


def test_the_documented_example_is_read() -> None:
    example = (scenarios.__doc__ or "").split("\n\n")[1]
    script = read_script(example.encode())

    assert [scenario.name for scenario in script.scenarios] == ["Đủ hồ sơ, trả trong ngày"]
    assert [step.wait for step in script.scenarios[0].steps] == ["", "Timer_Reminder", "", ""]
    assert [step.message for step in script.scenarios[0].steps] == ["", "", "payment_received", ""]
