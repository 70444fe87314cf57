"""Tables of the dossier: who asks for what, the clock, papers and files."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from engine.store.columns import Instant, Json
from engine.store.tables import ID, metadata

dossier = Table(
    "dossier", metadata,
    Column("id", ID, primary_key=True),
    Column("code", String(50), unique=True),         # NULL until accepted; never reused
    Column("tracking_secret", String(40), nullable=False),
    Column("slug", String(80), nullable=False, index=True),
    Column("procedure_code", String(40), nullable=False),
    Column("procedure_name", String(500), nullable=False),
    Column("version_id", ID, ForeignKey("version.id"), nullable=False),
    Column("rule_pack", String(40), nullable=False),
    Column("channel", String(20), nullable=False),   # direct | online | postal
    Column("subject", String(500), nullable=False, default=""),    # trích yếu
    Column("owner", Json, nullable=False),           # Party: name, id_number, phone, email, address
    Column("owner_name", String(200), nullable=False),
    Column("submitter", Json),
    Column("assisted_at", ID, ForeignKey("unit.id"), nullable=False),
    Column("received_by", ID, ForeignKey("unit.id"), nullable=False),
    Column("competent", ID, ForeignKey("unit.id"), nullable=False),
    Column("national_status", Integer, nullable=False),
    Column("detail_status", String(200), nullable=False, default=""),
    Column("financial_status", String(20), nullable=False),
    Column("delivery_status", String(20), nullable=False),
    Column("sync_status", String(20), nullable=False),
    Column("outcome", String(40)),
    Column("term", String(40), nullable=False),      # statutory, e.g. `3 working_day`
    Column("clock", String(20), nullable=False),     # idle | running | paused | finished: projection of the ledger
    Column("clock_head", String(64), nullable=False, default=""),  # hash of the ledger's last event
    Column("due_at", Instant), Column("original_due_at", Instant), Column("reappointed_at", Instant),
    Column("watch_at", Instant, index=True),         # when somebody must look at it next
    Column("held_status", Integer),                  # where it stood when the applicant asked to withdraw it
    Column("submitted_at", Instant, nullable=False),
    Column("accepted_at", Instant), Column("finished_at", Instant), Column("returned_at", Instant),
    Column("submitted_by", ID, nullable=False),
    Column("lock_version", Integer, nullable=False),
    Index(None, "received_by", "national_status"),
    Index(None, "national_status", "due_at"),
    Index(None, "submitted_at"),
)
clock_event = Table(  # append-only, hash-chained per dossier
    "clock_event", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("data", Json, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("dossier_id", "seq"),
)
component = Table(
    "component", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False),
    Column("key", String(80), nullable=False),
    Column("name", String(500), nullable=False),
    Column("required", Boolean, nullable=False),
    Column("originals", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("state", String(30), nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("dossier_id", "key"),
)
attachment = Table(
    "attachment", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("component_key", String(80), nullable=False),
    Column("filename", String(300), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("path", String(200), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", ID, nullable=False),
)
issued_number = Table(  # one sequence per (agency, document type, year); `key` makes the act idempotent
    "issued_number", metadata,
    Column("key", String(160), primary_key=True),
    Column("agency_id", ID, nullable=False),
    Column("document_type", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("dossier_id", ID, nullable=False, index=True),
    Column("issued_at", Instant, nullable=False),
    UniqueConstraint("agency_id", "document_type", "year", "number"),
)
