"""Pitfalls of SpiffWorkflow that no other test of a construct covers, by their number in the notes on the engine."""

from datetime import timedelta

from tests.workflow.running import Running


def test_3_a_branch_without_an_end_event_ends_all_the_same_and_keeps_its_variables() -> None:
    run = Running.of("no_end_event.bpmn").start().complete("last", name="An")
    assert (run.status, run.variables) == ("completed", {"name": "An"})


def test_10_two_flows_into_one_task_open_it_once_per_token() -> None:
    run = Running.of("implicit_merge.bpmn").start().complete("a").complete("b")
    assert run.open == ["both", "both"]
    assert len(run.timers) == 2
    run.fire("nag").complete("both").complete("both")
    assert (run.status, run.timers) == ("completed", {})


def test_11_a_join_that_no_token_can_complete_is_reported_as_stuck() -> None:
    run = Running.of("stuck.bpmn").start().complete("ask", way=1)
    assert run.status == "running"
    run.complete("a")
    assert (run.status, run.last.troubles[0].code, run.last.troubles[0].node_id) == ("incident", "stuck", "join")


def test_11_a_token_too_many_waits_at_the_join_instead_of_being_swallowed() -> None:
    run = Running.of("excess_tokens.bpmn").start().complete("a").complete("b").complete("c")
    assert run.open == ["after"]
    run.complete("after")
    assert (run.status, run.last.troubles[0].code) == ("incident", "stuck")


def test_19_a_step_taken_away_before_a_join_is_told_and_not_waited_for_in_silence() -> None:
    run = Running.of("taken_away_before_a_join.bpmn").start().fire("too_late").complete("beside")
    assert (run.status, run.last.troubles[0].code, run.last.troubles[0].node_id) == ("incident", "stuck", "join")


def test_20_a_failed_token_is_a_trouble_until_it_is_retried_and_then_the_instance_ends() -> None:
    run = Running.of("exclusive_gateway.bpmn").start().complete("check", missing=0)
    assert (run.status, run.last.troubles[0].code) == ("incident", "unknown_name")
    run.variables["fee"] = 1
    assert run.retry("complete").complete("appraise").status == "completed"


def test_24_a_boundary_timer_reads_what_the_script_before_its_step_wrote() -> None:
    run = Running.of("timer_after_script.bpmn").start()
    assert run.timer("late").due_at - run.at.now == timedelta(hours=6)


def test_a_boundary_event_in_trouble_ends_with_its_step() -> None:
    run = Running.of("timer_boundary_in_trouble.bpmn").start()
    assert (run.status, run.open) == ("incident", ["work"])
    run.complete("work")
    assert run.status == "completed"
    assert run.passed("cancelled") == ["late"]
