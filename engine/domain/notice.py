"""What the service tells people, by which way, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

BACK_OFF_S = (10, 60, 600, 3600)
"""Seconds before each further attempt; after the last the notice has failed and somebody has to look."""

LEASE = timedelta(minutes=5)
"""How long a worker may take over one attempt: longer than all its time-outs together."""

_EMAIL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,5}", re.ASCII | re.IGNORECASE)
_PHONE = re.compile(r"(0\d{9,10}|\+\d{8,15})", re.ASCII)


class NoticeChannel(Enum):
    """The ways a notice can go. ACCOUNT is the list in a person's own account; nothing leaves the house."""

    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"
    ACCOUNT = "account"


PUBLIC = frozenset({NoticeChannel.SMS, NoticeChannel.ZALO})
"""Anybody who sees the telephone lying there reads these, so they name nobody in full."""


class NoticeStatus(Enum):
    """SENDING is an attempt under way; FAILED was never handed over, BOUNCED came back after it had been."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


UNSENT = frozenset({NoticeStatus.FAILED, NoticeStatus.BOUNCED})
"""What the inbox of the monitor holds: a person has to do something."""


class Undeliverable(Exception):
    """The provider refused this notice for good: no further attempt can change it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody wants to be told, and in which language. For ACCOUNT the recipient is the account's id."""

    channel: NoticeChannel
    recipient: str
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Notice:
    """One text to one address. `secret` texts are wiped once they are of no more use; `attachments` are ids of papers.

    `dedupe_key` makes the same occasion told once. `next_at` is when it may next be tried, or when a lease ends.
    """

    id: str
    dossier_id: str | None
    event: str
    channel: NoticeChannel
    recipient: str
    language: str
    subject: str
    text: str
    dedupe_key: str
    created_at: datetime
    next_at: datetime
    attachments: tuple[str, ...] = ()
    status: NoticeStatus = NoticeStatus.QUEUED
    attempts: int = 0
    error: str = ""
    sent_at: datetime | None = None
    secret: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as a messenger gets it. `id` stays the same in every attempt, so a receiver can drop the second copy.

    `enclosures` are (file name, PDF).
    """

    id: str
    recipient: str
    subject: str
    text: str
    enclosures: tuple[tuple[str, bytes], ...] = field(default=())


def address_problem(address: Address) -> str:
    """Why nothing can be sent there: `not_an_email`, `not_a_phone`, `required`; empty when it can."""
    if address.channel is NoticeChannel.ACCOUNT:
        return "" if address.recipient else "required"
    if address.channel is NoticeChannel.EMAIL:
        return "" if _EMAIL.fullmatch(address.recipient) else "not_an_email"
    return "" if _PHONE.fullmatch(address.recipient) else "not_a_phone"


def addressed(channel: NoticeChannel, written: str, language: str = "vi") -> Address | None:
    """An address as somebody wrote it into a form (`0912 345.678`); None when nothing can be sent there."""
    plain = written.strip() if channel is NoticeChannel.EMAIL else re.sub(r"[ .()-]", "", written)
    address = Address(channel, plain, language)
    return None if address_problem(address) else address


def masked_recipient(channel: NoticeChannel, recipient: str) -> str:
    """Enough to recognise an address one knows: `n•••@gmail.com`, `•••••••678`."""
    if channel is NoticeChannel.EMAIL:
        name, _, host = recipient.partition("@")
        return f"{name[:1]}•••@{host}"
    return "•" * max(0, len(recipient) - 3) + recipient[-3:]
