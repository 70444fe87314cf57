"""The pages of the gateway to try things with: they exist only where that one is set up, and say so in large letters.

It behaves like another system: it knows only what was announced to it, and tells through the same signed message that
the real one sends; once, twice, later, with a wrong amount, or never.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.destinations import safe_path
from app.fees.views import blueprint
from app.security import public, requires
from app.wiring import current_engine
from engine.bootstrap import LocalGateway
from engine.commands.payments import as_told
from engine.domain.actor import SYSTEM, Role

TELLING = ("once", "twice", "never", "wrong")
KEEPERS = (Role.CASHIER, Role.CENTRE_HEAD, Role.PROCESS_ADMIN, Role.SYS_ADMIN)


@blueprint.get("/cong-thanh-toan-thu/<reference>")
@public
def play(reference: str) -> ResponseReturnValue:
    return render_template("fees/play.html", order=_gateway().order(reference), telling=TELLING)


@blueprint.post("/cong-thanh-toan-thu/<reference>")
@public
def play_act(reference: str) -> ResponseReturnValue:
    gateway, now = _gateway(), current_engine().clock.now()
    act = gateway.give_up if request.form.get("act") == "give_up" else gateway.pay
    _tell(gateway, act(reference, now).reference, request.form.get("telling", "once"))
    back = safe_path(urlsplit(gateway.order(reference).return_url).path)
    return redirect(back or url_for("portal.home"), 303)


@blueprint.get("/cong-thanh-toan-thu")
@requires(*KEEPERS)
def play_orders() -> ResponseReturnValue:
    return render_template("fees/play_orders.html", orders=_gateway().orders()[:100], today=current_engine().today())


@blueprint.post("/cong-thanh-toan-thu/<reference>/gui-lai")
@requires(*KEEPERS)
def play_again(reference: str) -> ResponseReturnValue:
    _tell(_gateway(), reference, "once")
    flash(gettext("fees.play_told"), "success")
    return redirect(url_for("fees.play_orders"), 303)


@blueprint.get("/cong-thanh-toan-thu/doi-soat/<day>")
@requires(*KEEPERS)
def play_statement(day: str) -> ResponseReturnValue:
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        abort(404)
    answer = Response(_gateway().statement_of(wanted), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"doi-soat-{wanted.isoformat()}.csv")
    return answer


def _gateway() -> LocalGateway:
    found = current_engine().test_gateway()
    if found is None:
        abort(404)
    return found


def _tell(gateway: LocalGateway, reference: str, how: str) -> None:
    """Through the same command as a message from outside, signature and all."""
    times = {"never": 0, "twice": 2}.get(how, 1)
    wrong = gateway.order(reference).amount + 1000 if how == "wrong" else None
    for _ in range(times):
        current_engine().execute(as_told(gateway.message(reference, amount=wrong)), SYSTEM)
