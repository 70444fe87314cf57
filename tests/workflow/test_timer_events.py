from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from engine.domain.errors import NotFound
from tests.workflow.running import MONDAY, Running


def test_an_intermediate_timer_is_due_at_an_absolute_moment() -> None:
    run = Running.of("timer_events.bpmn").start(hours=3)
    assert run.timer("until").due_at == datetime(2026, 3, 5, 1, 0, tzinfo=UTC), "8:00 in Việt Nam"
    run.at.now = datetime(2026, 1, 31, 5, 0, tzinfo=UTC)
    assert run.fire("until").timer("wait").due_at == datetime(2026, 2, 28, 5, 0, tzinfo=UTC)
    assert run.fire("wait").timer("computed").due_at == run.at.now + timedelta(hours=3)
    assert run.fire("computed").timer("term").due_at == run.at.now + timedelta(days=2)
    assert run.fire("term").open == ["work"]


def test_a_timer_does_not_look_at_any_clock() -> None:
    run = Running.of("timer_events.bpmn").start(hours=3)
    run.at.now = MONDAY + timedelta(days=365)
    assert run.adapter.waits(run.loaded).timers == tuple(run.timers.values())


def test_the_clock_of_the_machine_decides_nothing() -> None:
    def steps() -> list[object]:
        run = Running.of("timer_boundary.bpmn").start()
        return [run.last, run.fire("remind").last, run.finish("tell").last, run.fire("overdue").last]

    with time_machine.travel("2100-01-01"):
        in_the_far_future = steps()
    assert steps() == in_the_far_future


def test_a_timer_that_is_no_time_is_a_trouble() -> None:
    run = Running.of("timer_events.bpmn").start(hours=-3).fire("until").fire("wait")
    assert (run.last.troubles[0].code, run.last.troubles[0].node_id) == ("bad_timer", "computed")
    run.variables["hours"] = 1
    assert [timer.node_id for timer in run.retry("computed").timers.values()] == ["computed"]


def test_a_reminder_starts_its_call_while_the_step_goes_on() -> None:
    run = Running.of("timer_boundary.bpmn").start()
    assert {t.node_id: t.due_at - MONDAY for t in run.timers.values()} == {
        "remind": timedelta(days=2), "overdue": timedelta(days=5)}
    run.fire("remind")
    assert (run.open, list(run.calls)) == (["work"], [run.call("tell").token_id])
    assert [t.node_id for t in run.timers.values()] == ["overdue"]
    run.finish("tell").complete("work")
    assert (run.status, run.timers) == ("completed", {})


def test_an_interrupting_timer_takes_the_step_away() -> None:
    run = Running.of("timer_boundary.bpmn").start()
    token = run.token("work")
    run.fire("overdue")
    assert (run.open, run.timers) == (["escalate"], {})
    with pytest.raises(NotFound):
        run.adapter.complete(run.loaded, token, {}, run.at)


def test_a_reminder_under_way_survives_the_end_of_the_step() -> None:
    run = Running.of("timer_boundary.bpmn").start().fire("remind").complete("work")
    assert (run.status, len(run.calls)) == ("running", 1)
    assert run.finish("tell").status == "completed"


def test_22_work_that_followed_a_fired_cycle_survives_the_end_of_the_step() -> None:
    run = Running.of("timer_cycle.bpmn").start().fire("nag").fire("nag")
    assert run.open == ["work", "phone", "phone"]
    run.complete("work")
    assert run.open == ["phone", "phone"]
    assert run.complete("phone").complete("phone").status == "completed"


def test_a_cycle_comes_back_with_its_next_due_time_until_its_rounds_are_spent() -> None:
    run = Running.of("timer_cycle.bpmn").start()
    seen = []
    for _ in range(3):
        timer = run.timer("nag")
        seen.append((timer.due_at - MONDAY, timer.every_s, timer.cycles_left))
        run.at.now = timer.due_at
        run.fire("nag")
    assert seen == [(timedelta(days=n), 86_400, 4 - n) for n in (1, 2, 3)]
    assert run.timers == {}
    assert run.open == ["work", "phone", "phone", "phone"]


@pytest.mark.parametrize(("policy", "next_due", "left"), [("skip", 5, 6), ("fire_once", 5, 9), ("fire_all", 2, 9)])
def test_25_rounds_missed_during_downtime_follow_the_policy(policy: str, next_due: int, left: int) -> None:
    run = Running.of(f"timer_missed_{policy}.bpmn").start()
    run.at.now = MONDAY + timedelta(days=4, hours=1)
    run.fire("nag")
    assert run.passed().count("nagged") == 1
    timer = run.timer("nag")
    assert (timer.due_at - MONDAY, timer.cycles_left) == (timedelta(days=next_due), left)


def test_a_timer_start_event_waits_for_its_time() -> None:
    run = Running.of("timer_start.bpmn").start()
    assert (run.open, run.timer("s").due_at) == ([], MONDAY + timedelta(hours=1))
    assert run.fire("s").open == ["work"]
