"""Runs one small diagram the way the engine does: every step from stored bytes, every wait from the deltas of a Step.

After each step the rows gathered from the deltas must equal what the state itself says, and the codec must give the
same bytes back. So each test of a construct tests those too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.domain.process import InstanceStatus, OpenTask, Passage, Step, Version, WaitingTimer
from engine.ports import Loaded
from engine.workflow.adapter import SpiffAdapter
from engine.workflow.codec import dump, load

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""9:00 in Hà Nội."""


@dataclass
class FixedMoment:
    """A clock that the test sets. A term `<n> working_day` is n times 24 hours, which is all the runtime can see."""

    now: datetime = MONDAY

    def due(self, term: str) -> datetime:
        return self.now + timedelta(days=float(term.split()[0]))


def version_of(diagram: str | bytes | Path, **decisions: bytes) -> Version:
    """A published version of a diagram."""
    if isinstance(diagram, Path):
        diagram = diagram.read_bytes()
    content = diagram.encode() if isinstance(diagram, str) else diagram
    sha256 = hashlib.sha256(content + repr(sorted(decisions.items())).encode()).hexdigest()
    return Version("1", "test", 1, sha256, content, decisions=decisions)


@dataclass
class Running:
    """One instance and the rows a store would have for it."""

    version: Version
    process: str = ""
    adapter: SpiffAdapter = field(default_factory=SpiffAdapter)
    at: FixedMoment = field(default_factory=FixedMoment)
    variables: dict[str, Any] = field(default_factory=dict)
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    timers: dict[tuple[str, str], WaitingTimer] = field(default_factory=dict)
    subscriptions: dict[tuple[str, str], Any] = field(default_factory=dict)
    calls: dict[str, Any] = field(default_factory=dict)
    history: list[Passage] = field(default_factory=list)
    last: Step = field(default_factory=lambda: Step(b"", InstanceStatus.RUNNING))

    @classmethod
    def of(cls, file: str, process: str = "", **decisions: bytes) -> Running:
        """An instance, not yet started, of a diagram that lies beside the tests."""
        running = cls(version_of(Path(__file__).with_name(file), **decisions))
        running.process = process or running.adapter.processes(running.version)[0]
        return running

    def start(self, **variables: Any) -> Running:
        self._take(self.adapter.start(self.version, self.process, variables, self.at))
        return self

    def start_by_message(self, message: str, **payload: Any) -> Running:
        self._take(self.adapter.start_by_message(self.version, message, payload, self.at))
        return self

    def complete(self, node: str, **answers: Any) -> Running:
        self._take(self.adapter.complete(self.loaded, self.token(node), answers, self.at))
        return self

    def finish(self, node: str, **result: Any) -> Running:
        self._take(self.adapter.finish_call(self.loaded, self.call(node).token_id, result, self.at))
        return self

    def fail(self, node: str, code: str, message: str = "") -> Running:
        self._take(self.adapter.fail_call(self.loaded, self.call(node).token_id, code, message, self.at))
        return self

    def fire(self, node: str) -> Running:
        timer = self.timer(node)
        self._take(self.adapter.fire(self.loaded, timer.token_id, timer.slot, self.at))
        return self

    def deliver(self, kind: str, name: str, **payload: Any) -> Running:
        self._take(self.adapter.deliver(self.loaded, kind, name, payload, self.at))
        return self

    def retry(self, node: str) -> Running:
        trouble = next(t for t in reversed(self.last.troubles) if t.node_id == node)
        self._take(self.adapter.retry(self.loaded, trouble.token_id, self.at))
        return self

    @property
    def loaded(self) -> Loaded:
        return Loaded(self.version, self.process, self.last.state, self.variables)

    @property
    def status(self) -> str:
        return self.last.status.value

    @property
    def open(self) -> list[str]:
        """The nodes of the open human tasks, in the order in which they opened."""
        return [task.node_id for task in self.tasks.values()]

    @property
    def awaited(self) -> list[str]:
        """Names of the messages and signals waited for."""
        return [s.name for s in self.subscriptions.values()]

    @property
    def thrown(self) -> list[tuple[str, str, Mapping[str, Any], str | None]]:
        """What left the instance in the last step."""
        return [(t.kind, t.name, t.payload, t.target_process) for t in self.last.thrown]

    def passed(self, phase: str = "completed") -> list[str]:
        """The nodes of the history in that phase."""
        return [p.node_id for p in self.history if p.phase.value == phase]

    def token(self, node: str) -> str:
        return next(task.token_id for task in self.tasks.values() if task.node_id == node)

    def call(self, node: str) -> Any:
        return next(call for call in self.calls.values() if call.node_id == node)

    def timer(self, node: str) -> WaitingTimer:
        return next(timer for timer in self.timers.values() if timer.node_id == node)

    def _take(self, step: Step) -> None:
        self.last = step
        self.variables = {**self.variables, **step.written}
        _merge(self.tasks, step.closed, {t.token_id: t for t in step.opened})
        _merge(self.timers, step.timers_cleared, {(t.token_id, t.slot): t for t in step.timers_set})
        _merge(self.subscriptions, step.subscriptions_cleared, {(s.token_id, s.slot): s for s in step.subscribed})
        _merge(self.calls, step.calls_cancelled, {c.token_id: c for c in step.calls})
        self.history += step.history
        self._check()

    def _check(self) -> None:
        waits = self.adapter.waits(self.loaded)
        assert sorted(waits.tasks, key=str) == sorted(self.tasks.values(), key=str)
        assert sorted(waits.timers, key=str) == sorted(self.timers.values(), key=str)
        assert sorted(waits.subscriptions, key=str) == sorted(self.subscriptions.values(), key=str)
        assert sorted(waits.calls, key=str) == sorted(self.calls.values(), key=str)
        model = self.adapter._models.of(self.version)
        assert dump(load(self.last.state, model, self.process, self.variables, self.at)) == self.last.state


def _merge(rows: dict[Any, Any], gone: Any, fresh: Mapping[Any, Any]) -> None:
    for key in gone:
        del rows[key]
    rows.update(fresh)
