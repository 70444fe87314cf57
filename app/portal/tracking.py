"""Tracking by code and secret: no sign-in, no JavaScript, nobody's name, and little to load."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.drawn import paper_name
from app.language import in_language
from app.portal.views import blueprint
from app.security import limiter, public
from app.timeleft import time_left
from app.wiring import current_engine
from engine.domain.dossier import NationalStatus
from engine.domain.fee import due
from engine.domain.procedure import Kind, ProcedureFacts
from engine.domain.supplement import SupplementRequest
from engine.queries.counter import facts_of
from engine.queries.fees import lines_of
from engine.queries.supplements import open_request
from engine.queries.task import components
from engine.queries.tracking import Tracked, tracked

RATE = "30 per minute"
"""Slow enough that secrets cannot be tried out, fast enough for a family behind one address."""


@blueprint.get("/tra-cuu")
@public
def track() -> ResponseReturnValue:
    return render_template("portal/track.html", code="", problems=[])


@blueprint.post("/tra-cuu")
@limiter.limit(RATE)
@public
def find() -> ResponseReturnValue:
    code, secret = (request.form.get(name, "").strip() for name in ("code", "secret"))
    if not code or not secret:
        return _not_found(code, gettext("portal.both_needed"), 422)
    if current_engine().read(tracked, code.upper(), secret) is None:
        return _not_found(code, gettext("portal.not_found"), 404)
    return redirect(url_for("portal.tracking", code=code.upper(), secret=secret), 303)


@blueprint.get("/tra-cuu/<code>/<secret>")
@limiter.limit(RATE)
@public
def tracking(code: str, secret: str) -> ResponseReturnValue:
    dossier = current_engine().read(tracked, code, secret)
    if dossier is None:
        return _not_found(code, gettext("portal.not_found"), 404)
    left = None if dossier.finished_at else time_left(dossier.appointment_at, dossier.received_by_id, dossier.clock)
    asked = current_engine().read(open_request, dossier.id)
    facts = current_engine().read(facts_of, dossier.version_id)
    owed = sum(line.amount for line in due(current_engine().read(lines_of, dossier.id)))
    return render_template(
        "portal/tracking.html", dossier=dossier, left=left, secret=secret, finished=dossier.finished_at is not None,
        asked=asked,
        owed=owed,
        next_step=gettext(_next(dossier, facts.kind), unit=dossier.received_by),
        missing=_missing(dossier, facts, asked) if asked else [])


def _next(dossier: Tracked, kind: Kind) -> str:
    """A petition has its own time for a first answer (Decree 20/2008), everything else eight working hours."""
    waits = dossier.status is NationalStatus.SUBMITTED
    return f"portal.next_{'petition' if waits and kind is Kind.PETITION else dossier.status.name.lower()}"


def _missing(dossier: Tracked, facts: ProcedureFacts, asked: SupplementRequest) -> list[str]:
    """What the officer marked, by the names of the procedure; his own words may name people and stay away."""
    engine = current_engine()
    form = engine.form(dossier.version_id, facts.application_form)
    named = [paper_name(each, dossier.version_id) for each in engine.read(components, dossier.id)
             if each.key in asked.missing]
    return [*named, *(in_language(each.label) for each in form.fields if each.key in asked.wrong_fields)]


def _not_found(code: str, text: str, status: int) -> ResponseReturnValue:
    """The same answer for a wrong code and a wrong secret."""
    return render_template("portal/track.html", code=code[:50], problems=[("code", text)]), status
