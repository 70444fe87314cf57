"""Is this document real? By its code, or by the file itself. Anybody may ask, nobody's name is told."""

from __future__ import annotations

import hashlib

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.registers.views import blueprint
from app.security import limiter, public, takes_files
from app.wiring import current_engine
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.signature import SignatureCheck, verdict_of
from engine.queries import papers as queries
from engine.queries.papers import Document

RATE = "20 per minute"
"""A check reads and reckons; codes cannot be tried out in bulk."""

LARGEST = 20 * 1024 * 1024


@blueprint.get("/xac-minh")
@limiter.limit(RATE)
@public
def verify() -> ResponseReturnValue:
    code = request.args.get("ma", "").strip()
    if not code:
        return _page(code)
    document = current_engine().read(queries.document_by_code, code)
    if document is None:
        return _page(code, problems=[("ma", gettext("registers.no_such_code"))]), 404
    return _page(code, document, _checks_of(document), asked=True, same=True)


@blueprint.post("/xac-minh")
@limiter.limit(RATE)
@takes_files
@public
def verify_file() -> ResponseReturnValue:
    given = request.files.get("tep")
    content = given.stream.read(LARGEST + 1) if given else b""
    try:
        if not content or len(content) > LARGEST:
            raise InvalidInput(problems={"file": "not_a_pdf"})
        checks = current_engine().signatures.check(content)
    except InvalidInput:
        return _page("", problems=[("tep", gettext("registers.pdf_needed"))]), 422
    document = current_engine().read(queries.document_by_hash, hashlib.sha256(content).hexdigest())
    return _page("", document, checks, asked=True, same=document is not None)


def _checks_of(document: Document) -> tuple[SignatureCheck, ...]:
    if document.path is None:
        return ()
    try:
        return current_engine().signatures.check(current_engine().files.get(document.path))
    except (NotFound, InvalidInput):
        return ()


def _page(code: str, document: Document | None = None, checks: tuple[SignatureCheck, ...] = (), *,
          asked: bool = False, same: bool = False, problems: list[tuple[str, str]] | None = None) -> str:
    verdict = verdict_of(checks)
    if document is not None and document.revocation is not None:
        outcome = "revoked"
    else:
        outcome = verdict.value if verdict else "unsigned"
    return render_template("registers/verify.html", code=code, document=document, checks=checks, outcome=outcome,
                           asked=asked, same=same, problems=problems or [])
