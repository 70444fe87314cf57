"""Shipped fakes: what tests and rehearsals put in the place of the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.domain.notice import Letter
from engine.ports import Scanner
from engine.worker import fire_due_timers, miss_papers, pick_up, watch_due


class FrozenClock:
    """`engine.ports.Clock` that moves only when told to."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware instant")
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        """Aware, UTC."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Lets time pass."""
        self._now += by

    def set(self, at: datetime) -> None:
        """Jumps to an aware instant."""
        self._now = at.astimezone(UTC)


class Outbox:
    """`engine.ports.Messenger` that keeps letters in memory. `fail_with` makes every further sending raise it."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.fail_with: Exception | None = None

    def send(self, letter: Letter) -> None:
        """Raises `fail_with` when it is set."""
        if self.fail_with is not None:
            raise self.fail_with
        self.sent.append(letter)


def with_scanner(engine: Any, scanner: Scanner) -> Any:
    """The same engine with another virus scanner at its door."""
    before = engine.dispatcher.outside
    dispatcher = replace(engine.dispatcher, outside=lambda now: replace(before(now), scanner=scanner))
    return replace(engine, scanner=scanner, dispatcher=dispatcher)


def settle(engine: Any) -> None:
    """Does everything a worker would have done by now; `engine` was opened with `InlineJobs`."""
    while (engine.jobs.run_due() + fire_due_timers(engine, "settle") + pick_up(engine) + watch_due(engine)
           + miss_papers(engine)):
        pass
