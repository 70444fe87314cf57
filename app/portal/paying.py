"""Paying online for one's own dossier: on to the payment page, and back to the dossier afterwards."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.destinations import safe_path
from app.portal.views import blueprint
from app.security import for_citizens
from app.wiring import current_actor, current_engine
from engine.commands.payments import BeginPayment
from engine.queries import own_dossiers as own


@blueprint.post("/cong-dan/ho-so/<dossier_id>/thanh-toan")
@for_citizens
def pay(dossier_id: str) -> ResponseReturnValue:
    engine, back = current_engine(), url_for("portal.own_dossier", dossier_id=dossier_id)
    engine.read(own.own_dossier, current_actor(), dossier_id)
    begun = engine.execute(BeginPayment(dossier_id, back), current_actor(), request.form.get("key"))
    return redirect(safe_path(begun["redirect_url"]) or back, 303)
