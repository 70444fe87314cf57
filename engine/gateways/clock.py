"""The time of the machine."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """`engine.ports.Clock` in production; tests use `engine.testing.FrozenClock`."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)
