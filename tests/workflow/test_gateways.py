import pytest

from tests.workflow.running import Running


@pytest.mark.parametrize(("missing", "fee", "way"), [(2, 0, "supplement"), (0, 100, "appraise"), (0, 500, "refuse")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(missing: int, fee: int, way: str) -> None:
    run = Running.of("exclusive_gateway.bpmn").start().complete("check", missing=missing, fee=fee)
    assert run.open == [way]


@pytest.mark.parametrize(("answers", "code"), [
    ({"fee": 1}, "unknown_name"),
    ({"missing": None, "fee": 1}, "not_boolean"),
])
def test_a_condition_without_an_answer_is_a_trouble_never_the_default(answers: dict[str, object], code: str) -> None:
    run = Running.of("exclusive_gateway.bpmn").start().complete("check", **answers)
    trouble = run.last.troubles[0]
    assert (run.status, run.open, trouble.code, trouble.node_id) == ("incident", [], code, "complete")
    assert trouble.expression == "= missing > 0"


def test_a_gateway_in_trouble_goes_on_once_the_variable_is_mended() -> None:
    run = Running.of("exclusive_gateway.bpmn").start().complete("check", fee=1)
    run.variables["missing"] = 0
    run.retry("complete")
    assert (run.status, run.open) == ("running", ["appraise"])


def test_a_parallel_gateway_opens_all_branches_and_waits_for_all() -> None:
    run = Running.of("parallel_gateway.bpmn").start()
    assert run.open == ["police", "tax", "land"]
    run.complete("tax").complete("police")
    assert run.open == ["land"]
    run.complete("land")
    assert run.open == ["sum_up"]
    joined = next(p for p in run.history if p.node_id == "join")
    assert sorted(joined.detail["flows"]) == ["p_land_join", "p_police_join", "p_tax_join"]


@pytest.mark.parametrize(("agencies", "open_"), [(["fire"], ["fire"]), ([], ["nothing"])])
def test_an_inclusive_gateway_joins_only_the_branches_it_opened(agencies: list[str], open_: list[str]) -> None:
    run = Running.of("inclusive_gateway.bpmn").start().complete("choose", agencies=agencies)
    assert run.open == open_
    assert run.complete(open_[0]).open == ["sum_up"]


def test_an_inclusive_join_waits_for_a_service_call_that_still_runs() -> None:
    run = Running.of("inclusive_gateway.bpmn").start().complete("choose", agencies=["fire", "environment"])
    run.complete("fire")
    assert run.open == []
    assert run.finish("environment").open == ["sum_up"]


def test_an_inclusive_join_waits_for_an_activity_however_far_away() -> None:
    run = Running.of("inclusive_join_far_away.bpmn").start().complete("quick")
    assert run.open == ["inside"]
    run.complete("inside").deliver("message", "yes")
    assert run.open == ["after"]


def test_flows_are_tried_in_the_order_of_the_file_not_by_their_height_on_the_canvas() -> None:
    assert Running.of("flow_order.bpmn").start().open == ["high"]
