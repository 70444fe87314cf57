"""What waits to happen by itself: messages between pools, and timers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from engine.domain.instance import MessageStatus
from engine.domain.procedure import Text
from engine.queries.masking import masked
from engine.queries.names import name_of
from engine.queries.paging import Page, page_of
from engine.store.dossier_tables import dossier
from engine.store.tables import instance, message, timer, version


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message of the outbox. `payload` holds masked values."""

    id: str
    name: str
    kind: str
    status: MessageStatus
    business_key: str
    dossier_code: str
    source_instance_id: str | None
    source_process: str
    target_instance_id: str | None
    target_process: str
    attempts: int
    created_at: datetime
    delivered_at: datetime | None
    last_error: str | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TimerRow:
    """A wake-up call that has not fired."""

    id: str
    instance_id: str
    node_id: str
    due_at: datetime
    every_s: int | None
    cycles_left: int | None
    attempts: int
    slug: str
    procedure: Text
    dossier_code: str


def messages(conn: Connection, status: str, page: int = 1) -> Page[MessageRow]:
    """The outbox by status: pending, undeliverable, delivered; every message when the status is empty."""
    asked = _message_columns().order_by(message.c.created_at.desc(), message.c.id.desc())
    asked = asked.where(message.c.status == status) if status else asked
    return page_of(conn, asked, page, _message_row)


def messages_of(conn: Connection, instance_id: str) -> list[MessageRow]:
    """Messages an instance sent or received."""
    either = or_(message.c.source_instance_id == instance_id, message.c.target_instance_id == instance_id)
    found = conn.execute(_message_columns().where(either).order_by(message.c.created_at))
    return [_message_row(row) for row in found]


def timers(conn: Connection, page: int = 1) -> Page[TimerRow]:
    """Waiting timers, the next to fire first."""
    return page_of(conn, _timer_columns().order_by(timer.c.due_at, timer.c.id), page, _timer_row)


def timers_of(conn: Connection, instance_id: str) -> list[TimerRow]:
    """The timers of one instance, the next to fire first."""
    asked = _timer_columns().where(timer.c.instance_id == instance_id).order_by(timer.c.due_at)
    return [_timer_row(row) for row in conn.execute(asked)]


def _message_columns() -> Select[Any]:
    sender, receiver = instance.alias(), instance.alias()
    return select(
        message, dossier.c.code, sender.c.process_id.label("sent_by"), receiver.c.process_id.label("taken_by"),
    ).select_from(
        message.outerjoin(dossier, dossier.c.id == message.c.business_key)
        .outerjoin(sender, sender.c.id == message.c.source_instance_id)
        .outerjoin(receiver, receiver.c.id == message.c.target_instance_id))


def _message_row(row: Row[Any]) -> MessageRow:
    return MessageRow(
        row.id, row.name, row.kind, MessageStatus(row.status), row.business_key, row.code or "",
        row.source_instance_id, row.sent_by or "", row.target_instance_id, row.taken_by or row.target_process or "",
        row.attempts, row.created_at, row.delivered_at, row.last_error, masked(row.payload))


def _timer_columns() -> Select[Any]:
    return select(timer, version.c.slug, version.c.facts, dossier.c.code).select_from(
        timer.join(instance).join(version).outerjoin(dossier, dossier.c.id == instance.c.business_key))


def _timer_row(row: Row[Any]) -> TimerRow:
    return TimerRow(row.id, row.instance_id, row.node_id, row.due_at, row.every_s, row.cycles_left, row.attempts,
                    row.slug, name_of(row.facts, row.slug), row.code or "")
