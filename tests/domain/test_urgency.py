"""What a worklist shows first."""

from __future__ import annotations

import pytest

from engine.domain import urgency
from engine.domain.calendar import WorkingCalendar
from engine.domain.clock_ledger import ClockState
from engine.domain.urgency import Standing, Urgency
from tests.domain.days import at

CALENDAR = WorkingCalendar()
DUE = at("Mon 2026-03-09 09:00")


@pytest.mark.parametrize(("now", "expected"), [
    ("Thu 2026-03-05 09:00", Standing(Urgency.WITHIN, 16 * 60)),
    ("Fri 2026-03-06 08:59", Standing(Urgency.WITHIN, 8 * 60 + 1)),
    ("Fri 2026-03-06 09:00", Standing(Urgency.DUE_SOON, 8 * 60)),
    ("Sat 2026-03-07 12:00", Standing(Urgency.DUE_SOON, 2 * 60)),
    ("Mon 2026-03-09 09:00", Standing(Urgency.DUE_SOON, 0)),
    ("Mon 2026-03-09 09:01", Standing(Urgency.OVERDUE, -1)),
    ("Tue 2026-03-10 09:00", Standing(Urgency.OVERDUE, -8 * 60)),
])
def test_urgency_is_measured_in_working_time(now: str, expected: Standing) -> None:
    assert urgency.standing(DUE, at(now), CALENDAR) == expected


def test_what_was_due_on_friday_evening_is_overdue_on_saturday_although_nobody_worked_since() -> None:
    found = urgency.standing(at("Fri 2026-03-06 17:00"), at("Sat 2026-03-07 08:00"), CALENDAR)

    assert found == Standing(Urgency.OVERDUE, 0)


def test_a_paused_dossier_is_neither_late_nor_soon_due() -> None:
    late = at("Mon 2026-06-01 09:00")

    assert urgency.standing(DUE, late, CALENDAR, ClockState.PAUSED) == Standing(Urgency.PAUSED)
    assert urgency.standing(DUE, late, CALENDAR, ClockState.FINISHED) == Standing(Urgency.NONE)
    assert urgency.standing(None, late, CALENDAR) == Standing(Urgency.NONE)
