"""The clock of a dossier: what may happen to it, and when the dossier is due after it happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import clock_ledger, clock_reading
from engine.domain.clock_ledger import ClockEvent, ClockState, PauseReason
from engine.domain.clock_reading import SupplementClock
from engine.domain.errors import ClockBackdated, ClockOrderBroken, InvalidInput
from tests.domain.clocks import CALENDAR, extend, finish, ledger, pause, reappoint, reopen, restart, resume, start
from tests.domain.days import at, instant


def due(events: Sequence[ClockEvent], mode: SupplementClock = SupplementClock.PAUSE_RESUME) -> str:
    found = clock_reading.read(events, CALENDAR, supplement_clock=mode).due_at()
    assert found is not None
    return instant(found)


def test_a_dossier_waiting_for_papers_does_not_grow_late() -> None:
    waiting = ledger(start("Mon 2026-03-02 09:10", "3 working_day"), pause("Tue 2026-03-03 10:00"))
    reading = clock_reading.read(waiting, CALENDAR)

    assert reading.remaining(at("Mon 2026-06-01 10:00")) == reading.remaining(at("Tue 2026-03-03 10:00"))
    assert reading.remaining(at("Mon 2026-06-01 10:00")) == timedelta(hours=15, minutes=10)


@pytest.mark.parametrize(("started", "before", "after"), [
    ("Mon 2026-03-02 09:10", "Thu 2026-03-05 09:10", "Mon 2026-03-09 09:10"),
    ("Mon 2026-03-02 07:00", "Thu 2026-03-05 07:00", "Mon 2026-03-09 07:00"),
    ("Tue 2026-03-03 08:00", "Fri 2026-03-06 08:00", "Tue 2026-03-10 08:00"),
])
def test_a_pause_from_tuesday_ten_to_thursday_ten_moves_the_due_date_by_two_working_days(
        started: str, before: str, after: str) -> None:
    running = ledger(start(started, "3 working_day"))
    resumed = ledger(*running, pause("Tue 2026-03-03 10:00"), resume("Thu 2026-03-05 10:00"))

    assert due(running) == before
    assert due(resumed) == after


def test_where_the_decree_restarts_the_clock_the_full_term_runs_from_the_complete_dossier() -> None:
    events = ledger(start("Mon 2026-03-02 09:10", "3 working_day"),
                    pause("Tue 2026-03-03 10:00"), resume("Thu 2026-03-05 10:00"))

    assert due(events, SupplementClock.RESTART) == "Tue 2026-03-10 10:00"


def test_waiting_for_a_payment_never_restarts_the_clock() -> None:
    events = ledger(start("Mon 2026-03-02 09:10", "3 working_day"),
                    pause("Tue 2026-03-03 10:00", PauseReason.PAYMENT), resume("Thu 2026-03-05 10:00"))

    assert due(events, SupplementClock.RESTART) == "Mon 2026-03-09 09:10"


def test_a_pause_over_the_weekend_gives_back_working_time_only() -> None:
    events = ledger(start("Thu 2026-03-05 09:00", "3 working_day"),
                    pause("Fri 2026-03-06 16:00"), resume("Mon 2026-03-09 08:00"))

    assert due(events) == "Tue 2026-03-10 11:00"


def test_two_short_pauses_move_the_due_date_as_one_long_pause_does() -> None:
    begun = start("Mon 2026-03-02 07:00", "3 working_day")
    one = ledger(begun, pause("Tue 2026-03-03 07:00"), resume("Wed 2026-03-04 07:00"))
    two = ledger(begun, pause("Tue 2026-03-03 07:00"), resume("Tue 2026-03-03 11:00"),
                 pause("Tue 2026-03-03 11:00"), resume("Wed 2026-03-04 07:00"))

    assert due(one) == due(two) == "Fri 2026-03-06 07:00"


def test_a_pause_after_the_due_date_does_not_make_a_late_dossier_punctual() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "1 working_day"),
                    pause("Wed 2026-03-04 09:00"), resume("Thu 2026-03-05 09:00"))
    reading = clock_reading.read(events, CALENDAR)

    assert instant(reading.due_at() or at("Mon 2026-03-02 09:00")) == "Wed 2026-03-04 09:00"
    assert reading.remaining(at("Thu 2026-03-05 09:00")) == -timedelta(hours=8)


def test_a_pause_in_calendar_days_gives_back_the_time_by_the_clock_and_still_ends_on_a_working_day() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "10 calendar_day"),            # Thursday 12 March
                    pause("Tue 2026-03-03 10:00"), resume("Thu 2026-03-05 10:00"))

    assert due(events) == "Mon 2026-03-16 17:00"                                 # Saturday 14 March, moved forward


def test_a_same_day_promise_is_made_anew_when_the_clock_goes_on() -> None:
    def promised(resumed: str) -> str:
        return due(ledger(start("Tue 2026-03-03 09:00", "same_day"), pause("Tue 2026-03-03 10:00"), resume(resumed)))

    assert promised("Tue 2026-03-03 14:00") == "Tue 2026-03-03 17:00"
    assert promised("Thu 2026-03-05 10:00") == "Thu 2026-03-05 17:00"
    assert promised("Thu 2026-03-05 15:30") == "Fri 2026-03-06 17:00"


def test_an_extension_moves_the_due_date_but_never_the_original_one() -> None:
    events = ledger(start("Mon 2026-03-02 09:10", "3 working_day"), extend("Wed 2026-03-04 10:00", "2 working_day"))

    assert due(events) == "Mon 2026-03-09 09:10"
    assert clock_ledger.original_due_at(events) == at("Thu 2026-03-05 09:10")


@pytest.mark.parametrize(("term", "by", "expected"), [
    ("10 calendar_day", "5 calendar_day", "Tue 2026-03-17 17:00"),
    ("10 calendar_day", "1 working_day", "Fri 2026-03-13 17:00"),
    ("same_day", "1 working_day", "Tue 2026-03-03 17:00"),
    ("8 working_hour", "4 working_hour", "Tue 2026-03-03 15:00"),
])
def test_an_extension_is_granted_in_the_unit_of_the_term_or_in_working_days(term: str, by: str, expected: str) -> None:
    assert due(ledger(start("Mon 2026-03-02 09:00", term), extend("Mon 2026-03-02 10:00", by))) == expected


@pytest.mark.parametrize("by", ["2 month", "same_day", "none", "0 working_day"])
def test_an_extension_in_a_unit_that_does_not_suit_the_term_is_refused(by: str) -> None:
    begun = ledger(start("Mon 2026-03-02 09:00", "3 working_day"))

    with pytest.raises(InvalidInput):
        clock_ledger.append(begun, extend("Mon 2026-03-02 10:00", by))


def test_a_restart_forgets_pauses_and_extensions() -> None:
    events = ledger(start("Mon 2026-03-02 09:10", "3 working_day"), extend("Mon 2026-03-02 10:00", "2 working_day"),
                    pause("Tue 2026-03-03 10:00"), restart("Wed 2026-03-04 08:00"))

    assert due(events) == "Mon 2026-03-09 08:00"
    assert clock_ledger.state(events) is ClockState.RUNNING


def test_a_finished_clock_stands_still() -> None:
    events = ledger(start("Mon 2026-03-02 09:10", "3 working_day"), finish("Tue 2026-03-03 09:10"))
    reading = clock_reading.read(events, CALENDAR)

    assert reading.remaining(at("Mon 2026-06-01 10:00")) == timedelta(hours=16)
    assert reading.consumed(at("Mon 2026-06-01 10:00")) == timedelta(hours=8)


def test_consumed_and_remaining_time_make_up_the_term() -> None:
    events = ledger(start("Mon 2026-03-02 09:10", "3 working_day"),
                    pause("Tue 2026-03-03 10:00"), resume("Thu 2026-03-05 10:00"))
    reading, now = clock_reading.read(events, CALENDAR), at("Fri 2026-03-06 14:00")

    assert reading.consumed(now) + (reading.remaining(now) or timedelta()) == timedelta(hours=24)


def test_a_clock_that_never_started_or_has_no_term_is_never_due() -> None:
    assert clock_reading.read([], CALENDAR).due_at() is None
    assert clock_reading.read([], CALENDAR).consumed(at("Tue 2026-03-03 09:10")) == timedelta()
    endless = ledger(start("Mon 2026-03-02 09:10", "none"))
    assert clock_reading.read(endless, CALENDAR).due_at() is None
    assert clock_reading.read(endless, CALENDAR).remaining(at("Tue 2026-03-03 09:10")) is None
    assert clock_ledger.original_due_at(endless) is None


@pytest.mark.parametrize(("before", "event"), [
    ([], pause("Tue 2026-03-03 10:00")),
    ([], finish("Tue 2026-03-03 10:00")),
    (["start"], start("Tue 2026-03-03 10:00", "3 working_day")),
    (["start"], resume("Tue 2026-03-03 10:00")),
    (["start", "pause"], pause("Tue 2026-03-03 10:00")),
    (["start", "pause"], extend("Tue 2026-03-03 10:00", "1 working_day")),
    (["start", "finish"], resume("Tue 2026-03-03 10:00")),
    (["start", "finish"], restart("Tue 2026-03-03 10:00")),
    (["start", "finish"], finish("Tue 2026-03-03 10:00")),
])
def test_an_event_that_cannot_happen_in_this_state_is_refused(before: list[str], event: ClockEvent) -> None:
    made = {"start": start("Mon 2026-03-02 09:00", "3 working_day"), "pause": pause("Mon 2026-03-02 10:00"),
            "finish": finish("Mon 2026-03-02 11:00")}
    events = ledger(*(made[name] for name in before))

    with pytest.raises(ClockOrderBroken):
        clock_ledger.append(events, event)


def test_nobody_may_backdate_the_clock() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"))

    with pytest.raises(ClockBackdated):
        clock_ledger.append(events, pause("Mon 2026-03-02 08:59"))
    assert clock_ledger.append(events, pause("Mon 2026-03-02 09:00")).seq == 2


def test_an_event_survives_the_way_through_its_row() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"), pause("Mon 2026-03-02 10:00"))

    assert [clock_ledger.from_row(clock_ledger.as_row(event)) for event in events] == events


def test_an_event_is_numbered_and_names_the_hash_before_it() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"), pause("Mon 2026-03-02 10:00"))

    assert [event.seq for event in events] == [1, 2]
    assert events[0].prev_hash == clock_ledger.GENESIS
    assert events[1].prev_hash == events[0].hash
    assert replace(events[1], actor_id="somebody else").hash == events[1].hash      # the hash is not recomputed


def test_an_apology_promises_another_time_and_moves_no_due_date() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"),
                    reappoint("Wed 2026-03-04 10:00", "Mon 2026-03-09 17:00"))
    reading = clock_reading.read(events, CALENDAR)

    assert due(events) == "Thu 2026-03-05 09:00"
    assert reading.reappointed_at == at("Mon 2026-03-09 17:00")
    assert clock_ledger.original_due_at(events) == at("Thu 2026-03-05 09:00")


def test_a_wait_after_the_apology_moves_its_promise_as_well() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"),
                    reappoint("Wed 2026-03-04 10:00", "Mon 2026-03-09 16:00"),
                    pause("Wed 2026-03-04 11:00", PauseReason.PAYMENT), resume("Fri 2026-03-06 11:00"))

    assert clock_reading.read(events, CALENDAR).reappointed_at == at("Wed 2026-03-11 16:00")


def test_the_time_until_a_wrong_result_is_brought_back_is_nobodys() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"), finish("Tue 2026-03-03 09:00"),
                    reopen("Mon 2026-03-09 09:00"))

    assert due(events) == "Wed 2026-03-11 09:00"
    assert clock_ledger.state(events) is ClockState.RUNNING


def test_a_clock_that_runs_is_not_reopened() -> None:
    with pytest.raises(ClockOrderBroken):
        ledger(start("Mon 2026-03-02 09:00", "3 working_day"), reopen("Tue 2026-03-03 09:00"))


@pytest.mark.parametrize("again", [
    [pause("Fri 2026-03-06 09:00"), resume("Mon 2026-03-16 09:00")], [restart("Mon 2026-03-16 09:00")],
])
def test_an_overdue_dossier_does_not_become_punctual_by_asking_for_papers(again: list[ClockEvent]) -> None:
    """Tân Dân's system gave it a whole new term."""
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"), *again)
    reading = clock_reading.read(events, CALENDAR, supplement_clock=SupplementClock.RESTART)

    assert reading.late(at("Mon 2026-03-16 09:00"))


def test_a_dossier_that_was_in_time_gets_its_new_term_once_its_papers_are_complete() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"), pause("Thu 2026-03-05 09:00"),
                    resume("Mon 2026-03-16 09:00"))

    assert due(events, SupplementClock.RESTART) == "Thu 2026-03-19 09:00"


def test_an_act_that_wrote_its_event_is_known() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"),
                    reappoint("Wed 2026-03-04 10:00", "Mon 2026-03-09 17:00", act="job-7"))

    assert clock_ledger.done_by(events, "job-7")
    assert not clock_ledger.done_by(events, "job-8")
