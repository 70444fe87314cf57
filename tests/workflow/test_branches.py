"""Variables belong to the instance; two open branches that disagree about one are told in the history."""

from copy import deepcopy

from engine.workflow.branches import arm, concurrent, meet, side, still_open
from tests.workflow.running import Running


def started(**variables: object) -> Running:
    return Running.of("branches.bpmn").start(**variables)


def conflicts(run: Running) -> dict[str, object]:
    return {p.node_id: p.detail["conflict"] for p in run.history if "conflict" in p.detail}


def test_1_a_branch_that_ends_later_does_not_bring_old_values_back() -> None:
    run = started(status="new", papers=["a", "b"])
    run.complete("left", status="done", papers=["a", "b", "c"]).complete("left_again").complete("right", other=1)
    assert run.open == ["after"]
    assert run.variables == {"status": "done", "papers": ["a", "b", "c"], "other": 1}
    assert conflicts(run) == {}


def test_2_branches_share_no_nested_value() -> None:
    run = started(case={"n": {"x": 0}})
    before = run.variables["case"]
    run.complete("left", case={"n": {"x": 1}})
    assert before == {"n": {"x": 0}}


def test_the_same_arguments_give_the_same_step_and_stay_as_they_were() -> None:
    run = started(case={"n": [1, 2]})
    before = deepcopy(run.variables)
    steps = [run.adapter.complete(run.loaded, run.token("left"), {"case": {"n": [3]}}, run.at) for _ in range(2)]
    assert steps[0] == steps[1]
    assert run.variables == before


def test_two_open_branches_that_disagree_are_told_and_the_later_value_stands() -> None:
    run = started().complete("left", fee=100).complete("right", fee=200)
    assert run.variables["fee"] == 200
    assert conflicts(run) == {"right": {"fee": {"replaced": 100, "kept": 200}}}


def test_a_branch_may_change_its_own_mind() -> None:
    assert conflicts(started().complete("left", fee=100).complete("left_again", fee=200)) == {}


def test_branches_that_agree_do_not_conflict() -> None:
    assert conflicts(started().complete("left", fee=100).complete("right", fee=100)) == {}


def test_after_the_join_everybody_may_write() -> None:
    run = started().complete("left", fee=100).complete("left_again").complete("right").complete("after", fee=1)
    assert conflicts(run) == {}


def test_a_side_branch_that_is_still_open_counts_as_concurrent() -> None:
    run = started().fire("nag").complete("phone", note="called").complete("left", note="wrote")
    assert conflicts(run) == {}, "the side branch had ended"


def test_a_first_value_is_no_conflict_with_a_value_from_before_the_fork() -> None:
    assert conflicts(started(fee=1).complete("left", fee=100)) == {}


def test_paths_tell_what_is_concurrent() -> None:
    left, right = arm((), "5", 0), arm((), "5", 1)
    assert concurrent(left, right)
    assert not concurrent(left, ())
    assert not concurrent(left, arm(left, "9", 1))
    assert concurrent(side(left, "7"), left)
    assert meet([arm(left, "9", 0), arm(left, "9", 1)]) == left
    assert still_open(left, [right])
    assert not still_open(left, [left])
    assert not still_open(side(left, "7"), [left])
    assert still_open(side(left, "7"), [left, side(left, "7")])
