"""The follow-up book of a unit and year: a page, a spreadsheet, a printed book, and handover notes for a batch."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from app.paging import page_number
from app.papers_view import pdf_answer
from app.registers.printing import COLUMNS, handover_data, printed_rows, register_data, register_row, register_template
from app.registers.sheets import XLSX, sheet
from app.registers.views import blueprint
from app.security import requires
from app.wiring import current_actor, current_engine
from engine.domain.actor import Role
from engine.domain.organisation import Unit
from engine.queries import register as queries
from engine.queries.register import Volume

READERS = (Role.RECEPTION_OFFICER, Role.RETURN_OFFICER, Role.CENTRE_HEAD, Role.CLERK, Role.AUDITOR)
HANDERS = (Role.RECEPTION_OFFICER, Role.RETURN_OFFICER, Role.CLERK)
"""Who hands dossiers over to the agencies, and signs for it on the note."""
FIRST_YEAR, LAST_YEAR = 2018, 2100
MOST_PRINTED = 3000
"""Lines of a printed book; a busier year is printed month by month."""


@blueprint.get("/so-theo-doi")
@requires(*READERS)
def book() -> ResponseReturnValue:
    units = current_engine().read(queries.volumes, current_actor())
    if not units:
        return render_template("registers/no_book.html")
    unit, volume = _chosen(units)
    page = current_engine().read(queries.register, current_actor(), volume, page_number())
    rows = [(each, register_row(each)) for each in page.rows]
    return render_template("registers/book.html", units=units, unit=unit, volume=volume, page=page, rows=rows,
                           columns=COLUMNS, hands_over=any(current_actor().has(role, unit.id) for role in HANDERS),
                           years=range(current_engine().today().year, FIRST_YEAR - 1, -1))


@blueprint.get("/so-theo-doi.xlsx")
@requires(*READERS)
def spreadsheet() -> ResponseReturnValue:
    unit, volume = _chosen(current_engine().read(queries.volumes, current_actor()))
    entries = current_engine().read(queries.whole_register, current_actor(), volume)
    with force_locale("vi"):
        names = [gettext(f"registers.column_{name}") for name in COLUMNS]
        title = gettext("registers.book_of", unit=unit.name, year=volume.year)
    answer = Response(sheet(title, names, printed_rows(entries)), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"so-theo-doi-{volume.year}.xlsx")
    return answer


@blueprint.get("/so-theo-doi.pdf")
@requires(*READERS)
def printed() -> ResponseReturnValue:
    unit, volume = _chosen(current_engine().read(queries.volumes, current_actor()))
    entries = current_engine().read(queries.whole_register, current_actor(), volume, MOST_PRINTED + 1)
    if len(entries) > MOST_PRINTED:
        flash(gettext("registers.choose_month", most=MOST_PRINTED), "warning")
        return redirect(url_for("registers.book", **_address(volume)), 303)
    now = current_engine().clock.now()
    data = register_data(unit, volume, entries, now)
    pdf = current_engine().documents.render(register_template(volume), data, now)
    return pdf_answer(pdf, f"so-theo-doi-{volume.year}.pdf")


@blueprint.post("/so-theo-doi/ban-giao")
@requires(*HANDERS)
def handover() -> ResponseReturnValue:
    """Dossiers of several agencies go on several notes; the first agency's is printed, the others are named."""
    entries = current_engine().read(queries.entries_named, current_actor(), request.form.getlist("ho-so"))
    if not entries:
        flash(gettext("registers.nothing_chosen"), "warning")
        return redirect(url_for("registers.book"), 303)
    receivers = sorted({each.competent for each in entries})
    if len(receivers) > 1:
        flash(gettext("registers.one_receiver", names=", ".join(receivers)), "warning")
        return redirect(url_for("registers.book"), 303)
    units = {each.id: each for each in current_engine().read(queries.volumes, current_actor())}
    unit, now = units[entries[0].dossier.received_by], current_engine().clock.now()
    data = handover_data(unit, receivers[0], entries, current_actor().name, now)
    return pdf_answer(current_engine().documents.render("handover", data, now), "giay-ban-giao.pdf")


def _chosen(units: tuple[Unit, ...]) -> tuple[Unit, Volume]:
    """Unit, year and month from the address; anything impossible is the first book, this year, the whole year."""
    if not units:
        abort(404)
    unit = next((each for each in units if each.id == request.args.get("don-vi")), units[0])
    this_year = current_engine().today().year
    year = _number("nam", this_year)
    month = _number("thang", 0)
    return unit, Volume(unit.id, year if FIRST_YEAR <= year <= LAST_YEAR else this_year, month if month <= 12 else 0)


def _address(volume: Volume) -> dict[str, Any]:
    return {"don-vi": volume.unit_id, "nam": volume.year, "thang": volume.month or None}


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
