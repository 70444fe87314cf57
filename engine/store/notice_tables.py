"""Tables of the notices: what is to be told to whom, and how often it was tried."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from engine.store.columns import Instant, Json
from engine.store.tables import ID, metadata

notice = Table(
    "notice", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), index=True),
    Column("event", String(40), nullable=False),
    Column("channel", String(20), nullable=False),   # email | sms | zalo | account
    Column("recipient", String(320), nullable=False),
    Column("language", String(5), nullable=False),
    Column("subject", String(600), nullable=False),
    Column("text", Text, nullable=False),            # wiped when a secret one is of no more use
    Column("attachments", Json, nullable=False),     # ids of papers
    Column("status", String(20), nullable=False),    # queued | sending | sent | failed | bounced | cancelled
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),      # of the next attempt; while sending, the end of the lease
    Column("sent_at", Instant),
    Column("secret", Boolean, nullable=False),
    Column("expires_at", Instant),
    Index(None, "status", "next_at"),
    Index(None, "channel", "recipient"),
)
