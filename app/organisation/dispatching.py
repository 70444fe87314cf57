"""Dossiers for which no route names a competent agency: whoever answers for intake says which unit it is."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.organisation.views import DISPATCHERS, blueprint, carried_out
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.commands.dispatching import DispatchDossier
from engine.queries import organisation

UNIT = "unit-"
"""Prefix of the boxes: one for each agency that is not known."""


@blueprint.get("/to-chuc/dieu-phoi")
@requires(*DISPATCHERS)
def dispatch_queue() -> ResponseReturnValue:
    engine = current_engine()
    return render_template("organisation/dispatch.html", rows=engine.read(organisation.undispatched, current_actor()),
                           units=engine.read(organisation.units))


@blueprint.post("/to-chuc/dieu-phoi/<dossier_id>")
@requires(*DISPATCHERS)
def dispatch(dossier_id: str) -> ResponseReturnValue:
    chosen = {key.removeprefix(UNIT): value for key, value in request.form.items() if key.startswith(UNIT)}
    return carried_out(DispatchDossier(dossier_id, chosen), "dispatch_queue", gettext("organisation.dispatched"))
