"""The door: SpiffWorkflow as the engine's `Workflow` (engine/ports.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition, MessageEventDefinition

from engine.domain.errors import NotFound
from engine.domain.process import Moment, NodePhase, Step, Version, Waits
from engine.domain.review import Package, Problem, Vocabulary
from engine.domain.tariff import Evaluator
from engine.ports import Loaded
from engine.workflow.activities import HumanTask, ServiceTask, begin, give, none_start
from engine.workflow.codec import load
from engine.workflow.failure import Failure
from engine.workflow.gate.review import review
from engine.workflow.instance import Instance
from engine.workflow.model import Models
from engine.workflow.stepping import run
from engine.workflow.tariffs import TariffEvaluator
from engine.workflow.throwing import catcher_above, catchers, deliver_signal
from engine.workflow.tokens import CANCELLED, ERROR, READY, STARTED, WAITING, Token
from engine.workflow.waits import read_waits


class _Timeless:
    """For looking only: what merely reads a state never asks the time."""

    now = datetime.min.replace(tzinfo=UTC)

    def due(self, term: str) -> datetime:
        raise AssertionError(f"reading a state must not reckon {term}")


class SpiffAdapter:
    """Keeps nothing between calls but the models it has read. Safe to share between threads."""

    def __init__(self) -> None:
        self._models = Models()

    def review(self, package: Package, vocabulary: Vocabulary) -> list[Problem]:
        """The publish gate: every problem, never only the first."""
        return review(package, vocabulary)

    def processes(self, version: Version) -> tuple[str, ...]:
        """Ids of the executable processes (pools), the one that starts without a message first."""
        return self._models.of(version).processes

    def message_start(self, version: Version, message: str) -> str | None:
        """The process whose start event receives this message, if any."""
        found = self._models.of(version).message_start(message)
        return found[0] if found else None

    def start(self, version: Version, process_id: str, variables: Mapping[str, Any], at: Moment) -> Step:
        """Begins an instance at its none start event with these instance variables."""
        if process_id not in self.processes(version):
            raise NotFound(process=process_id)
        instance = Instance(self._models.of(version), process_id, {}, at)
        instance.task_tree.write(variables)
        begin(instance.task_tree, none_start(instance.spec))
        return run(instance)

    def start_by_message(self, version: Version, message: str, payload: Mapping[str, Any], at: Moment) -> Step:
        """Begins an instance at its message start event; the payload becomes its variables."""
        model = self._models.of(version)
        found = model.message_start(message)
        if found is None:
            raise NotFound(message=message)
        process_id, start = found
        instance = Instance(model, process_id, {}, at)
        instance.task_tree.write(payload)
        begin(instance.task_tree, start, fired=start.bpmn_id)
        return run(instance)

    def complete(self, it: Loaded, token_id: str, answers: Mapping[str, Any], at: Moment) -> Step:
        """Completes a human task; answers become instance variables (or the item's output in multi-instance)."""
        instance, before = self._open(it, at)
        token = _waiting(instance, token_id, READY, HumanTask)
        give(token, answers)
        token.complete()
        return run(instance, before)

    def finish_call(self, it: Loaded, token_id: str, result: Mapping[str, Any], at: Moment) -> Step:
        """Completes a service task with its delegate's result."""
        instance, before = self._open(it, at)
        token = _waiting(instance, token_id, STARTED, ServiceTask)
        give(token, result)
        token.complete()
        return run(instance, before)

    def fail_call(self, it: Loaded, token_id: str, error_code: str, message: str, at: Moment) -> Step:
        """Throws a BPMN error at a service task; without a boundary that catches it the Step carries a Trouble."""
        instance, before = self._open(it, at)
        token = _waiting(instance, token_id, STARTED, ServiceTask)
        catcher = catcher_above(token, ErrorEventDefinition, error_code)
        if catcher is None:
            token.fail(Failure("call_failed", f"{error_code}: {message}"))
        else:
            boundary = catcher.task_spec.bpmn_id
            token.note(NodePhase.FAILED, {"code": error_code, "message": message, "caught_by": boundary})
            token._state = CANCELLED
            catcher.task_spec.occur(catcher, boundary)
        return run(instance, before)

    def fire(self, it: Loaded, token_id: str, slot: str, at: Moment) -> Step:
        """Fires one timer. Cycles come back in `timers_set` with their next due time."""
        instance, before = self._open(it, at)
        if not any((timer.token_id, timer.slot) == (token_id, slot) for timer in before.timers):
            raise NotFound(token=token_id, slot=slot)
        token = _waiting(instance, token_id, WAITING, object)
        token.task_spec.occur(token, slot)
        return run(instance, before)

    def deliver(self, it: Loaded, kind: str, name: str, payload: Mapping[str, Any], at: Moment) -> Step:
        """Delivers a message (one subscription) or a signal (all of them)."""
        instance, before = self._open(it, at)
        if not any((s.kind, s.name) == (kind, name) for s in before.subscriptions):
            raise NotFound(kind=kind, name=name)
        if kind == "signal":
            instance.task_tree.write(payload)
            deliver_signal(instance, name)
        else:
            token, slot = next(catchers(instance, MessageEventDefinition, name))
            token.write(payload)
            token.task_spec.occur(token, slot)
        return run(instance, before)

    def evaluator(self, version: Version, now: datetime) -> Evaluator:
        """Formulas and decision tables of a version, for what has to be reckoned beside its diagram."""
        return TariffEvaluator(self._models.of(version), now)

    def retry(self, it: Loaded, token_id: str, at: Moment) -> Step:
        """Runs a token in trouble once more, after the cause was mended (variables may have been corrected)."""
        instance, before = self._open(it, at)
        token = _waiting(instance, token_id, ERROR, object)
        token.task_spec.retry(token)
        return run(instance, before)

    def waits(self, it: Loaded) -> Waits:
        """What the state waits for: used to verify or rebuild the rows."""
        return read_waits(load(it.state, self._models.of(it.version), it.process_id, it.variables, _Timeless()))

    def _open(self, it: Loaded, at: Moment) -> tuple[Instance, Waits]:
        instance = load(it.state, self._models.of(it.version), it.process_id, it.variables, at)
        return instance, read_waits(instance)


def _waiting(instance: Instance, token_id: str, state: int, node: type) -> Token:
    """The token, if it still waits as the command believes."""
    token = instance.find(token_id)
    if token is None or token._state != state or not isinstance(token.task_spec, node):
        raise NotFound(token=token_id)
    return token
