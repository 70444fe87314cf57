"""The whole life of a dossier: what is watched over, and requests for supplements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dossier") as dossier:
        dossier.add_column(sa.Column("reappointed_at", Instant))
        dossier.add_column(sa.Column("watch_at", Instant))
        dossier.add_column(sa.Column("held_status", sa.Integer))
        dossier.create_index("ix_dossier_watch_at", ["watch_at"])


def downgrade() -> None:
    with op.batch_alter_table("dossier") as dossier:
        dossier.drop_index("ix_dossier_watch_at")
        dossier.drop_column("held_status")
        dossier.drop_column("watch_at")
        dossier.drop_column("reappointed_at")
