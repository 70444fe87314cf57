from datetime import timedelta

import pytest

from engine.domain.errors import NotFound
from tests.workflow.running import MONDAY, Running


def started() -> Running:
    return Running.of("event_gateway.bpmn").start()


def test_28_two_timers_on_one_event_gateway_have_a_slot_each() -> None:
    run = started()
    dues = {timer.node_id: timer.due_at for timer in run.timers.values()}
    assert dues == {"remind": MONDAY + timedelta(hours=1), "give_up": MONDAY + timedelta(days=3)}
    assert len({timer.token_id for timer in run.timers.values()}) == 1


@pytest.mark.parametrize(("timer", "next_"), [("remind", "call"), ("give_up", "close")])
def test_the_timer_that_fires_decides_the_way_and_the_other_events_are_gone(timer: str, next_: str) -> None:
    run = started().fire(timer)
    assert (run.open, run.timers, run.awaited) == ([next_], {}, [])


def test_a_message_decides_the_way() -> None:
    assert started().awaited == ["answer", "withdrawal"]
    assert started().deliver("message", "answer").open == ["read"]
    assert started().deliver("message", "withdrawal").open == ["confirm"]


def test_a_timer_of_a_dead_token_is_not_found() -> None:
    run = started()
    late = run.timer("give_up")
    run.fire("remind")
    with pytest.raises(NotFound):
        run.adapter.fire(run.loaded, late.token_id, late.slot, run.at)
