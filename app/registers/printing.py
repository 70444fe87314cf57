"""What the templates of living documents are given: follow-up book, handover note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from app.drawn import procedure_name
from app.filters import VIETNAM, day
from app.labels import label
from engine.domain.dossier import DeliveryStatus, NationalStatus
from engine.domain.organisation import Unit
from engine.domain.paper import Slip
from engine.domain.rulepack import applicable
from engine.queries.register import RegisterEntry, Volume

COLUMNS = ("ordinal", "code", "procedure", "sets", "owner", "contact", "agency", "accepted", "due", "transferred",
           "finished", "returned", "delivery", "signature", "note")
"""Of form 06/07, in its order."""

WAYS = {DeliveryStatus.HANDED_OVER: "registers.way_counter", DeliveryStatus.SENT: "registers.way_postal"}
"""How the applicant got the result; nothing before that."""


def register_data(unit: Unit, volume: Volume, entries: Sequence[RegisterEntry], now: datetime) -> dict[str, Any]:
    """For `register.typ`."""
    return {**head(unit, now), "year": volume.year, "month": volume.month or "", "rows": printed_rows(entries)}


def handover_data(unit: Unit, receiver: str, entries: Sequence[RegisterEntry], officer: str,
                  now: datetime) -> dict[str, Any]:
    """For `handover.typ`."""
    rows = [{"code": each.dossier.code or "", "procedure": each.dossier.procedure_name,
             "owner": each.dossier.owner.name, "due_at": _local(each.dossier.appointment_at)} for each in entries]
    return {**head(unit, now), "to": receiver, "officer": officer, "rows": rows}


def printed_rows(entries: Sequence[RegisterEntry]) -> list[list[str]]:
    """The lines as they leave the office: in Vietnamese, whatever language the reader of the page has chosen."""
    with force_locale("vi"):
        return [register_row(each) for each in entries]


def register_row(entry: RegisterEntry) -> list[str]:
    """One line of the book in the language of its reader."""
    it = entry.dossier
    status = "" if it.national_status is NationalStatus.RETURNED else label(it.national_status)
    delivery = gettext(WAYS[it.delivery_status]) if it.delivery_status in WAYS else ""
    procedure = procedure_name(it.procedure_name, it.version_id)
    contact = "; ".join(filter(None, (it.owner.address, it.owner.phone)))
    return [str(entry.ordinal or ""), it.code or "", procedure, "1", it.owner.name, contact, entry.competent,
            day(it.accepted_at), day(it.appointment_at), day(entry.transferred_at), day(it.finished_at),
            day(it.returned_at), delivery, "", status]


def register_template(volume: Volume) -> str:
    """The form of the decree in force at the end of the volume."""
    pack = applicable(volume.span[1].astimezone(VIETNAM).date())
    return f"{pack.code}/{Slip.REGISTER.value}"


def head(unit: Unit, now: datetime) -> dict[str, Any]:
    """The unit in whose name the document speaks."""
    return {"head": {"parent": "", "unit": unit.name, "phone": unit.phone, "place": ""}, "issued_on": _local(now)}


def _local(at: datetime | None) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="minutes") if at else ""
