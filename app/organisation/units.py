"""Units, what their routes mean, and whether new work is shared out by load."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.organisation.views import ADMINISTRATORS, blueprint, carried_out
from app.security import requires
from app.wiring import current_engine
from engine.commands.organisation import KINDS, LEVELS, SaveRoute, SaveUnit, ShareWork
from engine.domain.errors import NotFound
from engine.queries import organisation

LONGEST = 300


@blueprint.get("/to-chuc/don-vi")
@requires(*ADMINISTRATORS)
def units() -> ResponseReturnValue:
    return render_template("organisation/units.html", units=current_engine().read(organisation.routed_units),
                           kinds=KINDS, levels=LEVELS)


@blueprint.get("/to-chuc/don-vi/<unit_id>")
@requires(*ADMINISTRATORS)
def unit(unit_id: str) -> ResponseReturnValue:
    every = current_engine().read(organisation.routed_units)
    it = next((each for each in every if each.unit.id == unit_id), None)
    if it is None:
        raise NotFound(what="unit", id=unit_id)
    return render_template("organisation/unit.html", it=it, units=[each.unit for each in every],
                           keys=current_engine().read(organisation.agency_keys))


@blueprint.post("/to-chuc/don-vi")
@requires(*ADMINISTRATORS)
def save_unit() -> ResponseReturnValue:
    written = {name: request.form.get(name, "").strip()[:LONGEST]
               for name in ("unit_id", "name", "code", "kind", "level", "parent_id", "address", "phone")}
    command = SaveUnit(**written)
    if command.unit_id:
        return carried_out(command, "unit", gettext("organisation.saved"), unit_id=command.unit_id)
    return carried_out(command, "units", gettext("organisation.saved"))


@blueprint.post("/to-chuc/don-vi/<unit_id>/tuyen")
@requires(*ADMINISTRATORS)
def save_route(unit_id: str) -> ResponseReturnValue:
    command = SaveRoute(unit_id, request.form.get("agency_key", "").strip()[:60], request.form.get("target_id", ""))
    return carried_out(command, "unit", gettext("organisation.saved"), unit_id=unit_id)


@blueprint.get("/to-chuc/phan-cong")
@requires(*ADMINISTRATORS)
def workload() -> ResponseReturnValue:
    return render_template("organisation/workload.html", roles=current_engine().read(organisation.shared_roles))


@blueprint.post("/to-chuc/phan-cong")
@requires(*ADMINISTRATORS)
def share_work() -> ResponseReturnValue:
    command = ShareWork(request.form.get("unit_id", ""), request.form.get("role", ""), "wanted" in request.form)
    return carried_out(command, "workload", gettext("organisation.saved"))
