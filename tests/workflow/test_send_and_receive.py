import pytest

from engine.domain.errors import NotFound
from tests.workflow.running import Running


def sender() -> Running:
    return Running.of("send_and_receive.bpmn").start(code="HS1", pages=2, secret="x")


def test_a_send_task_sends_only_the_variables_listed_to_the_pool_that_is_drawn() -> None:
    assert sender().thrown == [("message", "handed_over", {"code": "HS1", "pages": 2}, "partner")]


def test_the_message_begins_the_partner_with_its_payload_as_variables() -> None:
    partner = Running.of("send_and_receive.bpmn", "partner")
    assert partner.adapter.message_start(partner.version, "handed_over") == "partner"
    partner.start_by_message("handed_over", code="HS1", pages=2)
    assert (partner.open, partner.variables) == (["work"], {"code": "HS1", "pages": 2})
    partner.complete("work", verdict="ok")
    assert partner.thrown == [("message", "answered", {"verdict": "ok"}, "sender")]
    assert partner.status == "completed"


def test_a_receive_task_takes_the_payload_and_goes_on() -> None:
    run = sender()
    assert run.awaited == ["answered"]
    run.deliver("message", "answered", verdict="ok")
    assert (run.open, run.variables["verdict"], run.awaited) == (["read"], "ok", [])


def test_a_message_that_comes_twice_finds_nobody() -> None:
    run = sender().deliver("message", "answered")
    with pytest.raises(NotFound):
        run.deliver("message", "answered")


def test_the_process_that_begins_by_itself_is_named_first() -> None:
    run = sender()
    assert run.adapter.processes(run.version) == ("sender", "partner")
    assert run.adapter.message_start(run.version, "answered") is None
    with pytest.raises(NotFound):
        run.adapter.start_by_message(run.version, "nonsense", {}, run.at)
    with pytest.raises(NotFound):
        run.adapter.start(run.version, "nobody", {}, run.at)
