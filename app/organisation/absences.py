"""Who is away, who does the work meanwhile, and how he signs."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.days import day_in
from app.organisation.views import PLANNERS, blueprint, carried_out
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.commands.organisation import EndAbsence, PlanAbsence
from engine.domain.absence import Capacity
from engine.queries import organisation
from engine.queries.counter import offered


@blueprint.get("/to-chuc/vang-mat")
@requires(*PLANNERS)
def absences() -> ResponseReturnValue:
    engine, actor = current_engine(), current_actor()
    procedures, everybody = engine.read(offered, engine.today()), engine.read(organisation.staff)
    return render_template(
        "organisation/absences.html", rows=engine.read(organisation.planned_absences, actor, engine.today()),
        people=engine.read(organisation.staff, actor), everybody=[each for each in everybody if each.id != actor.id],
        procedures=procedures, names={each.facts.slug: each.facts.name for each in procedures},
        capacities=Capacity, today=engine.today())


@blueprint.post("/to-chuc/vang-mat")
@requires(*PLANNERS)
def plan_absence() -> ResponseReturnValue:
    form = request.form
    days: list[date] = [day for day in map(day_in, (form.get("starts_on", ""), form.get("ends_on", ""))) if day]
    if len(days) != 2:
        flash(gettext("organisation.days_needed"), "warning")
        return redirect(url_for("organisation.absences"), 303)
    command = PlanAbsence(form.get("account_id", ""), form.get("stand_in_id", ""), days[0], days[1],
                          tuple(form.getlist("procedures"))[:200], form.get("capacity", Capacity.NONE.value))
    return carried_out(command, "absences", gettext("organisation.absence_planned"))


@blueprint.post("/to-chuc/vang-mat/<absence_id>/ket-thuc")
@requires(*PLANNERS)
def end_absence(absence_id: str) -> ResponseReturnValue:
    return carried_out(EndAbsence(absence_id), "absences", gettext("organisation.absence_ended"))
