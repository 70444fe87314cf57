"""The paper handed over at the end: receipt with appointment, request for what is missing, or refusal.

Fields and their order are those of forms 01, 02 and 03 of Circular 01/2018/TT-VPCP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import segno
from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.counter.views import blueprint
from app.security import requires
from app.wiring import current_actor, current_engine, current_settings
from engine.domain.actor import Role
from engine.domain.dossier import Dossier, DossierComponent, NationalStatus
from engine.queries.task import DossierFile, dossier_file, dossier_variables

READERS = (Role.RECEPTION_OFFICER, Role.RETURN_OFFICER, Role.CENTRE_HEAD, Role.CASE_OFFICER,
           Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the officer decided and why; `missing` are the papers asked for."""

    reason: str
    missing: tuple[DossierComponent, ...]


@blueprint.get("/ho-so/<dossier_id>/giay-tiep-nhan")
@requires(*READERS)
def receipt(dossier_id: str) -> ResponseReturnValue:
    file = current_engine().read(dossier_file, current_actor(), dossier_id)
    if file.dossier.code is None:
        template = "refusal" if file.dossier.national_status is NationalStatus.REFUSED else "guidance"
        return render_template(f"counter/{template}.html", file=file, decision=_decision(file))
    link = tracking_link(file.dossier)
    return render_template("counter/receipt.html", file=file, link=link, qr=_qr(link))


def tracking_link(it: Dossier) -> str:
    """The address behind the QR code: opens the tracking page without typing."""
    path = url_for("portal.tracking", code=it.code, secret=it.tracking_secret)
    return f"{current_settings().public_url}{path}"


def _qr(link: str) -> Markup:
    """Inline, so that the page prints without another request; segno writes no style attribute."""
    return Markup(segno.make(link, error="m", micro=False).svg_inline(scale=3, border=2))  # noqa: S704 - made by segno from our own address


def _decision(file: DossierFile) -> Decision:
    known: Any = current_engine().read(dossier_variables, file.dossier.id)
    asked = set(known.get("missing") or ())
    return Decision(str(known.get("reason") or ""), tuple(each for each in file.components if each.key in asked))
