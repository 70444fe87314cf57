"""Domain errors become pages here, and nowhere else has a status code of its own.

A page says what happened and what to do next, in the reader's language: the texts are `error.<code>.title` and
`error.<code>.next`, with the error's facts filled in.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.filters import instant
from app.labels import label
from engine.domain.errors import DomainError

log = logging.getLogger(__name__)
ISO_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}\S*")

STATUS: Mapping[str, int] = {
    "not_found": 404,
    "not_allowed": 403,
    "invalid_input": 422,
    "conflict": 409,
    "task_already_done": 409,
    "task_held_by_other": 409,
    "illegal_move": 409,
    "instance_busy": 503,
    "diagram_refused": 422,
    "invalid_credentials": 401,
    "account_locked": 429,
    "login_taken": 409,
    "code_refused": 422,
    "identity_refused": 400,
    "identity_taken": 409,
    "identity_differs": 409,
    "identity_unproven": 409,
    "last_way_in": 409,
    "too_many_codes": 429,
    "already_rated": 409,
    "duplicate_key": 409,
    "fee_undetermined": 422,
    "fees_due": 409,
    "nothing_due": 409,
    "not_refundable": 409,
    "gateway_unavailable": 503,
    "notice_refused": 403,
    "clock_backdated": 409,
    "clock_order_broken": 409,
    "clock_not_running": 409,
    "withdrawal_pending": 409,
    "second_reappointment": 409,
    "extension_refused": 409,
    "no_working_time": 409,
    "file_refused": 422,
    "file_infected": 422,
    "scanner_silent": 503,
    "too_many_files": 422,
    "too_much_uploaded": 429,
    "file_damaged": 500,
    "wrong_file_key": 500,
    "paper_not_yours": 409,
    "component_move_refused": 409,
    "procedure_not_in_force": 409,
    "unit_not_routed": 409,
    "supplement_expired": 409,
    "supplement_closed": 409,
    "not_marked": 422,
    "supplement_limit": 409,
    "twins_unseen": 409,
    "absence_overlaps": 409,
    "absence_not_yours": 403,
    "own_stand_in": 403,
    "signature_not_yours": 403,
    "result_guarded": 403,
    "permit_order": 409,
    "papers_out": 409,
    "day_taken": 409,
    "change_undone": 409,
    "document_error": 500,
    "document_failed": 500,
    "document_too_slow": 503,
    "seal_not_kept": 409,
    "database_not_empty": 409,
    "database_outdated": 503,
    "database_unusable": 503,
}
"""Every code of a domain error, with the HTTP status that says the same; a test keeps the list complete."""

HTTP_CODES: Mapping[int, str] = {
    400: "bad_request",
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
    429: "too_many_requests",
    500: "unexpected",
    503: "instance_busy",
}


def init_app(app: Flask) -> None:
    """One handler for each family; Flask picks the most particular."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def explain(error: DomainError) -> tuple[str, str]:
    """What happened and what to do next, for a page that shows an error beside its own content."""
    return _text(error.code, "title", error.facts), _text(error.code, "next", error.facts)


def said(error: DomainError) -> str:
    """Both in one line, as a message on top of a page says it."""
    return ". ".join(explain(error))


def status_of(error: DomainError) -> int:
    """The HTTP status that says the same as the error."""
    return STATUS[error.code]


def _domain_error(error: DomainError) -> ResponseReturnValue:
    log.info("refused %s %s: %s", request.method, request.path, error)
    return _page(error.code, status_of(error), error.facts)


def _form_expired(error: CSRFError) -> ResponseReturnValue:
    return _page("form_expired", 400)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()
    status = error.code or 500
    answer = _page(HTTP_CODES.get(status, "bad_request" if status < 500 else "unexpected"), status)
    if status in (405, 429):
        answer.headers.update({name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")})
    return answer


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("failed %s %s", request.method, request.path)
    return _page("unexpected", 500)


def _page(code: str, status: int, facts: Mapping[str, Any] | None = None) -> Response:
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        answer = jsonify(error=code)
    else:
        known = facts or {}
        answer = Response(render_template(
            "errors/error.html", title=_text(code, "title", known), next_step=_text(code, "next", known)))
    answer.status_code = status
    return answer


def _text(code: str, part: str, facts: Mapping[str, Any]) -> str:
    """The sentence with the facts filled in; a sentence that names an unknown fact keeps a dash in its place."""
    return str(gettext(f"error.{code}.{part}")) % _Known({name: _said(value) for name, value in facts.items()})


def _said(value: Any) -> Any:
    """Instants as people read them; a stored answer of a command holds them as ISO text. Members by their names."""
    if isinstance(value, Enum):
        return label(value)
    if isinstance(value, str) and ISO_INSTANT.fullmatch(value):
        value = datetime.fromisoformat(value)
    return instant(value) if isinstance(value, datetime) else value


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "–"
