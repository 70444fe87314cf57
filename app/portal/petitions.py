"""Complaints and proposals about procedures (phản ánh, kiến nghị; Decree 20/2008): where they are made and followed."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.portal.views import blueprint, everything
from app.security import public
from engine.domain.procedure import Channel, Kind
from engine.queries.counter import Offered

LONGEST_CODE = 50
ABOUT = "ho-so"
"""In an address: the dossier that a petition is about."""


@blueprint.get("/phan-anh")
@public
def petitions() -> ResponseReturnValue:
    return render_template("portal/petitions.html", procedures=petition_procedures(), about=about_dossier())


def about_dossier() -> dict[str, str]:
    """The dossier named in the address, ready to be handed on to the next one; nothing where none is."""
    code = request.args.get(ABOUT, "").strip()[:LONGEST_CODE]
    return {ABOUT: code} if code else {}


def petition_procedures() -> list[Offered]:
    """Those by which a petition is handled here, online."""
    return [each for each in everything()
            if each.facts.kind is Kind.PETITION and Channel.ONLINE in each.facts.channels]
