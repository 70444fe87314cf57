from tests.workflow.running import Running


def started() -> Running:
    return Running.of("signal_events.bpmn").start(reason="Tết")


def test_a_signal_reaches_every_token_that_waits_for_it() -> None:
    run = started()
    assert run.awaited == ["holiday", "holiday"]
    run.deliver("signal", "holiday", days=7)
    assert sorted(run.open) == ["after", "note", "press", "work"]
    assert run.variables["days"] == 7


def test_a_signal_thrown_inside_is_heard_inside_and_leaves_the_instance_too() -> None:
    run = started().complete("press")
    assert sorted(run.open) == ["after", "note", "work"]
    assert run.thrown == [("signal", "holiday", {"reason": "Tết"}, None), ("signal", "over", {}, None)]
    assert [t.seq for t in run.last.thrown] == [1, 2]
