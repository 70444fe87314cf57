"""The register of seals, their keepers, and the log of their use."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.paging import page_number
from app.registers.views import blueprint
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.commands.seals import HandOverSeal, RegisterSeal
from engine.domain.actor import Role
from engine.domain.errors import InvalidInput
from engine.domain.paper import SealKind
from engine.queries import seals as queries
from engine.queries.people import duties

READERS = (Role.CLERK, Role.CENTRE_HEAD, Role.APPROVER, Role.AUDITOR)


@blueprint.get("/con-dau")
@requires(*READERS)
def seals() -> ResponseReturnValue:
    return _page({}, [])


@blueprint.post("/con-dau")
@requires(Role.CLERK)
def register_seal() -> ResponseReturnValue:
    given = request.form
    command = RegisterSeal(given.get("owner", ""), given.get("kind", ""), given.get("sign", ""),
                           given.get("keeper_unit", ""))
    try:
        current_engine().execute(command, current_actor(), given.get("key"))
    except InvalidInput as refused:
        return _page(given, _problems(refused)), 422
    flash(gettext("registers.seal_registered"), "success")
    return redirect(url_for("registers.seals"), 303)


@blueprint.post("/con-dau/<seal_id>/ban-giao")
@requires(Role.CLERK)
def hand_over_seal(seal_id: str) -> ResponseReturnValue:
    given = request.form
    command = HandOverSeal(seal_id, given.get("to_unit", ""), given.get("minutes", ""))
    try:
        current_engine().execute(command, current_actor(), given.get("key"))
    except InvalidInput as refused:
        return _page({}, _problems(refused)), 422
    flash(gettext("registers.seal_handed_over"), "success")
    return redirect(url_for("registers.seals"), 303)


def _page(given: Mapping[str, str], problems: list[tuple[str, str]]) -> str:
    read, actor = current_engine().read, current_actor()
    agencies = [each for each in read(duties, actor.id) if each.role is Role.CLERK]
    mine = {each.unit_id for each in agencies}
    return render_template(
        "registers/seals.html", seals=read(queries.seals, actor), handovers=read(queries.handovers, actor),
        uses=read(queries.uses, actor, page_number()), agencies=agencies, mine=mine, units=read(queries.all_units),
        kinds=list(SealKind), given=given, problems=problems)


def _problems(refused: InvalidInput) -> list[tuple[str, str]]:
    return [(name, gettext(f"registers.problem_{name}")) for name in refused.facts["problems"]]
