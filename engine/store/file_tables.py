"""Tables of the papers' lives: versions of files, digitised components, a person's store, reads of personal data."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from engine.store.columns import Instant
from engine.store.tables import ID, metadata

file_version = Table(  # where a file came from, and which one it took the place of
    "file_version", metadata,
    Column("attachment_id", ID, ForeignKey("attachment.id"), primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("source", String(30), nullable=False),    # paper_scan | citizen_upload | agency_store ...
    Column("replaces", ID, ForeignKey("attachment.id"), unique=True),
    Column("vault_paper_id", ID),
)
digitisation = Table(  # what an officer found when he made a component electronic
    "digitisation", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False),
    Column("component_key", String(80), nullable=False),
    Column("source", String(30), nullable=False),
    Column("reused", Boolean, nullable=False),
    Column("original_seen", Boolean, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("done_at", Instant, nullable=False),
    Column("done_by", ID, nullable=False),
    PrimaryKeyConstraint("dossier_id", "component_key"),
)
vault_paper = Table(  # a person's electronic store
    "vault_paper", metadata,
    Column("id", ID, primary_key=True),
    Column("identity", String(20), nullable=False),  # personal identification number of the owner
    Column("owner_name", String(200), nullable=False),
    Column("paper_type", String(40), nullable=False),              # national code of the kind of paper
    Column("name", String(500), nullable=False),
    Column("filename", String(300), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("path", String(200), nullable=False),
    Column("status", String(20), nullable=False),    # valid | revoked | replaced; expired is reckoned
    Column("valid_from", Date), Column("valid_to", Date),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("origin", String(120), nullable=False),   # `paper:<attachment>` or `result:<code>`
    Column("consent_at", Instant),                   # NULL for results, which the law puts there
    Column("kept_at", Instant, nullable=False),
    Column("changed_at", Instant), Column("reason", String(500), nullable=False),
    UniqueConstraint("origin"),
    Index(None, "identity", "paper_type"),
)
read_log = Table(  # append-only: who looked at whose data, when, and at what; never the data
    "read_log", metadata,
    Column("id", ID, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False),
    Column("what", String(80), nullable=False),
    Column("reason", String(500), nullable=False),
    Index(None, "dossier_id", "at"),
    Index(None, "actor_id", "at"),
    Index(None, "at"),
)
