"""Telling people: every occasion that concerns the applicant queues notices in the transaction that causes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine.commands.context import Context
from engine.commands.papers import HANDED_OVER
from engine.domain import procedure
from engine.domain.actor import Role
from engine.domain.calendar import VIETNAM
from engine.domain.citizen import CitizenProfile
from engine.domain.dossier import Dossier, Party
from engine.domain.errors import InvalidInput
from engine.domain.notice import Address, Notice, NoticeChannel, NoticeStatus, address_problem, addressed
from engine.domain.occasion import Happening, Occasion
from engine.domain.paper import Slip

ONCE_LENGTH = 60
TASK = "send_notice"

INTERNAL = frozenset({Occasion.TRANSFERRED, Occasion.DUE_SOON, Occasion.RATED, Occasion.PAPERS_MISSED})
"""Nothing the applicant has to know or do."""

GIVEN_BY_VARIABLES = ("reason",)

ENCLOSED: Mapping[Occasion, Slip] = {**HANDED_OVER, Occasion.REAPPOINTED: Slip.APOLOGY}
"""Slips that go along with an e-mail, so that nobody has to come for them."""


def tell_people(ctx: Context, happening: Happening) -> None:
    """Queues a notice for every occasion that concerns the applicant."""
    event = event_of(happening)
    if happening.occasion in INTERNAL or not ctx.notices.knows(event):
        return
    facts = {name: _text(happening.variables.get(name)) for name in GIVEN_BY_VARIABLES}
    for address in addresses(ctx, happening.dossier):
        missing = {"missing": _missing(ctx, happening, address.language)}
        enclosed = _enclosed(ctx, happening) if address.channel is NoticeChannel.EMAIL else ()
        queue(ctx, happening.dossier, event, facts | missing, to=(address,), attachments=enclosed)


def tell_heads(ctx: Context, dossier: Dossier, event: str, facts: Mapping[str, str], once: str) -> None:
    """The heads of the centre that received the dossier find it in their accounts, once for each occurrence `once`.

    Raises InvalidInput for a fact that the text needs.
    """
    heads = ctx.uow.organisation.holders(dossier.received_by, Role.CENTRE_HEAD)
    queue(ctx, dossier, event, facts, to=[Address(NoticeChannel.ACCOUNT, each) for each in heads], once=once)


def event_of(happening: Happening) -> str:
    """The text that fits; a result on an earlier day than promised is told as such (NĐ 61/2018 Art. 19)."""
    dossier = happening.dossier
    if happening.occasion is not Occasion.COMPLETED or not (dossier.finished_at and dossier.due_at):
        return happening.occasion.value
    early = dossier.finished_at.astimezone(VIETNAM).date() < dossier.due_at.astimezone(VIETNAM).date()
    return "early_finish" if early else happening.occasion.value


def queue(ctx: Context, dossier: Dossier, event: str, facts: Mapping[str, str], *,
          to: Sequence[Address] | None = None, once: str = "", attachments: Sequence[str] = ()) -> tuple[str, ...]:
    """Tells whoever filed the dossier (or `to`) of an event. Returns the ids of what was newly queued.

    `once` tells one occurrence of the event from the next; left out, it is the version of the dossier.
    Raises NotFound for an event without a text, InvalidInput for a fact that is missing.
    """
    occurrence = (once or str(dossier.lock_version))[:ONCE_LENGTH]
    told = {**_standing(ctx, dossier), **facts}
    queued = []
    for address in addresses(ctx, dossier) if to is None else to:
        written = ctx.notices.write(event, address.channel, address.language, told)
        it = Notice(
            id=ctx.uow.new_id(), dossier_id=dossier.id, event=event, channel=address.channel,
            recipient=address.recipient, language=address.language, subject=written.subject, text=written.text,
            dedupe_key=f"{dossier.id}:{event}:{occurrence}:{address.channel.value}:{_digest(address.recipient)}",
            created_at=ctx.now, next_at=ctx.now, attachments=tuple(attachments))
        queued += [it.id] if add(ctx, it) else []
    return tuple(queued)


def queue_code(ctx: Context, channel: NoticeChannel, recipient: str, code: str, language: str,
               minutes: int = 10) -> str:
    """Sends a one-time code. The text is wiped once it is sent or too old. Raises InvalidInput for the recipient."""
    address = Address(channel, recipient, language)
    problem = address_problem(address)
    if problem or channel is NoticeChannel.ACCOUNT:
        raise InvalidInput(problems={"recipient": problem or "required"})
    written = ctx.notices.write("contact_code", channel, language, {"code": code, "minutes": str(minutes)})
    notice_id = ctx.uow.new_id()
    add(ctx, Notice(
        id=notice_id, dossier_id=None, event="contact_code", channel=channel, recipient=recipient, language=language,
        subject=written.subject, text=written.text, dedupe_key=f"code:{notice_id}", created_at=ctx.now,
        next_at=ctx.now, secret=True, expires_at=ctx.now + timedelta(minutes=minutes)))
    return notice_id


def add(ctx: Context, it: Notice) -> bool:
    """Writes the notice and queues its first attempt. False when it was there before."""
    if it.channel is NoticeChannel.ACCOUNT:
        return ctx.uow.notices.add(replace(it, status=NoticeStatus.SENT, sent_at=ctx.now))
    if not ctx.uow.notices.add(it):
        return False
    enqueue(ctx, it, it.id, 0)
    return True


def enqueue(ctx: Context, it: Notice, key: str, wait_s: float) -> None:
    """One at a time per channel: a provider that hangs holds one thread of the worker and no more."""
    ctx.uow.enqueue(TASK, it.id, key=f"notice:{key}", delay_s=wait_s, partition=f"notices:{it.channel.value}")


def addresses(ctx: Context, dossier: Dossier) -> tuple[Address, ...]:
    """Where the applicant wants to be told: what a citizen chose, else what stands in the dossier.

    Whoever filed online also finds it in the account. Without a choice e-mail goes before telephone: it costs nothing.
    """
    profile = ctx.uow.citizens.profile(dossier.submitted_by)
    if profile is None:
        return _first_usable(dossier.submitter or dossier.owner)
    chosen = (_chosen(profile, name) for name in profile.notice_channels)
    account = Address(NoticeChannel.ACCOUNT, profile.account_id, profile.language)
    return (*(each for each in chosen if each), account)


def _chosen(profile: CitizenProfile, name: str) -> Address | None:
    channel = NoticeChannel(name)
    written = profile.email if channel is NoticeChannel.EMAIL else profile.phone
    return addressed(channel, written, profile.language)


def _first_usable(party: Party) -> tuple[Address, ...]:
    found = addressed(NoticeChannel.EMAIL, party.email) or addressed(NoticeChannel.SMS, party.phone)
    return (found,) if found else ()


def _standing(ctx: Context, dossier: Dossier) -> dict[str, str]:
    unit = ctx.uow.people.unit(dossier.received_by)
    return {
        "name": (dossier.submitter or dossier.owner).name, "procedure": dossier.procedure_name,
        "code": dossier.code or "", "due": written_at(dossier.appointment_at), "url": _url(ctx, dossier),
        "unit": unit.name, "phone": unit.phone,
    }


def written_at(at: datetime | None) -> str:
    """An instant as people read it: `05/03/2026 16:30`; nothing for None."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if at else ""


def _url(ctx: Context, dossier: Dossier) -> str:
    """The tracking page: by code, or by the temporary reference of an online submission that has none yet."""
    filing = None if dossier.code else ctx.uow.applications.filing(dossier.id)
    name = dossier.code or (filing.reference if filing else None)
    page = f"{ctx.notices.public_url}/tra-cuu"
    return f"{page}/{name}/{dossier.tracking_secret}" if name else page


def _enclosed(ctx: Context, happening: Happening) -> tuple[str, ...]:
    """The slip that this occasion hands over, which was issued a moment ago; the worker makes its file if need be."""
    slip = ENCLOSED.get(happening.occasion)
    paper = ctx.uow.papers.newest(happening.dossier.id, slip) if slip else None
    return (paper.id,) if paper else ()


def _missing(ctx: Context, happening: Happening, language: str) -> str:
    """The papers that were marked as missing, by name."""
    marked = happening.variables.get("missing") or ()
    keys = {str(each) for each in marked} if isinstance(marked, list | tuple) else set()
    if not keys:
        return ""
    facts = procedure.from_mapping(ctx.version(happening.dossier.version_id).facts)
    marked_papers = (paper.name for paper in facts.components if paper.key in keys)
    return "; ".join(name.en if language == "en" else name.vi for name in marked_papers)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _digest(recipient: str) -> str:
    return hashlib.sha256(recipient.encode()).hexdigest()[:16]
