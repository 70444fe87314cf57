"""Half-written answers of a task, and indexes by which long worklists stay quick."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(40)


def upgrade() -> None:
    op.create_table(
        "task_draft",
        sa.Column("task_id", ID, sa.ForeignKey("work_item.id"), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "account_id"),
    )
    op.create_index("ix_work_item_done_by_done_at", "work_item", ["done_by", "done_at"])
    op.create_index("ix_dossier_submitted_at", "dossier", ["submitted_at"])


def downgrade() -> None:
    op.drop_index("ix_dossier_submitted_at", "dossier")
    op.drop_index("ix_work_item_done_by_done_at", "work_item")
    op.drop_table("task_draft")
