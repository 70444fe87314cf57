from pathlib import Path

from tests.workflow.running import Running

TABLE = Path(__file__).with_name("business_rule_task.dmn").read_bytes()


def test_a_decision_table_writes_its_answer_into_the_variable_named() -> None:
    run = Running.of("business_rule_task.bpmn", fee=TABLE).start(kind="copy")
    assert (run.open, run.variables["fee"]) == (["pay"], 8000)


def test_a_case_the_table_forgot_is_a_trouble_not_a_silent_null() -> None:
    run = Running.of("business_rule_task.bpmn", fee=TABLE).start(kind="forged")
    assert (run.status, run.last.troubles[0].code) == ("incident", "no_match")
    run.variables["kind"] = "original"
    assert run.retry("fee").variables["fee"] == 0


def test_a_decision_the_package_does_not_have_is_a_trouble() -> None:
    run = Running.of("business_rule_task.bpmn").start(kind="copy")
    assert run.last.troubles[0].code == "malformed"
