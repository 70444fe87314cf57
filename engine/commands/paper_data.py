"""What a paper says: the snapshot of the dossier at the moment of issue, in the words and order of its form.

Instants stand as local ISO texts and terms as `3 working_day`; the template turns them into Vietnamese words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.commands.context import Context
from engine.commands.terms import kind_of
from engine.domain.absence import Capacity
from engine.domain.actor import ActorKind
from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.dossier import ComponentState, Dossier, DossierComponent
from engine.domain.handover import HandOver, Holding, hand_overs
from engine.domain.organisation import Unit
from engine.domain.paper import Slip
from engine.domain.procedure import Kind
from engine.forms import schema as form_schema

ORIGIN = re.compile(r"(?:xã(?! hội)|phường|thị trấn|đặc khu|quận|huyện|thành phố|tỉnh)\s+(?P<place>[^,]+?)\s*$")
NOT_HANDED_IN = (ComponentState.REQUIRED, ComponentState.NOT_APPLICABLE)
GIVEN = ("reason", "new_due_at", "stage", "decision_text", "money", "signer", "signer_title", "signing_capacity",
         "responsible", "requested_by", "phase2_received_at", "phase2_due_at")
"""What a diagram or an occasion may add to the snapshot; everything else of its variables stays out of the paper."""
DECIDED_BESIDE = {Slip.APOLOGY: Kind.APOLOGY, Slip.STOP: Kind.WITHDRAWAL}
"""Slips that the head of the agency signs, and the kind of the procedure in which he decides on them."""


def speaking(dossier: Dossier, slip: Slip) -> str:
    """The unit in whose name the slip is issued: the counter until acceptance, then the agency that handles it.

    The counter keeps the control slip, too.
    """
    at_intake = dossier.code is None or slip in (Slip.RECEIPT, Slip.CONTROL)
    return dossier.received_by if at_intake else dossier.competent


def snapshot(ctx: Context, dossier: Dossier, slip: Slip, given: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the form asks for but its number."""
    units = ctx.uow.papers.units([dossier.received_by, dossier.competent])
    components = ctx.uow.papers.components(dossier.id)
    applicant = dossier.submitter or dossier.owner
    return {
        **common(dossier, units, speaking(dossier, slip), ctx.now),
        **_signer(ctx, dossier, slip),
        **{name: given[name] for name in GIVEN if given.get(name) not in (None, "")},
        "officer": ctx.actor.name if ctx.actor.kind is ActorKind.STAFF else "",
        "submitter": dossier.submitter.name if dossier.submitter else "",
        "basis": dossier.submitter.basis if dossier.submitter else "",
        "address": applicant.address, "phone": applicant.phone, "email": applicant.email,
        "id_number": applicant.id_number,
        "components": _table(each for each in components if each.state not in NOT_HANDED_IN),
        "missing": _table(each for each in components if each.key in set(given.get("missing") or ())),
        "wrong": _labels(ctx, dossier, given.get("wrong_fields") or ()),
        "sets": 1, "term": dossier.term, "channel": dossier.channel.name.lower(),
        "received_at": local(dossier.accepted_at), "due_at": local(_promised(dossier, given)),
        "submitted_at": local(dossier.submitted_at), "original_due_at": local(dossier.original_due_at),
        **(control(dossier, units, _holdings(ctx, dossier), ctx.calendars.of) if slip is Slip.CONTROL else {}),
    }


def control(dossier: Dossier, units: Mapping[str, tuple[Unit, str]], holdings: Sequence[Holding],
            calendar_of: Callable[[str], WorkingCalendar]) -> dict[str, Any]:
    """What the control slip says besides: every hand-over so far, and who worked on it with the agency."""
    rows = hand_overs(holdings, calendar_of)
    named = {units[each][0].name for each in (dossier.received_by, dossier.competent)}
    return {"coordinating": sorted({each.receiver.unit for each in rows} - named),
            "rows": [_hand_over(each) for each in rows]}


def common(dossier: Dossier, units: Mapping[str, tuple[Unit, str]], speaker: str, at: datetime) -> dict[str, Any]:
    """The head of every paper, and which dossier it is about."""
    unit, parent = units[speaker]
    counter, _ = units[dossier.received_by]
    return {
        "head": {"parent": parent, "unit": unit.name, "phone": unit.phone or counter.phone,
                 "place": place_of(unit) or place_of(counter)},
        "counter": {"name": counter.name, "address": counter.address, "phone": counter.phone},
        "competent": units[dossier.competent][0].name if dossier.competent in units else unit.name,
        "issued_on": local(at), "code": dossier.code or "", "secret": dossier.tracking_secret,
        "owner": dossier.owner.name, "owner_address": dossier.owner.address,
        "request": dossier.subject or dossier.procedure_name, "procedure": dossier.procedure_name,
    }


def place_of(unit: Unit) -> str:
    """The name that stands before the date: `Tân An` for whoever sits in `xã Tân An`."""
    found = next((match for match in map(ORIGIN.search, (unit.address, unit.name)) if match), None)
    return found["place"] if found else ""


def local(at: datetime | None) -> str:
    """An instant as a clock in Vietnam shows it; empty for none."""
    return at.astimezone(VIETNAM).isoformat(timespec="minutes") if at else ""


def _holdings(ctx: Context, dossier: Dossier) -> Sequence[Holding]:
    """The step that is being done right now is not stored yet: whoever does it holds the dossier."""
    found = ctx.uow.papers.holdings(_own(ctx, dossier))
    return [each if each.left_at or each is not found[-1] else replace(each, holder=ctx.actor.name) for each in found]


def _hand_over(row: HandOver) -> dict[str, str]:
    return {"from_unit": row.giver.unit, "to_unit": row.receiver.unit, "at": local(row.at), "giver": row.giver.holder,
            "receiver": row.receiver.holder, "step": row.giver.step,
            "verdict": row.punctuality.value if row.punctuality else ""}


def _promised(dossier: Dossier, given: Mapping[str, Any]) -> datetime | None:
    """With a second phase on the paper, its first promise stays what it was."""
    return dossier.original_due_at if given.get("phase2_due_at") else dossier.appointment_at


def _signer(ctx: Context, dossier: Dossier, slip: Slip) -> dict[str, str]:
    """Who approved what the head of the agency signs; a diagram may name somebody else."""
    if slip not in DECIDED_BESIDE:
        return {}
    return signature(ctx, dossier, speaking(dossier, slip), DECIDED_BESIDE[slip])


def signature(ctx: Context, dossier: Dossier, agency_id: str, beside: Kind | None = None) -> dict[str, str]:
    """The name of whoever approved and what stands before the office when it was a stand-in (NĐ 30/2020).

    Approved in the dossier's own diagram, or in the procedure `beside` it where one of that kind was begun.
    """
    approved = ctx.uow.papers.last_done(_deciding(ctx, dossier, beside), "approve", agency_id)
    if approved is None:
        return {}
    capacity = "" if approved.capacity is Capacity.NONE else f"{approved.capacity.value}."
    return {"signer": approved.name, "signing_capacity": capacity}


def _deciding(ctx: Context, dossier: Dossier, beside: Kind | None) -> list[str]:
    begun = [each.instance_id for each in ctx.uow.instances.followers(dossier.id)
             if beside is not None and each.version_id != dossier.version_id
             and kind_of(ctx, each.version_id) is beside]
    return begun or _own(ctx, dossier)


def _own(ctx: Context, dossier: Dossier) -> list[str]:
    followers = ctx.uow.instances.followers(dossier.id)
    return [each.instance_id for each in followers if each.version_id == dossier.version_id]


def _table(components: Any) -> list[dict[str, Any]]:
    rows: Sequence[DossierComponent] = tuple(components)
    return [{"name": each.name, "originals": each.originals, "copies": each.copies,
             "by_data": each.state is ComponentState.REPLACED_BY_DATA} for each in rows]


def _labels(ctx: Context, dossier: Dossier, keys: Sequence[str]) -> list[str]:
    """The questions of the application form by their Vietnamese names; a key that the form lacks stays a key."""
    if not keys:
        return []
    version = ctx.version(dossier.version_id)
    form = version.forms.get(str(version.facts.get("application_form") or "application"))
    named = {each.key: each.label.vi for each in form_schema.published(form).fields} if form else {}
    return [named.get(str(key), str(key)) for key in keys]
