from tests.workflow.running import Running


def test_a_subprocess_within_a_subprocess_runs_to_its_end() -> None:
    run = Running.of("subprocess.bpmn").start().complete("notify")
    assert run.open == ["bank"]
    run.complete("bank", receipt=5)
    assert (run.open, run.variables["receipt"]) == (["ship"], 5)
    assert run.complete("ship").status == "completed"


def test_a_boundary_timer_clears_everything_inside_however_deep() -> None:
    run = Running.of("subprocess.bpmn").start().complete("notify").fire("late")
    assert (run.open, run.timers) == (["cancelled"], {})
    assert {"bank", "deep", "payment"} <= set(run.passed("cancelled"))
    assert run.complete("cancelled").status == "completed"


def test_a_called_process_shares_the_variables_and_may_be_called_again() -> None:
    run = Running.of("call_activity.bpmn", "p").start().complete("scan")
    assert (run.open, run.variables["archived"]) == (["ship"], True)
    assert run.complete("ship").open == ["scan"]
    assert run.complete("scan").status == "completed"
