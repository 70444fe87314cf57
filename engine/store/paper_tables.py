"""Tables of papers: slips and results, the books their numbers come from, seals and their use."""

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

number_book = Table(  # `blocks` counts open reservations: while it is 0 a number costs one statement
    "number_book", metadata,
    Column("agency_id", ID, nullable=False),
    Column("document_type", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("value", Integer, nullable=False),            # the last number given or set aside
    Column("gap_free", Boolean, nullable=False),
    Column("blocks", Integer, nullable=False),
    PrimaryKeyConstraint("agency_id", "document_type", "year"),
)
number_block = Table(
    "number_block", metadata,
    Column("id", ID, primary_key=True),
    Column("agency_id", ID, nullable=False),
    Column("document_type", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("place", ID, nullable=False),                 # '' for the blocks of a book that need not be gap-free
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("following", Integer, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("reserved_by", ID, nullable=False),
    Column("reserved_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(None, "agency_id", "document_type", "year", "place"),
)
number_gap = Table(
    "number_gap", metadata,
    Column("agency_id", ID, nullable=False),
    Column("document_type", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("logged_at", Instant, nullable=False),
    Column("logged_by", ID, nullable=False),
    PrimaryKeyConstraint("agency_id", "document_type", "year", "number"),
)
paper = Table(
    "paper", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("slip", String(20), nullable=False),
    Column("pack", String(40), nullable=False),
    Column("template", String(80), nullable=False),
    Column("agency_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("document_type", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", Json, nullable=False),                # what the paper said when it was issued
    Column("act", String(160), nullable=False, unique=True),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", ID, nullable=False),
    Column("path", String(200)), Column("sha256", String(64)), Column("size", Integer),
    Column("media_type", String(100)),
    Column("signers", Json),
    Column("replaced_by", ID),
    UniqueConstraint("agency_id", "document_type", "year", "number"),
)
result = Table(
    "result", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("code", String(80), nullable=False, unique=True),
    Column("key", String(80), nullable=False),
    Column("name", String(500), nullable=False),
    Column("agency_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("document_type", String(40), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", Json, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", ID, nullable=False),
    Column("path", String(200)), Column("sha256", String(64)), Column("size", Integer),
    Column("media_type", String(100)),
    Column("signers", Json),
    Column("sealed_at", Instant),
    Column("revoked_at", Instant), Column("revoked_by", ID), Column("revoked_reason", String(2000)),
    UniqueConstraint("dossier_id", "ordinal"),
    Index(None, "sha256"),
)
seal = Table(
    "seal", metadata,
    Column("id", ID, primary_key=True),
    Column("owner_unit", ID, ForeignKey("unit.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("sign", String(200), nullable=False),
    Column("keeper_unit", ID, ForeignKey("unit.id"), nullable=False, index=True),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", ID, nullable=False),
    Column("withdrawn_at", Instant),
    UniqueConstraint("owner_unit", "sign"),
)
seal_handover = Table(
    "seal_handover", metadata,
    Column("id", ID, primary_key=True),
    Column("seal_id", ID, ForeignKey("seal.id"), nullable=False, index=True),
    Column("from_unit", ID, ForeignKey("unit.id"), nullable=False),
    Column("to_unit", ID, ForeignKey("unit.id"), nullable=False),
    Column("handed_at", Instant, nullable=False),
    Column("handed_by", ID, nullable=False),
    Column("minutes", String(500), nullable=False),
)
seal_use = Table(
    "seal_use", metadata,
    Column("id", ID, primary_key=True),
    Column("seal_id", ID, ForeignKey("seal.id"), nullable=False),
    Column("result_id", ID, ForeignKey("result.id"), nullable=False, unique=True),
    Column("dossier_id", ID, nullable=False, index=True),
    Column("document", String(300), nullable=False),
    Column("used_at", Instant, nullable=False),
    Column("used_by", ID, nullable=False),
    Index(None, "seal_id", "used_at"),
)
