"""Official papers, numbers, signatures, seals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.String(40)
INSTANT = sa.DateTime(timezone=True)
TABLES = ("number_book", "number_block", "number_gap", "paper", "result", "seal", "seal_handover", "seal_use")


def upgrade() -> None:
    create_numbers()
    create_papers()
    create_seals()
    op.execute(
        "INSERT INTO number_book (agency_id, document_type, year, value, gap_free, blocks) "
        "SELECT agency_id, document_type, year, max(number), true, 0 FROM issued_number "
        "GROUP BY agency_id, document_type, year")


def downgrade() -> None:
    op.execute("DELETE FROM counter WHERE name LIKE 'document:%'")
    op.execute(
        "INSERT INTO counter (name, value) "
        "SELECT 'document:' || agency_id || ':' || document_type || ':' || year, value FROM number_book")
    for table in reversed(TABLES):
        op.drop_table(table)


def book() -> tuple[sa.Column, ...]:
    """The three columns that name a book of numbers."""
    return (
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("document_type", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
    )


def file() -> tuple[sa.Column, ...]:
    """Where a rendered paper lies; empty until it is."""
    return (
        sa.Column("path", sa.String(200)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size", sa.Integer),
        sa.Column("media_type", sa.String(100)),
        sa.Column("signers", sa.Text),
    )


def create_numbers() -> None:
    """Books, blocks set aside, numbers that no document bears."""
    op.create_table(
        "number_book", *book(),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("gap_free", sa.Boolean, nullable=False),
        sa.Column("blocks", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "document_type", "year"),
    )
    op.create_table(
        "number_block",
        sa.Column("id", ID, primary_key=True), *book(),
        sa.Column("place", ID, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("following", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("reserved_by", ID, nullable=False),
        sa.Column("reserved_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Index(None, "agency_id", "document_type", "year", "place"),
    )
    op.create_table(
        "number_gap", *book(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("logged_at", INSTANT, nullable=False),
        sa.Column("logged_by", ID, nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "document_type", "year", "number"),
    )


def create_papers() -> None:
    """Slips and results."""
    op.create_table(
        "paper",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("slip", sa.String(20), nullable=False),
        sa.Column("pack", sa.String(40), nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("agency_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        *book()[1:],
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("act", sa.String(160), nullable=False, unique=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", ID, nullable=False),
        *file(),
        sa.Column("replaced_by", ID),
        sa.UniqueConstraint("agency_id", "document_type", "year", "number"),
    )
    op.create_table(
        "result",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("code", sa.String(80), nullable=False, unique=True),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("agency_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        *book()[1:],
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", ID, nullable=False),
        *file(),
        sa.Column("sealed_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", ID),
        sa.Column("revoked_reason", sa.String(2000)),
        sa.UniqueConstraint("dossier_id", "ordinal"),
        sa.Index(None, "sha256"),
    )


def create_seals() -> None:
    """Seals, who keeps them, and every use of them."""
    op.create_table(
        "seal",
        sa.Column("id", ID, primary_key=True),
        sa.Column("owner_unit", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("sign", sa.String(200), nullable=False),
        sa.Column("keeper_unit", ID, sa.ForeignKey("unit.id"), nullable=False, index=True),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("registered_by", ID, nullable=False),
        sa.Column("withdrawn_at", INSTANT),
        sa.UniqueConstraint("owner_unit", "sign"),
    )
    op.create_table(
        "seal_handover",
        sa.Column("id", ID, primary_key=True),
        sa.Column("seal_id", ID, sa.ForeignKey("seal.id"), nullable=False, index=True),
        sa.Column("from_unit", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("to_unit", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("handed_at", INSTANT, nullable=False),
        sa.Column("handed_by", ID, nullable=False),
        sa.Column("minutes", sa.String(500), nullable=False),
    )
    op.create_table(
        "seal_use",
        sa.Column("id", ID, primary_key=True),
        sa.Column("seal_id", ID, sa.ForeignKey("seal.id"), nullable=False),
        sa.Column("result_id", ID, sa.ForeignKey("result.id"), nullable=False, unique=True),
        sa.Column("dossier_id", ID, nullable=False, index=True),
        sa.Column("document", sa.String(300), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.Column("used_by", ID, nullable=False),
        sa.Index(None, "seal_id", "used_at"),
    )
