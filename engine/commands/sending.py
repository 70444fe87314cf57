"""What becomes of a notice: a worker takes it for an attempt, its fate is recorded, people mend what failed.

At least once: a worker that dies between the sending and the record sends again when its lease ends. While it lives,
nobody else can take the notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler, only_the_engine
from engine.commands.notices import enqueue, queue
from engine.domain.actor import Role
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.notice import (
    BACK_OFF_S,
    LEASE,
    UNSENT,
    Address,
    Notice,
    NoticeStatus,
    address_problem,
)

ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True)
class QueueNotice:
    """A diagram tells the applicant something; `act` makes it happen once."""

    dossier_id: str
    event: str
    facts: Mapping[str, str]
    act: str


@dataclass(frozen=True, slots=True)
class SendNotice:
    """A worker takes a notice for one attempt."""

    notice_id: str


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """The provider took it over in this attempt."""

    notice_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class NoticeFailed:
    """The attempt failed; `final` when no further one can succeed."""

    notice_id: str
    attempt: int
    error: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class RecordBounce:
    """The provider says later that the notice did not arrive."""

    notice_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResendNotice:
    """Tries a notice again that failed or bounced, to a corrected address when one is given."""

    notice_id: str
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class CancelNotice:
    """Gives up a notice that is of no more use, with a reason."""

    notice_id: str
    reason: str


def queue_from_diagram(ctx: Context, command: QueueNotice) -> dict[str, Any]:
    """Raises NotFound (dossier, event), InvalidInput (facts)."""
    dossier = ctx.dossier(command.dossier_id)
    return {"notice_ids": list(queue(ctx, dossier, command.event, command.facts, once=command.act))}


def claim(ctx: Context, command: SendNotice) -> dict[str, Any]:
    """`attempt` is 0 when there is nothing to send: done before, cancelled, too old, or another worker has it."""
    it = ctx.uow.notices.get(command.notice_id)
    waits = it.status is NoticeStatus.QUEUED
    abandoned = it.status is NoticeStatus.SENDING and it.next_at <= ctx.now
    if not waits and not abandoned:
        return {"attempt": 0}
    if it.expires_at is not None and it.expires_at <= ctx.now:
        _end(ctx, it, NoticeStatus.CANCELLED, "expired")
        return {"attempt": 0}
    ctx.uow.notices.save(replace(it, status=NoticeStatus.SENDING, attempts=it.attempts + 1, next_at=ctx.now + LEASE))
    return {"attempt": it.attempts + 1}


def sent(ctx: Context, command: NoticeSent) -> dict[str, Any]:
    """A record that comes late, after another worker took over, changes nothing."""
    it = ctx.uow.notices.get(command.notice_id)
    if not _in_this_attempt(it, command.attempt):
        return {"repeated": True}
    _end(ctx, replace(it, sent_at=ctx.now), NoticeStatus.SENT, "")
    return {"status": NoticeStatus.SENT.value}


def failed(ctx: Context, command: NoticeFailed) -> dict[str, Any]:
    """Back to the queue while attempts remain; then the inbox of the monitor has it."""
    it = ctx.uow.notices.get(command.notice_id)
    if not _in_this_attempt(it, command.attempt):
        return {"repeated": True}
    error = command.error[:ERROR_LENGTH]
    if command.final or it.attempts > len(BACK_OFF_S):
        _end(ctx, it, NoticeStatus.FAILED, error)
        return {"status": NoticeStatus.FAILED.value}
    wait_s = BACK_OFF_S[it.attempts - 1]
    ctx.uow.notices.save(replace(it, status=NoticeStatus.QUEUED, error=error,
                                 next_at=ctx.now + timedelta(seconds=wait_s)))
    enqueue(ctx, it, f"{it.id}-{it.attempts}", wait_s)
    return {"status": NoticeStatus.QUEUED.value}


def bounce(ctx: Context, command: RecordBounce) -> dict[str, Any]:
    """Only what was handed over can come back; hearing it twice changes nothing. Raises NotFound."""
    it = ctx.uow.notices.get(command.notice_id)
    if it.status not in (NoticeStatus.SENT, NoticeStatus.SENDING):
        return {"repeated": True}
    _end(ctx, it, NoticeStatus.BOUNCED, command.reason[:ERROR_LENGTH])
    return {"dossier_id": it.dossier_id}


def resend(ctx: Context, command: ResendNotice) -> dict[str, Any]:
    """Harmless for what is on its way. Raises InvalidInput for an impossible address, or a text that was wiped."""
    it = ctx.uow.notices.get(command.notice_id)
    if it.status not in UNSENT:
        return {"dossier_id": it.dossier_id, "repeated": True}
    if it.secret:
        raise InvalidInput(problems={"notice": "wiped"})
    recipient = command.recipient.strip() or it.recipient
    problem = address_problem(Address(it.channel, recipient))
    if problem:
        raise InvalidInput(problems={"recipient": problem})
    ctx.uow.notices.save(replace(it, recipient=recipient, status=NoticeStatus.QUEUED, attempts=0, error="",
                                 next_at=ctx.now, sent_at=None))
    enqueue(ctx, it, f"{it.id}-again-{ctx.uow.new_id()}", 0)
    return {"dossier_id": it.dossier_id}


def cancel(ctx: Context, command: CancelNotice) -> dict[str, Any]:
    """Raises InvalidInput without a reason. What is on its way or arrived is not called back."""
    if not command.reason.strip():
        raise InvalidInput(problems={"reason": "required"})
    it = ctx.uow.notices.get(command.notice_id)
    if it.status not in UNSENT | {NoticeStatus.QUEUED}:
        return {"dossier_id": it.dossier_id, "repeated": True}
    _end(ctx, it, NoticeStatus.CANCELLED, command.reason.strip()[:ERROR_LENGTH])
    return {"dossier_id": it.dossier_id}


def may_mend(ctx: Context, command: ResendNotice | CancelNotice) -> None:
    """Process administrators, and the head of the centre that received the dossier. Raises NotAllowed."""
    if ctx.actor.has(Role.PROCESS_ADMIN):
        return
    dossier_id = ctx.uow.notices.get(command.notice_id).dossier_id
    dossier = ctx.uow.dossiers.get(dossier_id) if dossier_id else None
    if dossier is None or not ctx.actor.has(Role.CENTRE_HEAD, dossier.received_by):
        raise NotAllowed()


def _in_this_attempt(it: Notice, attempt: int) -> bool:
    return it.status is NoticeStatus.SENDING and it.attempts == attempt


def _end(ctx: Context, it: Notice, status: NoticeStatus, error: str) -> None:
    """A secret has no further use once its notice has come to an end, whichever end that is."""
    text = "" if it.secret else it.text
    ctx.uow.notices.save(replace(it, status=status, error=error, text=text, next_at=ctx.now))


HANDLERS: Mapping[type, Handler] = {
    QueueNotice: Handler(queue_from_diagram, only_the_engine, "audit.queue_notice", "dossier_id"),
    SendNotice: Handler(claim, only_the_engine, "audit.send_notice", "notice_id"),
    NoticeSent: Handler(sent, only_the_engine, "audit.notice_sent", "notice_id"),
    NoticeFailed: Handler(failed, only_the_engine, "audit.notice_failed", "notice_id"),
    RecordBounce: Handler(bounce, only_the_engine, "audit.record_bounce", "notice_id"),
    ResendNotice: Handler(resend, may_mend, "audit.resend_notice", "notice_id"),
    CancelNotice: Handler(cancel, may_mend, "audit.cancel_notice", "notice_id"),
}
