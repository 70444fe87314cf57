from tests.workflow.running import Running


def test_an_error_end_event_is_caught_at_the_boundary_of_its_own_subprocess() -> None:
    run = Running.of("error_events.bpmn").start().complete("decide", refused=True)
    assert run.open == ["wait", "explain"]
    assert "failed" in run.passed()
    assert "inner_sub" in run.passed("cancelled")


def test_without_the_error_the_subprocess_ends_normally() -> None:
    run = Running.of("error_events.bpmn").start().complete("decide", refused=False)
    assert run.open == ["wait", "go_on"]


def test_15_an_error_nobody_catches_is_a_trouble_and_never_an_unrelated_subprocess_s_affair() -> None:
    run = Running.of("error_uncaught.bpmn").start().complete("go")
    trouble = run.last.troubles[0]
    assert (run.status, trouble.code, trouble.node_id) == ("incident", "uncaught_error", "boom")
    assert run.open == ["beside", "inside"]


def test_the_other_branches_go_on_beside_a_trouble_and_the_instance_does_not_end() -> None:
    run = Running.of("error_uncaught.bpmn").start().complete("go").complete("beside").complete("inside")
    assert (run.status, run.open) == ("incident", [])


def test_an_escalation_starts_its_branch_beside_the_work() -> None:
    run = Running.of("escalation_events.bpmn").start().complete("draft")
    assert sorted(run.open) == ["finish", "head"]


def test_an_interrupting_escalation_ends_the_subprocess() -> None:
    run = Running.of("escalation_events.bpmn").start().complete("draft").complete("head").complete("finish")
    assert run.open == ["closed"]
    assert run.complete("closed").status == "completed"


def test_a_terminate_event_ends_its_own_level_only() -> None:
    run = Running.of("terminate_event.bpmn").start()
    assert run.open == ["stop", "left", "right"]
    run.complete("left")
    assert run.open == ["stop", "next"]
    assert "right" in run.passed("cancelled")


def test_a_terminate_event_at_the_top_ends_the_instance_with_all_that_is_inside() -> None:
    run = Running.of("terminate_event.bpmn").start().complete("stop")
    assert (run.status, run.open) == ("terminated", [])
    assert {"left", "right", "inner_sub"} <= set(run.passed("cancelled"))


def test_an_error_from_two_levels_down_is_caught_outside_and_clears_every_instance() -> None:
    run = Running.of("error_in_multi_instance.bpmn").start(agencies=["police", "tax"])
    assert run.open == ["look", "look"]
    run.complete("look", found=True)
    assert run.open == ["explain"]
    assert run.passed("cancelled").count("look") == 1
    assert run.complete("explain").status == "completed"


def test_what_throws_an_interrupting_event_at_its_own_subprocess_goes_no_further() -> None:
    run = Running.of("thrower_interrupts_itself.bpmn").start().complete("escalate")
    assert (sorted(run.open), run.passed().count("to_head")) == (["call_all", "head"], 1)
    run.complete("call_all")
    assert (run.open, run.passed().count("all")) == (["head", "heard"], 1)
    assert "never" not in run.passed("entered")
