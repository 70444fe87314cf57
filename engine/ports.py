"""What the engine asks of the world. A protocol stands here only where there are two implementations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.domain.process import Moment, Step, Version, Waits
from engine.domain.review import Package, Problem, Vocabulary


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Aware instant, UTC."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the workflow needs of a stored instance."""

    version: Version
    process_id: str
    state: bytes
    variables: Mapping[str, Any]


class Workflow(Protocol):
    """SpiffWorkflow behind one door. Pure: the same arguments give the same Step; nothing is kept between calls.

    Every call runs the instance until nothing can move without the world. Unless said otherwise raises
    `engine.domain.errors.NotFound` when the token named no longer waits (a late timer, a double click).
    """

    def review(self, package: Package, vocabulary: Vocabulary) -> list[Problem]:
        """The publish gate: every problem, never only the first."""

    def processes(self, version: Version) -> tuple[str, ...]:
        """Ids of the executable processes (pools), the one that starts without a message first."""

    def message_start(self, version: Version, message: str) -> str | None:
        """The process whose start event receives this message, if any."""

    def start(self, version: Version, process_id: str, variables: Mapping[str, Any], at: Moment) -> Step:
        """Begins an instance at its none start event with these instance variables."""

    def start_by_message(self, version: Version, message: str, payload: Mapping[str, Any], at: Moment) -> Step:
        """Begins an instance at its message start event; the payload becomes its variables."""

    def complete(self, it: Loaded, token_id: str, answers: Mapping[str, Any], at: Moment) -> Step:
        """Completes a human task; answers become instance variables (or the item's output in multi-instance)."""

    def finish_call(self, it: Loaded, token_id: str, result: Mapping[str, Any], at: Moment) -> Step:
        """Completes a service task with its delegate's result."""

    def fail_call(self, it: Loaded, token_id: str, error_code: str, message: str, at: Moment) -> Step:
        """Throws a BPMN error at a service task; without a boundary that catches it the Step carries a Trouble."""

    def fire(self, it: Loaded, token_id: str, slot: str, at: Moment) -> Step:
        """Fires one timer. Cycles come back in `timers_set` with their next due time."""

    def deliver(self, it: Loaded, kind: str, name: str, payload: Mapping[str, Any], at: Moment) -> Step:
        """Delivers a message (one subscription) or a signal (all of them)."""

    def retry(self, it: Loaded, token_id: str, at: Moment) -> Step:
        """Runs a token in trouble once more, after the cause was mended (variables may have been corrected)."""

    def waits(self, it: Loaded) -> Waits:
        """What the state waits for: used to verify or rebuild the rows."""


class Delegate(Protocol):
    """One act a service task may call. Must be idempotent under `call.key`."""

    def __call__(self, call: DelegateCall) -> Mapping[str, Any]:
        """Returns variables for the instance. Raise `BpmnError` for a business failure, anything else is retried."""


@dataclass(frozen=True, slots=True)
class DelegateCall:
    """Everything a delegate may know."""

    key: str
    business_key: str
    inputs: Mapping[str, Any]
    execute: Callable[[Any], Any]
    now: datetime


class BpmnError(Exception):
    """A business failure that the diagram may catch at a boundary error event."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Jobs(Protocol):
    """Asynchronous work, enqueued in the caller's transaction. Five methods, so that the engine behind can change."""

    def enqueue(self, session: Any, task: str, arguments: Sequence[Any], *, key: str, delay_s: float = 0,
                partition: str | None = None) -> None:
        """Queues `task(*arguments)`. The same `key` queues once. One job at a time per partition."""

    def cancel(self, keys: Iterable[str]) -> None:
        """Forgets jobs that have not started."""

    def retry(self, key: str) -> None:
        """Queues a dead job again."""

    def stats(self) -> Mapping[str, int]:
        """Counts by state: queued, running, failed."""

    def run_worker(self, tasks: Mapping[str, Callable[..., None]], *, name: str, threads: int) -> Callable[[], None]:
        """Starts consuming in background threads; returns the function that stops them."""
