"""The running instance: SpiffWorkflow's workflow with a queue of ready tokens instead of walks over the task tree.

Spiff looks for the next task by walking the whole tree, which costs O(n) per step and stops at depth 1000, where an
instance hangs without a word (spiff.md 3.2, 9). Here a token that gets ready enters a queue, and what only rest can
decide (an inclusive join, a conditional event, the end of a subprocess) is looked at once, when the queue is empty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow

from engine.domain.errors import InvalidInput
from engine.domain.process import Moment, NodePhase, Passage, Trouble
from engine.workflow.branches import Path, concurrent
from engine.workflow.compaction import compact
from engine.workflow.environment import FEEL
from engine.workflow.failure import Failure
from engine.workflow.level import Level, Subprocess
from engine.workflow.model import Model
from engine.workflow.record import Record
from engine.workflow.tokens import AT_REST, CANCELLED, COMPLETED, ERROR, FUTURE, READY, STARTED, WAITING, Token

RUNS_PER_STEP = 10_000
RUNS_BETWEEN_COMPACTIONS = 200


class Instance(Level, BpmnWorkflow):
    """One process instance in memory, for the length of one step."""

    def __init__(self, model: Model, process_id: str, variables: Mapping[str, Any], at: Moment) -> None:
        self.model, self.at = model, at
        self.variables = dict(variables)
        self.record = Record()
        self.counter = 0
        self.path, self.local = (), {}
        self.writers: dict[str, Path] = {}
        self.terminated = False
        self._queue: deque[Token] = deque()
        super().__init__(model.specs[process_id], model.specs, script_engine=FEEL, deserializing=True)
        self.plant("0")

    def next_id(self) -> str:
        """Short, and never given out twice in the life of the instance."""
        self.counter += 1
        return str(self.counter)

    def create_subprocess(self, my_task: Token, spec_name: str) -> Subprocess:
        """Opens the inside of an activity."""
        inside = Subprocess(self.model.specs[spec_name], my_task)
        self.subprocesses[my_task.id] = inside
        return inside

    def workflows(self) -> list[Level]:
        """Every open level, deepest first."""
        inside = [w for w in self.subprocesses.values() if not w.completed]
        return [*sorted(inside, key=lambda w: -w.depth), self]

    def find(self, token_id: str) -> Token | None:
        """The token of that id, at whatever level."""
        for workflow in (self, *self.subprocesses.values()):
            if token_id in workflow.tasks:
                found: Token = workflow.tasks[token_id]
                return found
        return None

    def all_live(self) -> Iterator[Token]:
        """Every token that is somewhere."""
        for workflow in (self, *self.subprocesses.values()):
            yield from workflow.live()

    def run(self) -> None:
        """Moves until only the world can move anything."""
        runs = 0
        while self._queue or self._settle():
            token = self._queue.popleft()
            if token._state != READY or token.workflow.tasks.get(token.id) is not token:
                continue
            runs += 1
            if runs > RUNS_PER_STEP:
                token.fail(Failure("runaway", f"more than {RUNS_PER_STEP} automatic steps without rest"))
                continue
            token.run()
            if runs % RUNS_BETWEEN_COMPACTIONS == 0:
                compact(self, self.subprocesses)
        self._report_standstill()

    def _settle(self) -> bool:
        """Decides what only rest can decide; true when something moved."""
        for token in [t for t in self.all_live() if t._state == WAITING and t.task_spec.decides_at_rest]:
            token.arrive()
            if self._queue:
                return True
        for workflow in self.workflows():
            if not workflow.completed and not any(workflow.live()):
                self._finish(workflow)
                if self._queue:
                    return True
        return bool(self._queue)

    def _finish(self, workflow: Level) -> None:
        workflow.completed = True
        if isinstance(workflow, Subprocess):
            workflow.owner._set_state(READY)

    def _report_standstill(self) -> None:
        """Nothing may wait for ever in silence: joins that no token can reach are reported as stuck."""
        live = list(self.all_live())
        if any(t._state == ERROR or t.task_spec.awaits_the_world for t in live):
            return
        for token in live:
            token.fail(Failure("stuck", "nothing can move this token any more"))

    def moved(self, token: Token, before: int, after: int) -> None:
        """Hears of every change of state: queues what can run, writes the history."""
        spec = token.task_spec
        if after == READY and not spec.manual:
            self._queue.append(token)
        if spec.bpmn_id is None:
            return
        if after == COMPLETED:
            token.note(NodePhase.COMPLETED)
        elif after == CANCELLED and (before == ERROR or (spec.keeps_entry and before & AT_REST)):
            token.note(NodePhase.CANCELLED)
        elif spec.keeps_entry and (after & (WAITING | STARTED) or spec.manual) and before & (FUTURE | READY):
            token.note(NodePhase.ENTERED)

    def note(self, token: Token, phase: NodePhase, detail: Mapping[str, Any]) -> None:
        """Adds a passage; facts, flows taken and conflicts come along."""
        node = self.model.node(token.task_spec)
        told = dict(detail)
        flows = token.task_spec.flows_into(token)
        if flows:
            told["flows"] = flows
        conflict = self.record.conflicts.pop(token.id, None)
        if conflict:
            told["conflict"] = conflict
        self.record.history.append(Passage(token.id, node.id, node.name, node.type, phase, node.facts, told))

    def report(self, token: Token, error: Exception) -> None:
        """Records why a token cannot go on."""
        failure = error if isinstance(error, Failure) else Failure(_code(error), str(error))
        node = self.model.node(token.task_spec)
        self.record.troubles.append(Trouble(failure.code, node.id, token.id, str(failure), failure.expression,
                                            failure.values))
        self.note(token, NodePhase.FAILED, {"code": failure.code})

    def write(self, token: Token, name: str, value: Any) -> None:
        """Sets an instance variable; the last write wins, but a concurrent one that differs is told in the history."""
        known = name in self.variables
        if known and _same(self.variables[name], value):
            return
        writer = self.writers.get(name)
        if known and writer is not None and concurrent(writer, token.path):
            told = self.record.conflicts.setdefault(token.id, {})
            told[name] = {"replaced": self.variables[name], "kept": value}
        self.variables[name] = value
        self.record.written[name] = value
        self._remember_writer(name, token.path)

    def _remember_writer(self, name: str, path: Path) -> None:
        if path:
            self.writers[name] = path
        else:
            self.writers.pop(name, None)


def _same(old: Any, new: Any) -> bool:
    """As JSON: `true` is not 1."""
    return type(old) is type(new) and bool(old == new)


def _code(error: Exception) -> str:
    return "bad_value" if isinstance(error, InvalidInput) else "failed"
