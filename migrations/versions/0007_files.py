"""Versions of files, digitised components, the store of a person's papers, reads of personal data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.String(40)
INSTANT = sa.DateTime(timezone=True)
TABLES = ("file_version", "digitisation", "vault_paper", "read_log")


def upgrade() -> None:
    create_versions()
    create_vault()
    create_read_log()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def create_versions() -> None:
    """Where files came from, and what became of the papers they show."""
    op.create_table(
        "file_version",
        sa.Column("attachment_id", ID, sa.ForeignKey("attachment.id"), primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("replaces", ID, sa.ForeignKey("attachment.id"), unique=True),
        sa.Column("vault_paper_id", ID),
    )
    op.create_index(None, "file_version", ["dossier_id"])
    op.create_table(
        "digitisation",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("component_key", sa.String(80), nullable=False),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("reused", sa.Boolean, nullable=False),
        sa.Column("original_seen", sa.Boolean, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("done_at", INSTANT, nullable=False),
        sa.Column("done_by", ID, nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "component_key"),
    )


def create_vault() -> None:
    """A person's electronic store."""
    op.create_table(
        "vault_paper",
        sa.Column("id", ID, primary_key=True),
        sa.Column("identity", sa.String(20), nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("paper_type", sa.String(40), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("filename", sa.String(300), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("origin", sa.String(120), nullable=False, unique=True),
        sa.Column("consent_at", INSTANT),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT),
        sa.Column("reason", sa.String(500), nullable=False),
    )
    op.create_index(None, "vault_paper", ["dossier_id"])
    op.create_index(None, "vault_paper", ["identity", "paper_type"])


def create_read_log() -> None:
    """Who looked at whose data."""
    op.create_table(
        "read_log",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
    )
    op.create_index(None, "read_log", ["dossier_id", "at"])
    op.create_index(None, "read_log", ["actor_id", "at"])
    op.create_index(None, "read_log", ["at"])
