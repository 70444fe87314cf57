from tests.workflow.running import Running


def at_work() -> Running:
    return Running.of("message_events.bpmn").start(code="HS1").deliver("message", "question")


def test_a_thrown_message_is_not_swallowed_by_the_sender_that_waits_for_the_same_name() -> None:
    run = Running.of("message_events.bpmn").start(code="HS1")
    assert run.thrown == [("message", "question", {"code": "HS1"}, "agency")]
    assert run.awaited == ["question"]


def test_a_non_interrupting_message_is_heard_every_time() -> None:
    run = at_work().deliver("message", "news", a=1).deliver("message", "news", a=2)
    assert run.open == ["work", "read_news", "read_news"]
    assert run.awaited == ["news", "stop"]


def test_an_interrupting_message_cancels_the_step_and_leaves_what_it_had_started() -> None:
    run = at_work().deliver("message", "news").deliver("message", "stop")
    assert run.open == ["read_news", "stopped"]
    assert run.awaited == []
    assert "work" in run.passed("cancelled")


def test_a_message_end_event_sends_and_ends() -> None:
    run = at_work().complete("work", code="HS2")
    assert run.thrown == [("message", "told", {"code": "HS2"}, None)]
    assert run.status == "completed"


def test_a_variable_that_was_never_set_travels_as_null() -> None:
    assert Running.of("message_events.bpmn").start().thrown[0][2] == {"code": None}
