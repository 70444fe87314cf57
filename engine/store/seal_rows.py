"""Seals, who keeps them, and every use of them as rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from engine.domain.paper import Seal, SealHandover, SealKind, SealUse
from engine.store.paper_tables import seal, seal_handover, seal_use


class SqlSealRows:
    """Implements `ports.SealRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, it: Seal) -> None:
        """One more seal in the register."""
        self._connection.execute(sa.insert(seal).values(**{**asdict(it), "kind": it.kind.value}))

    def get(self, seal_id: str) -> Seal | None:
        """One seal under lock."""
        row = self._connection.execute(sa.select(seal).where(seal.c.id == seal_id).with_for_update()).first()
        return as_seal(row) if row else None

    def named(self, owner_unit: str, sign: str) -> Seal | None:
        """The seal of this agency with this distinguishing sign."""
        return self._first(seal.c.owner_unit == owner_unit, seal.c.sign == sign)

    def kept_for(self, owner_unit: str, keeper_unit: str) -> Seal | None:
        """A seal of the agency that this unit keeps: the agency's own before a second one."""
        return self._first(seal.c.owner_unit == owner_unit, seal.c.keeper_unit == keeper_unit,
                           seal.c.withdrawn_at.is_(None))

    def has_any(self, owner_unit: str) -> bool:
        """Whether the agency has a seal at all."""
        return self._first(seal.c.owner_unit == owner_unit) is not None

    def hand_over(self, it: SealHandover) -> None:
        """Another unit keeps the seal from now on."""
        self._connection.execute(sa.insert(seal_handover).values(**asdict(it)))
        self._connection.execute(sa.update(seal).where(seal.c.id == it.seal_id).values(keeper_unit=it.to_unit))

    def log(self, it: SealUse) -> None:
        """One line of the log; the database refuses a second one for the same result."""
        self._connection.execute(sa.insert(seal_use).values(**asdict(it)))

    def _first(self, *which: sa.ColumnElement[bool]) -> Seal | None:
        row = self._connection.execute(
            sa.select(seal).where(*which).order_by(seal.c.kind, seal.c.registered_at).limit(1)).first()
        return as_seal(row) if row else None


def as_seal(row: Any) -> Seal:
    """A seal from its row."""
    return Seal(row.id, row.owner_unit, SealKind(row.kind), row.sign, row.keeper_unit, row.registered_at,
                row.registered_by, row.withdrawn_at)
