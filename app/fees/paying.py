"""What a payer sees, and the door at which the gateway tells what happened.

The address of a payment cannot be guessed and its page names nobody, so it needs no signing in: the gateway sends the
payer back to it in whatever browser he is in.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.destinations import safe_path
from app.fees.views import blueprint
from app.security import csrf, public, takes_at_most
from app.wiring import current_engine, current_settings
from engine.commands.payments import as_told
from engine.domain.actor import SYSTEM
from engine.domain.errors import GatewayUnavailable, NoticeRefused
from engine.domain.payment import PaymentState
from engine.queries import fees as queries

LARGEST_NOTICE = 16 * 1024
TAKEN, REFUSED, UNREADABLE = "00", "97", "99"
"""`MaLoi` of our answer: taken (also when it was taken before), not signed by the gateway, not readable."""


@blueprint.get("/thanh-toan/<payment_id>")
@public
def payment(payment_id: str) -> ResponseReturnValue:
    seen = current_engine().read(queries.payment_view, payment_id)
    online = current_engine().payments is not None and seen.payment.state is PaymentState.PENDING
    return render_template("fees/payment.html", seen=seen, online=online,
                           back=safe_path(seen.payment.return_url) or url_for("portal.home"))


@blueprint.get("/thanh-toan/<payment_id>/di")
@public
def go(payment_id: str) -> ResponseReturnValue:
    """On to the gateway. A link and not a form, because forms of ours lead nowhere else."""
    engine = current_engine()
    if engine.payments is None:
        raise GatewayUnavailable(reason="not_configured")
    seen = engine.read(queries.payment_view, payment_id)
    if seen.payment.state is not PaymentState.PENDING:
        return redirect(url_for("fees.payment", payment_id=payment_id), 303)
    here = f"{current_settings().public_url}{url_for('fees.payment', payment_id=payment_id)}"
    order = engine.read(queries.order_of, payment_id, here, engine.clock.now())
    return redirect(engine.payments.begin(order), 303)


@blueprint.post("/cong-thanh-toan/thong-bao")
@takes_at_most(LARGEST_NOTICE)
@public
def notice() -> ResponseReturnValue:
    """The gateway tells what happened. Its signature is the only thing that lets it in."""
    payload = _payload()
    if payload is None:
        return _answer(UNREADABLE, 400)
    try:
        current_engine().execute(as_told(payload), SYSTEM)
    except GatewayUnavailable:
        return _answer(UNREADABLE, 404)
    except NoticeRefused:
        return _answer(REFUSED, 403)
    return _answer(TAKEN, 200)


csrf.exempt(notice)     # it comes from another machine, and says who it is by its signature


def _payload() -> dict[str, Any] | None:
    if request.mimetype != "application/json":
        return None
    try:
        given = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _answer(code: str, status: int) -> Response:
    answer = jsonify(MaLoi=code)
    answer.status_code = status
    return answer
