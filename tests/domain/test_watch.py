"""When the system looks at a dossier by itself, and until when a dossier must be handed over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain import clock_ledger, clock_reading, watch
from engine.domain.clock_ledger import ClockEvent
from engine.domain.dossier import Dossier, NationalStatus, Party
from engine.domain.procedure import Channel
from engine.domain.rulepack import ND118_2025
from engine.domain.watch import Point
from tests.domain.clocks import CALENDAR, extend, finish, ledger, pause, reappoint, resume, start
from tests.domain.days import at, instant

FILED = Dossier(
    id="dossier-1", tracking_secret="secret", slug="birth", procedure_code="1.001193", procedure_name="Khai sinh",
    version_id="v1", rule_pack="ND118_2025", term="3 working_day", channel=Channel.DIRECT, owner=Party("An"),
    assisted_at="centre", received_by="centre", competent="committee", submitted_at=at("Mon 2026-03-02 08:00"),
    submitted_by="officer-1")


def points(events: list[ClockEvent], it: Dossier = FILED, *, apologise: bool = True) -> dict[Point, str]:
    standing = replace(it, clock=clock_ledger.state(events))
    found = watch.lookouts(standing, clock_reading.read(events, CALENDAR), ND118_2025, apologise=apologise)
    return {each.what: instant(each.at) for each in found}


def test_the_apology_is_drafted_one_working_day_before_the_due_date() -> None:
    assert points(ledger(start("Fri 2026-03-06 09:10", "3 working_day"))) == {
        Point.WARN: "Tue 2026-03-10 09:10", Point.APOLOGY: "Tue 2026-03-10 09:10", Point.DUE: "Wed 2026-03-11 09:10"}


def test_officers_of_a_long_term_are_warned_when_four_fifths_of_it_are_used_up() -> None:
    found = points(ledger(start("Mon 2026-03-02 09:00", "20 working_day")))

    assert found[Point.WARN] == "Tue 2026-03-24 09:00"
    assert found[Point.APOLOGY] == "Fri 2026-03-27 09:00"


def test_an_apology_before_a_weekend_is_drafted_on_the_last_working_day() -> None:
    assert points(ledger(start("Wed 2026-03-04 09:00", "3 working_day")))[Point.APOLOGY] == "Fri 2026-03-06 09:00"


def test_a_same_day_promise_has_its_apology_drafted_at_the_warning_point() -> None:
    """One working day before its due date it had not begun."""
    found = points(ledger(start("Mon 2026-03-02 08:00", "same_day")))

    assert found == {Point.WARN: "Mon 2026-03-02 15:36", Point.APOLOGY: "Mon 2026-03-02 15:36",
                     Point.DUE: "Mon 2026-03-02 17:00"}


@pytest.mark.parametrize("stop", [pause("Tue 2026-03-03 10:00"), finish("Tue 2026-03-03 10:00")])
def test_a_clock_that_stands_still_is_not_watched(stop: ClockEvent) -> None:
    assert points(ledger(start("Mon 2026-03-02 09:00", "3 working_day"), stop)) == {}


def test_a_pause_and_an_extension_move_every_point() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"), pause("Tue 2026-03-03 10:00"),
                    resume("Thu 2026-03-05 10:00"), extend("Thu 2026-03-05 11:00", "5 working_day"))

    assert points(events)[Point.DUE] == "Mon 2026-03-16 09:00"
    assert points(events)[Point.APOLOGY] == "Fri 2026-03-13 09:00"


def test_after_the_apology_the_due_date_and_the_new_promise_are_both_watched() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"),
                    reappoint("Wed 2026-03-04 10:00", "Mon 2026-03-09 17:00"))

    assert points(events, apologise=False) == {
        Point.WARN: "Wed 2026-03-04 09:00", Point.DUE: "Thu 2026-03-05 09:00",
        Point.APPOINTMENT: "Mon 2026-03-09 17:00"}


def test_what_came_online_must_be_answered_within_eight_working_hours() -> None:
    online = replace(FILED, channel=Channel.ONLINE, submitted_at=at("Fri 2026-03-06 16:00"))

    assert points([], online) == {Point.ANSWER: "Mon 2026-03-09 16:00"}
    assert points([]) == {}


def test_a_result_that_lies_uncollected_is_remembered_once() -> None:
    done = replace(FILED, national_status=NationalStatus.COMPLETED, finished_at=at("Mon 2026-03-02 10:00"))

    assert points([], done) == {Point.COLLECT: "Mon 2026-03-16 10:00"}


def test_an_apology_whose_point_passed_while_the_clock_stood_is_due_at_once() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"), pause("Thu 2026-03-05 08:00"),
                    resume("Mon 2026-03-09 10:00"))
    found = watch.lookouts(replace(FILED, clock=clock_ledger.state(events)), clock_reading.read(events, CALENDAR),
                           ND118_2025, apologise=True)
    now = at("Mon 2026-03-09 10:00")

    assert watch.first_at(found, now) == now
    assert watch.to_do(found, now, now) == (Point.APOLOGY,)
    assert watch.next_at(found, now) == at("Mon 2026-03-09 11:00")


def test_whoever_looks_too_late_warns_of_nothing_that_has_already_come() -> None:
    events = ledger(start("Mon 2026-03-02 09:00", "3 working_day"))
    found = watch.lookouts(replace(FILED, clock=clock_ledger.state(events)), clock_reading.read(events, CALENDAR),
                           ND118_2025, apologise=True)

    assert watch.to_do(found, found[0].at, at("Fri 2026-03-06 09:00")) == (Point.APOLOGY, Point.DUE)


@pytest.mark.parametrize(("accepted", "channel", "until"), [
    ("Mon 2026-03-02 09:00", Channel.ONLINE, "Mon 2026-03-02 09:00"),
    ("Mon 2026-03-02 09:00", Channel.DIRECT, "Mon 2026-03-02 17:00"),
    ("Mon 2026-03-02 14:59", Channel.POSTAL, "Mon 2026-03-02 17:00"),
    ("Mon 2026-03-02 15:00", Channel.DIRECT, "Tue 2026-03-03 07:00"),
    ("Fri 2026-03-06 16:30", Channel.DIRECT, "Mon 2026-03-09 07:00"),
    ("Sat 2026-03-07 09:00", Channel.DIRECT, "Mon 2026-03-09 17:00"),
])
def test_paper_is_handed_over_the_same_day_unless_it_came_after_three(
        accepted: str, channel: Channel, until: str) -> None:
    assert instant(watch.transfer_due_at(at(accepted), channel, ND118_2025, CALENDAR)) == until
