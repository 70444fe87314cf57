"""Where a scenario plays: every pool of one dossier, driven through the Workflow port by a clock that is told to move.

Nothing is stored. Messages travel at once, automatic acts answer what the scenario says, timers fire when time passes
over them, and the dossier reacts on paper (`engine.domain.standing`).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.domain import time_limit
from engine.domain.clock_ledger import ClockState
from engine.domain.errors import DomainError
from engine.domain.process import (
    InstanceStatus,
    Moment,
    OpenTask,
    ServiceCall,
    Step,
    Thrown,
    Version,
    WaitingTimer,
    Waits,
)
from engine.domain.reaction import effects
from engine.domain.standing import Standing
from engine.ports import Loaded, Workflow

CODE = "T00.01-260101-0001"
"""A dossier code for diagrams that print one."""
MOST_FIRINGS = 200
"""More timers, or more messages and calls, than that between two steps of a scenario are a circle nobody meant."""

EXTENDS = "extend_term"
"""The delegate that grants more time."""


class RehearsalError(Exception):
    """The scenario cannot go on. `code` and `facts` make the sentence (`engine.workflow.rehearsal`)."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(slots=True)
class Pool:
    """One running instance."""

    process_id: str
    state: bytes
    variables: dict[str, Any]
    waits: Waits
    status: InstanceStatus


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of a step, reckoned by the calendar of the rehearsal."""

    now: datetime
    stage: Stage

    def due(self, term: str) -> datetime:
        """UTC instant at which the term ends when it starts now."""
        ends_at = time_limit.due_at(self.now, time_limit.parse(term), self.stage.standing.rules.calendar)
        assert ends_at is not None, term
        return ends_at.astimezone(UTC)


@dataclass(slots=True)
class Stage:
    """One dossier. `visited` lists the nodes passed, in order; `flows` the sequence flows."""

    workflow: Workflow
    version: Version
    calls: Mapping[str, Any]
    standing: Standing
    now: datetime
    pools: list[Pool] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    flows: set[str] = field(default_factory=set)
    pending: deque[tuple[Pool, ServiceCall | Thrown]] = field(default_factory=deque)
    answered: Counter[str] = field(default_factory=Counter)

    def submit(self, answers: Mapping[str, Any], channel: str) -> None:
        """Starts the pool that begins without a message, with what the engine itself tells it."""
        given = {"received_by": "receiving", "channel": channel, "dossier_code": None, **self.standing.variables(),
                 **answers}
        process_id = self.workflow.processes(self.version)[0]
        self._open(process_id, given, self.workflow.start(self.version, process_id, given, self.moment()))
        self._settle()

    def task(self, node_id: str) -> tuple[Pool, OpenTask]:
        """The open human step of that node. Raises RehearsalError."""
        for pool, task in self.tasks():
            if task.node_id == node_id:
                return pool, task
        raise RehearsalError("not_open", node=node_id, open=", ".join(t.node_id for _, t in self.tasks()) or "—")

    def complete(self, pool: Pool, task: OpenTask, answers: Mapping[str, Any]) -> None:
        """Somebody finishes the step."""
        self._take(pool, self.workflow.complete(self._loaded(pool), task.token_id, answers, self.moment()))
        self._settle()

    def tasks(self) -> Iterator[tuple[Pool, OpenTask]]:
        """Every open human step."""
        return ((pool, task) for pool in self.pools for task in pool.waits.tasks)

    def timers(self) -> list[tuple[Pool, WaitingTimer]]:
        """Every waiting timer, the next one first."""
        waiting = [(pool, timer) for pool in self.pools for timer in pool.waits.timers]
        return sorted(waiting, key=lambda each: each[1].due_at)

    def pass_to(self, at: datetime) -> None:
        """Lets time pass; what falls due on the way fires at its instant. Raises RehearsalError for a step back."""
        if at < self.now:
            raise RehearsalError("backwards", at=at, now=self.now)
        for _ in range(MOST_FIRINGS):
            due = [each for each in self.timers() if each[1].due_at <= at]
            if not due:
                self.now = at
                return
            self._fire(*due[0])
        raise RehearsalError("restless", count=MOST_FIRINGS)

    def wait_for(self, node_id: str) -> None:
        """Lets time pass until the timer of that node fires. Raises RehearsalError when none waits there."""
        due_at = next((timer.due_at for _, timer in self.timers() if timer.node_id == node_id), None)
        if due_at is None:
            waiting = ", ".join(timer.node_id for _, timer in self.timers()) or "—"
            raise RehearsalError("no_timer", node=node_id, waiting=waiting)
        self.pass_to(max(due_at, self.now))

    def tell(self, message: str, payload: Mapping[str, Any]) -> None:
        """Word from outside the diagram comes in. Raises RehearsalError when no pool waits for it."""
        thrown = Thrown(0, "message", message, payload, "", "")
        pool = next((pool for pool in self.pools if _awaits(pool, thrown)), None)
        if pool is None:
            raise RehearsalError("unheard", message=message)
        self._deliver(pool, thrown)
        self._settle()

    def moment(self) -> Moment:
        """Now, for the workflow and for terms of a scenario."""
        return Now(self.now, self)

    def _fire(self, pool: Pool, timer: WaitingTimer) -> None:
        self.now = max(self.now, timer.due_at)
        self._take(pool, self.workflow.fire(self._loaded(pool), timer.token_id, timer.slot, self.moment()))
        self._settle()

    def _open(self, process_id: str, variables: Mapping[str, Any], step: Step) -> None:
        pool = Pool(process_id, step.state, dict(variables), Waits((), (), (), ()), step.status)
        self.pools.append(pool)
        self._take(pool, step)

    def _settle(self) -> None:
        """Answers calls and carries messages, in the order in which they came up, until the pools rest."""
        for _ in range(MOST_FIRINGS):
            if not self.pending:
                return
            pool, next_up = self.pending.popleft()
            if isinstance(next_up, ServiceCall):
                self._answer(pool, next_up)
            else:
                self._route(pool, next_up)
        raise RehearsalError("restless", count=MOST_FIRINGS)

    def _take(self, pool: Pool, step: Step) -> None:
        pool.state, pool.status = step.state, step.status
        pool.variables.update(step.written)
        for name in step.deleted:
            pool.variables.pop(name, None)
        self._watch(pool, step)
        for trouble in step.troubles:
            raise RehearsalError("incident", node=trouble.node_id, trouble=trouble.code, detail=trouble.message)
        pool.waits = self.workflow.waits(self._loaded(pool))
        self.pending.extend((pool, call) for call in step.calls)
        self.pending.extend((pool, thrown) for thrown in step.thrown)

    def _answer(self, pool: Pool, call: ServiceCall) -> None:
        if call.delegate not in self.calls:
            raise RehearsalError("unanswered", node=call.node_id, delegate=call.delegate)
        result = self._next_answer(call.delegate)
        if "error" in result:
            self._take(pool, self.workflow.fail_call(self._loaded(pool), call.token_id, str(result["error"]), "",
                                                     self.moment()))
        else:
            self._extend(call)
            self._take(pool, self.workflow.finish_call(self._loaded(pool), call.token_id, result, self.moment()))

    def _extend(self, call: ServiceCall) -> None:
        """What the delegate does to a dossier whose clock runs; a procedure beside another has none of its own."""
        if call.delegate == EXTENDS and self.standing.clock is ClockState.RUNNING:
            self.standing = self.standing.extended(int(call.inputs["days"]), self.now, str(call.inputs.get("ground")))

    def _next_answer(self, delegate: str) -> Mapping[str, Any]:
        """Of several answers one after the other, the last of them for ever."""
        given = self.calls[delegate]
        answers = given if isinstance(given, list) else [given]
        self.answered[delegate] += 1
        return answers[min(self.answered[delegate], len(answers)) - 1] or {}

    def _watch(self, pool: Pool, step: Step) -> None:
        for passage in step.history:
            self.visited.append(passage.node_id)
            self.flows.update(passage.detail.get("flows", ()))
        before = self.standing
        for effect in effects(step.history):
            try:
                self.standing = self.standing.after(effect, self.now)
            except DomainError as refused:
                raise RehearsalError("unlawful", node=effect.node_id, detail=str(refused)) from refused
        if self.standing != before:
            pool.variables.update(self.standing.variables(), dossier_code=CODE)

    def _route(self, sender: Pool, thrown: Thrown) -> None:
        receivers = [pool for pool in self.pools if _awaits(pool, thrown)]
        if thrown.kind == "signal":
            for pool in receivers:
                if pool is not sender:
                    self._deliver(pool, thrown)
        elif receivers:
            self._deliver(receivers[0], thrown)
        else:
            self._begin_by(thrown)

    def _deliver(self, pool: Pool, thrown: Thrown) -> None:
        pool.variables.update(thrown.payload)
        self._take(pool, self.workflow.deliver(self._loaded(pool), thrown.kind, thrown.name, thrown.payload,
                                               self.moment()))

    def _begin_by(self, thrown: Thrown) -> None:
        process_id = self.workflow.message_start(self.version, thrown.name)
        if process_id is None:
            raise RehearsalError("undelivered", node=thrown.node_id, message=thrown.name)
        step = self.workflow.start_by_message(self.version, thrown.name, thrown.payload, self.moment())
        self._open(process_id, thrown.payload, step)

    def _loaded(self, pool: Pool) -> Loaded:
        return Loaded(self.version, pool.process_id, pool.state, pool.variables)


def _awaits(pool: Pool, thrown: Thrown) -> bool:
    return any((s.kind, s.name) == (thrown.kind, thrown.name) for s in pool.waits.subscriptions)
