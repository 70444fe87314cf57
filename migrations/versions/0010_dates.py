"""After which changes of the calendar every dossier has its new date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calendar_change") as table:
        table.add_column(sa.Column("dated_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    with op.batch_alter_table("calendar_change") as table:
        table.drop_column("dated_at")
