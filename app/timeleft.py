"""How much working time is left until a due date, in words and in a tone that a chip can be drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext

from app.filters import duration
from app.wiring import current_engine

SOON = timedelta(hours=4)
"""Half a working day: from here on the due date is near."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`tone` is `late`, `soon`, `ok` or `paused`; the text says the same without the colour."""

    tone: str
    text: str


PAUSED = "paused"


def time_left(due_at: datetime | None, unit_id: str, *, paused: bool = False) -> TimeLeft | None:
    """Reckoned by the calendar of the unit that promised; nothing where nothing was promised."""
    if paused:
        return TimeLeft(PAUSED, gettext("time.paused"))
    if due_at is None:
        return None
    engine = current_engine()
    now, calendar = engine.clock.now(), engine.calendar(unit_id)
    if now > due_at:
        return TimeLeft("late", gettext("time.late", span=duration(calendar.working_between(due_at, now))))
    left = calendar.working_between(now, due_at)
    return TimeLeft("soon" if left <= SOON else "ok", gettext("time.left", span=duration(left)))
