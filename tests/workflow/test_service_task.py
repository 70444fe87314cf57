from engine.domain.process import ServiceCall
from tests.workflow.running import Running


def started(**variables: object) -> Running:
    return Running.of("service_task.bpmn").start(year=2026, **variables)


def test_a_service_task_waits_for_its_delegate_with_inputs_evaluated_on_arrival() -> None:
    run = started()
    call = run.call("issue")
    assert isinstance(call, ServiceCall)
    assert (call.delegate, call.inputs) == ("issue_number", {"year": 2026, "label": "HS2026"})
    run.variables["year"] = 2027
    assert run.adapter.waits(run.loaded).calls[0].inputs["year"] == 2026


def test_the_result_becomes_variables_and_the_flow_goes_on() -> None:
    run = started().finish("issue", number="12/GKS")
    assert run.open == ["read"]
    assert run.variables["number"] == "12/GKS"
    assert run.calls == {}


def test_a_business_failure_goes_to_the_boundary_that_catches_its_code() -> None:
    run = started().fail("issue", "closed", "the book is closed")
    assert run.open == ["repair"]
    failed = next(p for p in run.history if p.phase.value == "failed")
    assert (failed.node_id, failed.detail["code"], failed.detail["caught_by"]) == ("issue", "closed", "refused")


def test_a_failure_nobody_catches_is_a_trouble_that_can_be_retried() -> None:
    run = started().fail("issue", "no_paper", "printer is out of paper")
    trouble = run.last.troubles[0]
    assert (run.status, trouble.code, trouble.node_id) == ("incident", "call_failed", "issue")
    assert "printer is out of paper" in trouble.message
    assert run.calls == {}
    run.retry("issue")
    assert run.status == "running"
    assert run.passed("entered") == ["issue", "issue"]
    assert run.finish("issue").open == ["read"]


def test_an_input_that_cannot_be_computed_is_a_trouble_with_the_expression() -> None:
    run = Running.of("service_task.bpmn").start()
    trouble = run.last.troubles[0]
    assert (trouble.code, trouble.expression) == ("unknown_name", "= year")
    run.variables["year"] = 2025
    assert run.retry("issue").call("issue").inputs["year"] == 2025
