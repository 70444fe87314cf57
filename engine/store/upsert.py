"""INSERT ... ON CONFLICT, which both databases speak in the same words but SQLAlchemy keeps apart."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert(dialect: str, table: sa.Table) -> Any:
    """The own insert of a dialect (by its name), which has `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)
