"""Notices and their delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.String(40)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id")),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("subject", sa.String(600), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("attachments", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("dedupe_key", sa.String(200), nullable=False, unique=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("expires_at", INSTANT),
    )
    op.create_index(None, "notice", ["dossier_id"])
    op.create_index(None, "notice", ["status", "next_at"])
    op.create_index(None, "notice", ["channel", "recipient"])


def downgrade() -> None:
    op.drop_table("notice")
