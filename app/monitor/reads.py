"""Who looked at whose data. Auditors see that somebody looked; the data itself is not here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.monitor.views import LONGEST_TEXT, blueprint
from app.paging import page_number
from app.reading import page_name
from app.security import requires
from app.wiring import current_engine
from engine.domain.actor import Role
from engine.domain.calendar import VIETNAM
from engine.queries import reads as queries
from engine.queries.reads import ReadFilter


@blueprint.get("/giam-sat/luot-xem")
@requires(Role.AUDITOR, Role.PROCESS_ADMIN)
def reads() -> ResponseReturnValue:
    """By dossier, person and day, as the address says."""
    texts = {name: request.args.get(name, "").strip()[:LONGEST_TEXT] for name in ("dossier", "person", "day")}
    day = _day(texts["day"])
    asked = ReadFilter(texts["dossier"], texts["person"], _midnight(day), _midnight(day, 1))
    page = current_engine().read(queries.reads, asked, page_number())
    return render_template("monitor/reads.html", page=page, page_name=page_name,
                           asked=texts | {"day": day.isoformat() if day else ""})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date | None, later: int = 0) -> datetime | None:
    """When the day begins in Vietnam, or the one after it."""
    return datetime.combine(day + timedelta(days=later), time(), VIETNAM) if day and day.year < 9999 else None
