"""The working calendar: its exceptional days, a change with its preview, and taking a change back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.days import day_in
from app.organisation.views import ADMINISTRATORS, blueprint, carried_out
from app.security import requires
from app.wiring import current_engine
from engine.commands.calendar_changes import NATION, ChangeCalendar, UndoCalendarChange
from engine.domain.calendar import CalendarDay, DayKind
from engine.queries import calendar as queries
from engine.queries import organisation

LONGEST = 200
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change as the form says it: days to add (from the first to the last date, each), dates to take away."""

    unit_id: str | None
    added: tuple[CalendarDay, ...]
    removed: tuple[date, ...]


@blueprint.get("/to-chuc/lich")
@requires(*ADMINISTRATORS)
def calendar() -> ResponseReturnValue:
    engine, unit_id = current_engine(), request.args.get("don-vi") or None
    year = _year(engine.today())
    return render_template(
        "organisation/calendar.html", unit_id=unit_id, year=year, kinds=DayKind,
        units=engine.read(organisation.units), days=engine.read(queries.days, unit_id, year),
        changes=engine.read(queries.changes))


@blueprint.post("/to-chuc/lich/xem-truoc")
@requires(*ADMINISTRATORS)
def preview_calendar() -> ResponseReturnValue:
    engine, wanted = current_engine(), _wanted()
    if wanted is None:
        return _incomplete()
    shift = engine.read(queries.preview, engine.calendar, wanted.unit_id, wanted.added, wanted.removed,
                        engine.clock.now())
    return render_template("organisation/preview.html", wanted=wanted, shift=shift, sent=request.form)


@blueprint.post("/to-chuc/lich")
@requires(*ADMINISTRATORS)
def change_calendar() -> ResponseReturnValue:
    wanted = _wanted()
    if wanted is None:
        return _incomplete()
    command = ChangeCalendar(wanted.unit_id or NATION, wanted.added, wanted.removed)
    return _after(carried_out(command, "calendar", gettext("organisation.calendar_changed"),
                              **{"don-vi": wanted.unit_id, "nam": request.form.get("year")}))


@blueprint.post("/to-chuc/lich/<change_id>/hoan-tac")
@requires(*ADMINISTRATORS)
def undo_calendar(change_id: str) -> ResponseReturnValue:
    return _after(carried_out(UndoCalendarChange(change_id), "calendar", gettext("organisation.calendar_undone")))


def _after(answer: ResponseReturnValue) -> ResponseReturnValue:
    """This process reads the table again at once, others within half a minute."""
    current_engine().calendars.forget()
    return answer


def _incomplete() -> ResponseReturnValue:
    flash(gettext("organisation.calendar_incomplete"), "warning")
    return redirect(url_for("organisation.calendar"), 303)


def _wanted() -> Wanted | None:
    """None when the form names no day at all, or none that can be read."""
    form, unit_id = request.form, request.form.get("unit_id") or None
    removed = tuple(sorted({day for day in map(day_in, form.getlist("remove")) if day}))[:MOST_DAYS]
    first, last = day_in(form.get("first", "")), day_in(form.get("last", "") or form.get("first", ""))
    kinds = {kind.value: kind for kind in DayKind}
    if form.get("first") and (first is None or last is None or last < first or form.get("kind") not in kinds):
        return None
    added: tuple[CalendarDay, ...] = ()
    if first and last:
        span = range(first.toordinal(), min(last.toordinal(), first.toordinal() + MOST_DAYS - 1) + 1)
        added = tuple(CalendarDay(date.fromordinal(each), kinds[form["kind"]], unit_id,
                                  form.get("name", "").strip()[:LONGEST], form.get("legal_basis", "").strip()[:LONGEST])
                      for each in span)
    return Wanted(unit_id, added, removed) if added or removed else None


def _year(today: date) -> int:
    text = request.args.get("nam", "")
    return int(text) if text.isascii() and text.isdigit() and 1990 <= int(text[:4]) <= 2100 else today.year
