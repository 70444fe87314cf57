"""What was told to whom: the log of one dossier, the inbox of what failed, a person's own list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from engine.domain.actor import Actor, Role
from engine.domain.notice import Notice, NoticeChannel, NoticeStatus, masked_recipient
from engine.domain.notice_text import sms_parts
from engine.queries.paging import Page, counts, page_of
from engine.store.dossier_tables import dossier
from engine.store.notice_rows import as_notice
from engine.store.notice_tables import notice

EVERYWHERE = (Role.PROCESS_ADMIN, Role.SYS_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of a log. `recipient` is masked; `parts` counts text messages, 0 for the other channels."""

    id: str
    dossier_id: str | None
    dossier_code: str
    event: str
    channel: NoticeChannel
    recipient: str
    status: NoticeStatus
    attempts: int
    error: str
    parts: int
    secret: bool
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadableNotice:
    """A notice in somebody's own account."""

    id: str
    dossier_id: str | None
    event: str
    subject: str
    text: str
    created_at: datetime


def notice_by_id(conn: Connection, notice_id: str) -> Notice | None:
    """The whole notice, for the worker that is about to send it."""
    row = conn.execute(select(notice).where(notice.c.id == notice_id)).one_or_none()
    return as_notice(row) if row else None


def left_lying(conn: Connection, now: datetime, before: datetime, limit: int) -> list[str]:
    """Notices that something prevented: queued and due since long, or taken by a worker whose lease has ended."""
    overlooked = and_(notice.c.status == NoticeStatus.QUEUED.value, notice.c.next_at < before)
    abandoned = and_(notice.c.status == NoticeStatus.SENDING.value, notice.c.next_at <= now)
    asked = select(notice.c.id).where(or_(overlooked, abandoned)).order_by(notice.c.next_at).limit(limit)
    return list(conn.scalars(asked))


def log_of(conn: Connection, dossier_id: str) -> tuple[NoticeRow, ...]:
    """Everything that was told about one dossier, newest first. The caller has checked who asks."""
    rows = conn.execute(_lines().where(notice.c.dossier_id == dossier_id)
                        .order_by(notice.c.created_at.desc(), notice.c.id.desc()))
    return tuple(_line(row) for row in rows)


def inbox(conn: Connection, actor: Actor, status: str, page: int = 1) -> Page[NoticeRow]:
    """Notices by status, newest first; what failed or bounced when the status is empty."""
    wanted = [status] if status else [NoticeStatus.FAILED.value, NoticeStatus.BOUNCED.value]
    asked = _seen_by(actor, _lines().where(notice.c.status.in_(wanted)))
    return page_of(conn, asked.order_by(notice.c.created_at.desc(), notice.c.id.desc()), page, _line)


def numbers(conn: Connection, actor: Actor) -> Mapping[NoticeStatus, int]:
    """How many notices are in which status."""
    asked = select(notice.c.status, func.count()).group_by(notice.c.status)
    if not _sees_all(actor):  # whoever sees all needs no dossier looked up for each notice
        theirs = select(dossier.c.id).where(dossier.c.received_by.in_(_headed_by(actor)))
        asked = asked.where(notice.c.dossier_id.in_(theirs))
    found = counts(conn, asked)
    return {status: found.get(status.value, 0) for status in NoticeStatus}


def for_account(conn: Connection, account_id: str, page: int = 1) -> Page[ReadableNotice]:
    """What somebody finds in his own account, newest first."""
    asked = select(notice).where(notice.c.channel == NoticeChannel.ACCOUNT.value, notice.c.recipient == account_id)
    newest = asked.order_by(notice.c.created_at.desc(), notice.c.id.desc())
    return page_of(conn, newest, page, lambda row: ReadableNotice(
        row.id, row.dossier_id, row.event, row.subject, row.text, row.created_at))


def _lines() -> Select[Any]:
    return select(notice, dossier.c.code).select_from(
        notice.outerjoin(dossier, dossier.c.id == notice.c.dossier_id))


def _seen_by(actor: Actor, asked: Select[Any]) -> Select[Any]:
    """The heads of centres see what concerns dossiers their centre received."""
    return asked if _sees_all(actor) else asked.where(dossier.c.received_by.in_(_headed_by(actor)))


def _sees_all(actor: Actor) -> bool:
    return any(actor.has(role) for role in EVERYWHERE)


def _headed_by(actor: Actor) -> list[str]:
    return sorted(m.unit_id for m in actor.memberships if m.role is Role.CENTRE_HEAD)


def _line(row: Row[Any]) -> NoticeRow:
    channel = NoticeChannel(row.channel)
    parts = sms_parts(row.text) if channel is NoticeChannel.SMS and row.text else 0
    return NoticeRow(
        row.id, row.dossier_id, row.code or "", row.event, channel, masked_recipient(channel, row.recipient),
        NoticeStatus(row.status), row.attempts, row.error, parts, row.secret, row.created_at, row.sent_at)
