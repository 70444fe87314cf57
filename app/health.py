"""`GET /healthz`: whether this process can do its work, for machines."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.security import public
from app.wiring import current_engine
from engine.domain.errors import DatabaseUnusable

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 when the database answers and the migrations are current, 503 otherwise; the body says which part is ill."""
    try:
        health = current_engine().health()
    except DatabaseUnusable as unusable:
        return jsonify(ok=False, database="unusable", reason=unusable.facts["reason"]), 503
    return jsonify(ok=health.ok, scanner=current_engine().scanning(), **asdict(health)), 200 if health.ok else 503
