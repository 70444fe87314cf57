"""Fee lines, payments and their receipts, money the gateway tells of, and its daily comparison with our books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(40)
INSTANT = sa.DateTime(timezone=True)
TABLES = ("fee_line", "payment", "payment_line", "refund", "fee_receipt", "gateway_transaction", "reconciliation_run",
          "reconciliation_item")


def upgrade() -> None:
    create_books()
    create_reconciliation()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def create_books() -> None:
    """What is owed, what was paid, what was given for it."""
    op.create_table(
        "fee_line",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("act", sa.String(160), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("name_en", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("collect", sa.Integer, nullable=False),
        sa.Column("listed", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("share", sa.Integer, nullable=False),
        sa.Column("ground", sa.String(500), nullable=False),
        sa.Column("refundable", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("exemption", sa.String(80), nullable=False),
        sa.Column("evidence", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("settled_by", ID),
        sa.UniqueConstraint("dossier_id", "act"),
    )
    op.create_index("ix_fee_line_state_created_at", "fee_line", ["state", "created_at"])
    op.create_table(
        "payment",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reference", ID, nullable=False),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("begun_by", ID, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("return_url", sa.String(500), nullable=False),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_payment_dossier_id", "payment", ["dossier_id"])
    op.create_index("ix_payment_unit_id_ended_at", "payment", ["unit_id", "ended_at"])
    op.create_table(
        "payment_line",
        sa.Column("payment_id", ID, sa.ForeignKey("payment.id"), primary_key=True),
        sa.Column("line_id", ID, sa.ForeignKey("fee_line.id"), primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_payment_line_line_id", "payment_line", ["line_id"])
    op.create_table(
        "refund",
        sa.Column("id", ID, primary_key=True),
        sa.Column("payment_id", ID, sa.ForeignKey("payment.id"), nullable=False),
        sa.Column("line_id", ID, sa.ForeignKey("fee_line.id"), nullable=False),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("refunded_at", INSTANT, nullable=False),
        sa.Column("refunded_by", ID, nullable=False),
        sa.UniqueConstraint("line_id"),
    )
    op.create_index("ix_refund_dossier_id", "refund", ["dossier_id"])
    op.create_table(
        "fee_receipt",
        sa.Column("id", ID, primary_key=True),
        sa.Column("line_id", ID, sa.ForeignKey("fee_line.id"), nullable=False),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("payment_id", ID, sa.ForeignKey("payment.id"), nullable=False),
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("series", sa.String(10), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("payer", sa.String(200), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", ID, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.UniqueConstraint("line_id"),
        sa.UniqueConstraint("unit_id", "series", "year", "number"),
    )
    op.create_index("ix_fee_receipt_dossier_id", "fee_receipt", ["dossier_id"])
    op.create_index("ix_fee_receipt_payment_id", "fee_receipt", ["payment_id"])
    op.create_index("ix_fee_receipt_unit_id_issued_at", "fee_receipt", ["unit_id", "issued_at"])


def create_reconciliation() -> None:
    """What the gateway says, and how both sides compare."""
    op.create_table(
        "gateway_transaction",
        sa.Column("id", ID, primary_key=True),
        sa.Column("transaction_id", sa.String(80), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("paid_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("by_file", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("payment_id", ID, sa.ForeignKey("payment.id")),
        sa.Column("resolved_at", INSTANT),
        sa.Column("resolved_by", ID),
        sa.Column("resolution", sa.String(500), nullable=False),
        sa.UniqueConstraint("transaction_id"),
    )
    op.create_index("ix_gateway_transaction_outcome_resolved_at", "gateway_transaction", ["outcome", "resolved_at"])
    op.create_index("ix_gateway_transaction_paid_at", "gateway_transaction", ["paid_at"])
    op.create_index("ix_gateway_transaction_reference", "gateway_transaction", ["reference"])
    op.create_table(
        "reconciliation_run",
        sa.Column("id", ID, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("run_by", ID, nullable=False),
        sa.UniqueConstraint("day", "sha256"),
    )
    op.create_table(
        "reconciliation_item",
        sa.Column("id", ID, primary_key=True),
        sa.Column("run_id", ID, sa.ForeignKey("reconciliation_run.id"), nullable=False),
        sa.Column("transaction_id", sa.String(80), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("ours", sa.BigInteger),
        sa.Column("theirs", sa.BigInteger),
        sa.Column("match", sa.String(20), nullable=False),
        sa.Column("resolved_at", INSTANT),
        sa.Column("resolved_by", ID),
        sa.Column("resolution", sa.String(500), nullable=False),
    )
    op.create_index("ix_reconciliation_item_run_id", "reconciliation_item", ["run_id"])
