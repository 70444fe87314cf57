"""Saying how it was, by the code and secret of the receipt: those who filed at the counter have no account."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.portal.tracking import RATE
from app.portal.views import blueprint
from app.security import limiter, public
from app.wiring import current_actor, current_engine
from engine.commands.ratings import LONGEST_COMMENT, RateDossier
from engine.domain.dossier import FINISHED
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.rating import RatingLevel, RatingReason
from engine.queries.own_dossiers import rating_of
from engine.queries.tracking import Tracked, tracked


@blueprint.get("/tra-cuu/<code>/<secret>/danh-gia")
@limiter.limit(RATE)
@public
def rate_tracked(code: str, secret: str) -> ResponseReturnValue:
    return _page(_finished(code, secret), secret, "")


@blueprint.post("/tra-cuu/<code>/<secret>/danh-gia")
@limiter.limit(RATE)
@public
def save_tracked_rating(code: str, secret: str) -> ResponseReturnValue:
    dossier = _finished(code, secret)
    given = RateDossier(dossier.id, request.form.get("level", ""), tuple(request.form.getlist("reasons")),
                        request.form.get("comment", "")[:LONGEST_COMMENT], secret)
    try:
        current_engine().execute(given, current_actor())
    except InvalidInput as refused:
        level = "level" in refused.facts["problems"]
        problem = gettext("portal.rating_level_needed" if level else "portal.rating_reasons_needed")
        return _page(dossier, secret, problem), 422
    return redirect(url_for("portal.rate_tracked", code=code, secret=secret), 303)


def _finished(code: str, secret: str) -> Tracked:
    """Raises NotFound, whichever of the two is wrong, and before the end."""
    dossier = current_engine().read(tracked, code, secret)
    if dossier is None or dossier.status not in FINISHED:
        raise NotFound(what="dossier")
    return dossier


def _page(dossier: Tracked, secret: str, problem: str) -> str:
    return render_template(
        "portal/rating.html", dossier=dossier, problem=problem, rating=current_engine().read(rating_of, dossier.id),
        secret=secret,
        levels=RatingLevel, reasons=RatingReason, chosen=request.form)
