"""The rows of a control slip: one for each change of unit or lane, judged by the step's own allotment."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.handover import Holding, Punctuality, hand_overs, punctuality

CALENDAR = WorkingCalendar()


def at(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 3, day, int(hour), int(minute), tzinfo=VIETNAM)


def holding(unit: str, entered: datetime, left: datetime | None, allotment: str = "", lane: str = "A") -> Holding:
    return Holding(unit, unit, lane, f"người {unit}", "bước", entered, left, allotment)


@pytest.mark.parametrize(("allotment", "left", "expected"), [
    ("2 working_hour", at(2, "09:59"), Punctuality.EARLY),
    ("2 working_hour", at(2, "10:00"), Punctuality.ON_TIME),
    ("2 working_hour", at(2, "10:01"), Punctuality.LATE),
    ("1 working_day", at(2, "16:00"), Punctuality.EARLY),
    ("1 working_day", at(3, "07:30"), Punctuality.ON_TIME),
    ("1 working_day", at(3, "08:01"), Punctuality.LATE),
    ("", at(2, "09:00"), None), ("1 working_day", None, None),
])
def test_a_step_is_early_on_time_or_late_by_its_allotment(
        allotment: str, left: datetime | None, expected: Punctuality | None) -> None:
    assert punctuality(holding("x", at(2, "08:00"), left, allotment), CALENDAR) is expected


def test_a_step_that_waited_over_the_weekend_used_no_working_time() -> None:
    friday = holding("x", at(6, "16:30"), at(9, "08:00"), "2 working_hour")
    assert punctuality(friday, CALENDAR) is Punctuality.EARLY


def test_only_changes_of_unit_or_lane_are_hand_overs() -> None:
    steps = [holding("một cửa", at(2, "08:00"), at(2, "08:10")),
             holding("một cửa", at(2, "08:10"), at(2, "08:20")),
             holding("phòng", at(2, "08:20"), at(2, "09:00"), lane="B"),
             holding("phòng", at(2, "09:00"), at(2, "10:00"), lane="C"),
             holding("một cửa", at(2, "10:00"), None)]
    rows = hand_overs(steps, lambda _: CALENDAR)
    assert [(row.giver.unit, row.receiver.unit, row.at) for row in rows] == [
        ("một cửa", "phòng", at(2, "08:20")), ("phòng", "phòng", at(2, "09:00")),
        ("phòng", "một cửa", at(2, "10:00"))]


def test_a_step_still_open_has_given_nothing() -> None:
    steps = [holding("một cửa", at(2, "08:00"), None), holding("phòng", at(2, "08:05"), None)]
    assert hand_overs(steps, lambda _: CALENDAR) == ()
