"""Marked requests and corrections, recognised owners; absences, permits to leave, the queue of unclear competence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(40)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_changes_of_dossiers()
    create_organisation()
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])


def downgrade() -> None:
    op.drop_index("ix_attachment_sha256", "attachment")
    for table in reversed(TABLES):
        op.drop_table(table)


def create_changes_of_dossiers() -> None:
    """What is changed in a dossier after it was filed, and what the counter notices before."""
    op.create_table(
        "supplement_request",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("missing", sa.Text, nullable=False),
        sa.Column("wrong_fields", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by", ID),
        sa.Column("changes", sa.Text, nullable=False),
    )
    op.create_table(
        "supplement_approval",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("approved_at", INSTANT, nullable=False),
        sa.Column("approved_by", ID, nullable=False),
        sa.Column("request_id", ID, sa.ForeignKey("supplement_request.id")),
    )
    op.create_table(
        "correction",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("corrected_at", INSTANT, nullable=False),
        sa.Column("corrected_by", ID, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
    )
    op.create_table(
        "owner_key",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "key"),
    )
    op.create_index("ix_owner_key_key", "owner_key", ["key"])
    op.create_table(
        "postal_item",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("posted_on", sa.Date, nullable=False),
        sa.Column("sender", sa.String(200), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
    )


def create_organisation() -> None:
    """Who works when and where, and which papers are outside."""
    op.create_table(
        "absence",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("stand_in_id", ID, sa.ForeignKey("account.id"), nullable=False, index=True),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("procedures", sa.Text, nullable=False),
        sa.Column("capacity", sa.String(10), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("ended_at", INSTANT),
    )
    op.create_table(
        "substitution",
        sa.Column("work_item_id", ID, sa.ForeignKey("work_item.id"), primary_key=True),
        sa.Column("absence_id", ID, sa.ForeignKey("absence.id"), nullable=False),
        sa.Column("capacity", sa.String(10), nullable=False),
    )
    op.create_table(
        "assignment_rule",
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "role"),
    )
    op.create_table(
        "dispatch",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), primary_key=True),
        sa.Column("agencies", sa.Text, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("since", INSTANT, nullable=False, index=True),
        sa.Column("decided_at", INSTANT, index=True),
        sa.Column("decided_by", ID),
        sa.Column("units", sa.Text),
    )
    op.create_table(
        "permit",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("papers", sa.Text, nullable=False),
        sa.Column("holder_id", ID, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("leave_at", INSTANT, nullable=False),
        sa.Column("due_back_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", ID),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("left_at", INSTANT),
        sa.Column("returned_at", INSTANT),
        sa.Column("missed_at", INSTANT),
    )
    op.create_index("ix_permit_unit_id_state", "permit", ["unit_id", "state"])
    op.create_table(
        "calendar_change",
        sa.Column("id", ID, primary_key=True),
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id")),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("removed", sa.Text, nullable=False),
        sa.Column("moved", sa.Integer, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("undone_at", INSTANT),
    )


TABLES = (
    "supplement_request", "supplement_approval", "correction", "owner_key", "postal_item",
    "absence", "substitution", "assignment_rule", "dispatch", "permit", "calendar_change",
)
