"""How much working time is left until a due date, in words and in a tone that a chip can be drawn in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext

from app.filters import duration
from app.labels import label
from app.wiring import current_engine
from engine.domain.clock_ledger import ClockState
from engine.domain.urgency import Standing, Urgency, standing

TONES = {Urgency.OVERDUE: "late", Urgency.DUE_SOON: "soon", Urgency.WITHIN: "ok", Urgency.PAUSED: "paused"}
SENTENCES = {Urgency.OVERDUE: "time.late", Urgency.DUE_SOON: "time.left", Urgency.WITHIN: "time.left"}


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`tone` is `late`, `soon`, `ok` or `paused`; the text says the same without the colour."""

    tone: str
    text: str


def time_left(due_at: datetime | None, unit_id: str, clock: ClockState = ClockState.RUNNING) -> TimeLeft | None:
    """Reckoned by the calendar of the unit that promised; nothing where nothing was promised."""
    engine = current_engine()
    found = standing(due_at, engine.clock.now(), engine.calendar(unit_id), clock)
    return None if found.urgency is Urgency.NONE else TimeLeft(TONES[found.urgency], _text(found))


def _text(found: Standing) -> str:
    if found.remaining_minutes is None:
        return label(found.urgency)
    span = duration(timedelta(minutes=abs(found.remaining_minutes)))
    return str(gettext(SENTENCES[found.urgency], span=span))
