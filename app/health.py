"""`GET /healthz`: whether this process can do its work, for machines."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.security import public
from app.wiring import current_engine

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 when the database answers and the migrations are current, 503 otherwise; the body says which part is ill."""
    health = current_engine().health()
    return jsonify(ok=health.ok, **asdict(health)), 200 if health.ok else 503
