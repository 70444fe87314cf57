"""What the national index calls on time."""

from __future__ import annotations

from engine.domain import national_index
from engine.domain.clock_ledger import ClockEvent, PauseReason
from engine.domain.time_limit import DEFAULT_POLICY
from tests.domain.clocks import CALENDAR, finish, ledger, pause, reappoint, resume, start
from tests.domain.days import at

BEGUN = start("Mon 2026-03-02 09:00", "3 working_day")
ONCE = (pause("Tue 2026-03-03 09:00"), resume("Thu 2026-03-05 09:00"))


def on_time(events: list[ClockEvent], now: str = "Mon 2026-03-30 09:00") -> bool | None:
    return national_index.on_time(events, CALENDAR, DEFAULT_POLICY, at(now))


def test_the_time_for_which_papers_were_waited_for_is_subtracted() -> None:
    assert on_time(ledger(BEGUN, *ONCE, finish("Mon 2026-03-09 08:00"))) is True
    assert on_time(ledger(BEGUN, *ONCE, finish("Mon 2026-03-09 10:00"))) is False


def test_a_second_request_for_papers_makes_it_late_however_fast_it_was() -> None:
    again = (pause("Thu 2026-03-05 10:00"), resume("Thu 2026-03-05 11:00"), finish("Thu 2026-03-05 12:00"))

    assert on_time(ledger(BEGUN, *ONCE, *again)) is False


def test_waiting_for_a_payment_is_no_request_for_papers() -> None:
    paid = (pause("Thu 2026-03-05 10:00", PauseReason.PAYMENT), resume("Thu 2026-03-05 11:00"))

    assert on_time(ledger(BEGUN, *ONCE, *paid, finish("Thu 2026-03-05 14:00"))) is True


def test_an_apology_makes_nothing_punctual() -> None:
    events = ledger(BEGUN, reappoint("Wed 2026-03-04 09:00", "Mon 2026-03-09 17:00"), finish("Mon 2026-03-09 09:00"))

    assert on_time(events) is False


def test_an_open_dossier_is_judged_on_the_day_and_one_that_waits_by_the_day_it_was_asked() -> None:
    assert on_time(ledger(BEGUN), "Wed 2026-03-04 09:00") is True
    assert on_time(ledger(BEGUN), "Fri 2026-03-06 09:00") is False
    assert on_time(ledger(BEGUN, ONCE[0]), "Mon 2026-06-01 09:00") is True


def test_before_acceptance_there_is_nothing_to_judge() -> None:
    assert on_time([]) is None
