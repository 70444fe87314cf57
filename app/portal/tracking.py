"""Tracking by code and secret: no sign-in, no JavaScript, nobody's name."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.portal.views import blueprint
from app.security import limiter, public
from app.timeleft import time_left
from app.wiring import current_engine
from engine.queries.tracking import tracked

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
    if current_engine().read(tracked, code, secret) is None:
        return _not_found(code, gettext("portal.not_found"), 404)
    return redirect(url_for("portal.tracking", code=code, secret=secret), 303)


@blueprint.get("/tra-cuu/<code>/<secret>")
@limiter.limit(RATE)
@public
def tracking(code: str, secret: str) -> ResponseReturnValue:
    dossier = current_engine().read(tracked, code, secret)
    if dossier is None:
        return _not_found(code, gettext("portal.not_found"), 404)
    left = time_left(dossier.due_at, dossier.received_by_id, dossier.clock)
    finished = dossier.finished_at is not None
    return render_template("portal/tracking.html", dossier=dossier, left=left, finished=finished)


def _not_found(code: str, text: str, status: int) -> ResponseReturnValue:
    """The same answer for a wrong code and a wrong secret."""
    return render_template("portal/track.html", code=code[:50], problems=[("code", text)]), status
