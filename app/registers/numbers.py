"""Books of numbers: how far each has come, blocks set aside for places, and the log of gaps."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.paging import page_number
from app.registers.views import blueprint
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.commands.numbers import ChooseNumbering, ReserveNumbers, ReturnNumbers
from engine.domain.actor import Role
from engine.domain.errors import InvalidInput
from engine.queries import numbering as queries
from engine.queries.people import duties
from engine.queries.seals import all_units

READERS = (Role.CLERK, Role.CENTRE_HEAD, Role.APPROVER, Role.AUDITOR)


@blueprint.get("/so-van-ban")
@requires(*READERS)
def numbers() -> ResponseReturnValue:
    return _page({}, [])


@blueprint.post("/so-van-ban/giu-so")
@requires(Role.CLERK)
def reserve() -> ResponseReturnValue:
    given = request.form
    command = ReserveNumbers(given.get("agency", ""), given.get("document_type", ""), given.get("place", ""),
                             _number("count"), _number("days"), given.get("reason", ""))
    try:
        made = current_engine().execute(command, current_actor(), given.get("key"))
    except InvalidInput as refused:
        return _page(given, _problems(refused)), 422
    flash(gettext("registers.reserved", first=made["first"], last=made["last"]), "success")
    return redirect(url_for("registers.numbers"), 303)


@blueprint.post("/so-van-ban/khoi/<reservation_id>/tra-so")
@requires(Role.CLERK)
def give_back(reservation_id: str) -> ResponseReturnValue:
    try:
        made = current_engine().execute(ReturnNumbers(reservation_id, request.form.get("reason", "")), current_actor(),
                                        request.form.get("key"))
    except InvalidInput as refused:
        return _page({}, _problems(refused)), 422
    flash(gettext("registers.given_back", number=made["gaps"]), "success")
    return redirect(url_for("registers.numbers"), 303)


@blueprint.post("/so-van-ban/cach-cap")
@requires(Role.CLERK)
def choose() -> ResponseReturnValue:
    given = request.form
    command = ChooseNumbering(given.get("agency", ""), given.get("document_type", ""), given.get("gap_free") == "1")
    current_engine().execute(command, current_actor(), given.get("key"))
    flash(gettext("registers.chosen"), "success")
    return redirect(url_for("registers.numbers"), 303)


def _page(given: Mapping[str, str], problems: list[tuple[str, str]]) -> str:
    read, actor = current_engine().read, current_actor()
    agencies = [each for each in read(duties, actor.id) if each.role is Role.CLERK]
    return render_template(
        "registers/numbers.html", books=read(queries.books, actor, page_number()), blocks=read(queries.blocks, actor),
        gaps=read(queries.gaps, actor, 1), agencies=agencies, units=read(all_units), given=given, problems=problems)


def _problems(refused: InvalidInput) -> list[tuple[str, str]]:
    return [(name, gettext(f"registers.problem_{name}")) for name in refused.facts["problems"]]


def _number(name: str) -> int:
    text = request.form.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
