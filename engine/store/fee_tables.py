"""Tables of money: what dossiers owe, payments, receipts, and the daily comparison with the gateway.

Amounts are whole đồng. Lines, payments and receipts are never deleted.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from engine.store.columns import Instant, Json
from engine.store.tables import ID, metadata

fee_line = Table(
    "fee_line", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False),
    Column("act", String(160), nullable=False),      # what made the line; the same act makes it once
    Column("key", String(80), nullable=False),
    Column("name", String(500), nullable=False), Column("name_en", String(500), nullable=False),
    Column("kind", String(20), nullable=False),      # fee | charge | obligation
    Column("collect", Integer, nullable=False),      # HinhThucThu: 1 intake, 2 supplement, 4 return
    Column("listed", BigInteger, nullable=False), Column("amount", BigInteger, nullable=False),
    Column("share", Integer, nullable=False), Column("ground", String(500), nullable=False),
    Column("refundable", Boolean, nullable=False),
    Column("position", Integer, nullable=False),     # among the lines of the dossier
    Column("state", String(20), nullable=False),     # due | paid | exempt | cancelled | refunded
    Column("exemption", String(80), nullable=False), Column("evidence", String(80), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant), Column("settled_by", ID),
    UniqueConstraint("dossier_id", "act"),
    Index(None, "state", "created_at"),
)
payment = Table(
    "payment", metadata,
    Column("id", ID, primary_key=True),
    Column("reference", String(40), nullable=False, unique=True),  # MaThamChieu at the gateway
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("unit_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("method", String(20), nullable=False),    # cash | transfer | gateway
    Column("state", String(20), nullable=False),     # pending | succeeded | cancelled | expired
    Column("amount", BigInteger, nullable=False),
    Column("begun_at", Instant, nullable=False), Column("begun_by", ID, nullable=False),
    Column("ended_at", Instant),
    Column("return_url", String(500), nullable=False),
    Index(None, "unit_id", "ended_at"),
)
payment_line = Table(  # which lines a payment is for; a line may have seen payments that came to nothing
    "payment_line", metadata,
    Column("payment_id", ID, ForeignKey("payment.id"), primary_key=True),
    Column("line_id", ID, ForeignKey("fee_line.id"), primary_key=True, index=True),
    Column("amount", BigInteger, nullable=False),
)
refund = Table(
    "refund", metadata,
    Column("id", ID, primary_key=True),
    Column("payment_id", ID, ForeignKey("payment.id"), nullable=False),
    Column("line_id", ID, ForeignKey("fee_line.id"), nullable=False, unique=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("refunded_at", Instant, nullable=False), Column("refunded_by", ID, nullable=False),
)
fee_receipt = Table(  # one for each line paid; its number has no hole within unit, series and year
    "fee_receipt", metadata,
    Column("id", ID, primary_key=True),
    Column("line_id", ID, ForeignKey("fee_line.id"), nullable=False, unique=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("payment_id", ID, ForeignKey("payment.id"), nullable=False, index=True),
    Column("unit_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("series", String(10), nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("payer", String(200), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("issued_at", Instant, nullable=False), Column("issued_by", ID, nullable=False),
    Column("revoked_at", Instant),
    UniqueConstraint("unit_id", "series", "year", "number"),
    Index(None, "unit_id", "issued_at"),
)
gateway_transaction = Table(  # money that the gateway took, by its own number: told twice, kept once
    "gateway_transaction", metadata,
    Column("id", ID, primary_key=True),
    Column("transaction_id", String(80), nullable=False, unique=True),
    Column("reference", String(80), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("paid_at", Instant, nullable=False, index=True),
    Column("told_at", Instant, nullable=False),
    Column("by_file", Boolean, nullable=False),
    Column("outcome", String(20), nullable=False),   # applied | wrong_amount | nothing_to_pay | unknown_reference
    Column("payment_id", ID, ForeignKey("payment.id")),
    Column("resolved_at", Instant), Column("resolved_by", ID), Column("resolution", String(500), nullable=False),
    Index(None, "outcome", "resolved_at"),
)
reconciliation_run = Table(
    "reconciliation_run", metadata,
    Column("id", ID, primary_key=True),
    Column("day", Date, nullable=False),
    Column("sha256", String(64), nullable=False),    # of the gateway's file
    Column("filename", String(200), nullable=False),
    Column("counts", Json, nullable=False),          # {match: how many}
    Column("run_at", Instant, nullable=False), Column("run_by", ID, nullable=False),
    UniqueConstraint("day", "sha256"),
)
reconciliation_item = Table(
    "reconciliation_item", metadata,
    Column("id", ID, primary_key=True),
    Column("run_id", ID, ForeignKey("reconciliation_run.id"), nullable=False, index=True),
    Column("transaction_id", String(80), nullable=False),
    Column("reference", String(80), nullable=False),
    Column("ours", BigInteger), Column("theirs", BigInteger),
    Column("match", String(20), nullable=False),     # matched | recovered | ours_only | theirs_only | amount_differs
    Column("resolved_at", Instant), Column("resolved_by", ID), Column("resolution", String(500), nullable=False),
)
