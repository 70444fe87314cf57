"""Citizens, codes sent to them, half-written applications, online filings, ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(40)
INSTANT = sa.DateTime(timezone=True)
TABLES = ("citizen_profile", "citizen_contact", "citizen_identity", "contact_code", "draft_application", "draft_file",
          "online_filing", "rating")


def upgrade() -> None:
    create_citizens()
    create_applications()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def create_citizens() -> None:
    """Who they are, and how they prove it."""
    op.create_table(
        "citizen_profile",
        sa.Column("account_id", ID, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("id_number", sa.String(20), nullable=False),
        sa.Column("birth_date", sa.Date),
        sa.Column("phone", sa.String(30), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("notice_channels", sa.Text, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("assurance", sa.String(20), nullable=False),
    )
    op.create_table(
        "citizen_contact",
        sa.Column("contact", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("proven_at", INSTANT, nullable=False),
    )
    op.create_table(
        "citizen_identity",
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_table(
        "contact_code",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact", sa.String(80), nullable=False, index=True),
        sa.Column("hashed", sa.String(64), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("used_at", INSTANT),
    )


def create_applications() -> None:
    """Drafts with their files, online filings, ratings."""
    op.create_table(
        "draft_application",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("typed", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id")),
    )
    op.create_table(
        "draft_file",
        sa.Column("id", ID, primary_key=True),
        sa.Column("draft_id", ID, sa.ForeignKey("draft_application.id"), nullable=False, index=True),
        sa.Column("component_key", sa.String(80), nullable=False),
        sa.Column("filename", sa.String(300), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
    )
    op.create_table(
        "online_filing",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("reference", sa.String(20), nullable=False, unique=True),
        sa.Column("delivery_way", sa.String(20), nullable=False),
        sa.Column("delivery_address", sa.String(300), nullable=False),
        sa.Column("keep_papers", sa.Boolean, nullable=False),
    )
    op.create_table(
        "rating",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("comment", sa.String(2000), nullable=False),
        sa.Column("rated_at", INSTANT, nullable=False),
    )
