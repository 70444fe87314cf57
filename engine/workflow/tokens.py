"""A token: one visit of one node.

SpiffWorkflow's Task, with what a stored, long-lived instance needs: a short deterministic id instead of a random
UUID, no data of its own but the multi-instance item, no predictions (children grow when the token completes), a
failure that stays with the token instead of an exception that loses the siblings, and a cancel that reaches
everything below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task

from engine.domain.errors import InvalidInput
from engine.domain.process import NodePhase
from engine.workflow.branches import Path, arm
from engine.workflow.failure import Failure
from engine.workflow.hosting import Host
from engine.workflow.values import plain_variables

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED
FUTURE, COMPLETED, ERROR, CANCELLED = TaskState.FUTURE, TaskState.COMPLETED, TaskState.ERROR, TaskState.CANCELLED
AT_REST = WAITING | READY | STARTED


class Parental:
    """A node whose token outlives its children and hears when one of them is done."""

    def child_completed(self, parent: Token, child: Token) -> None:
        """Called once, after the child's own flow has gone on."""
        raise NotImplementedError

    def watchers(self, parent: Token, activity: Token) -> list[Token]:
        """The waiting boundary events of an activity that is a child of `parent`."""
        return []


class Chooser:
    """A node that makes the children of its token itself when it runs."""


class Token(Task):
    """See the module. `path` tells concurrent branches apart; `data` holds multi-instance values or nothing."""

    def __init__(self, workflow: Any, task_spec: Any, parent: Token | None = None, state: int = TaskState.MAYBE,
                 id: str | None = None) -> None:
        super().__init__(workflow, task_spec, parent, state, id or workflow.top_workflow.next_id())
        self.path: Path = parent.path if parent is not None else workflow.path

    @property
    def instance(self) -> Host:
        """The instance at the top."""
        top: Host = self.workflow.top_workflow
        return top

    @property
    def local(self) -> dict[str, Any]:
        """Values that only this multi-instance branch sees."""
        values: dict[str, Any] = self.data or self.workflow.local
        return values

    @property
    def scope(self) -> Mapping[str, Any]:
        """What expressions at this token read."""
        local = self.local
        return {**self.instance.variables, **local} if local else self.instance.variables

    @property
    def is_live(self) -> bool:
        """In trouble counts: the token is there and will go on."""
        return bool(self._state < COMPLETED or self._state == ERROR)

    def write(self, values: Mapping[str, Any]) -> None:
        """Sets variables: those of the multi-instance branch where it has that name, else the instance's."""
        local = self.local
        for name, value in plain_variables(values).items():
            if name in local:
                local[name] = value
            else:
                self.instance.write(self, name, value)

    def run(self) -> None:
        """Executes an automatic node, or completes a human one."""
        try:
            done = self.task_spec._run_hook(self)
        except (Failure, InvalidInput, WorkflowException) as error:
            self.fail(error)
            return
        if self._state != READY:
            return  # what it threw has taken it away
        if done is None:
            self._set_state(STARTED)
        else:
            self.complete()

    def complete(self) -> None:
        """Passes the token on to its children."""
        spec = self.task_spec
        if not isinstance(spec, Chooser):
            spec._predict_hook(self)
        self._set_state(COMPLETED)
        spec._on_complete_hook(self)
        self._send_on()
        parent = self.parent
        if parent is not None and isinstance(parent.task_spec, Parental):
            parent.task_spec.child_completed(parent, self)

    def _send_on(self) -> None:
        onward = [c for c in self.children if not c.triggered and c._state == FUTURE]
        forks = len(onward) > 1 and not isinstance(self.task_spec, Parental)
        for number, child in enumerate(onward):
            if forks:
                child.path = arm(self.path, self.id, number)
            child.arrive()

    def arrive(self) -> None:
        """Lets the node take the token: it gets ready, waits, or fails."""
        try:
            self.task_spec._update(self)
        except (Failure, InvalidInput, WorkflowException) as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Keeps the token where it is, in trouble, until it is retried. The other branches go on."""
        self._state = ERROR
        self.instance.report(self, error)

    def cancel(self) -> None:
        """Takes the token and everything below it off the diagram."""
        for child in list(self.children):
            child.cancel()
        if self.is_live:
            self._set_state(CANCELLED)
            self.task_spec._on_cancel(self)

    def note(self, phase: NodePhase, detail: Mapping[str, Any] | None = None) -> None:
        """Writes this token into the history of the step."""
        self.instance.note(self, phase, detail or {})

    def _set_state(self, value: int) -> None:
        if value != self._state:
            before, self._state = self._state, value
            self.instance.moved(self, before, value)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Token:
        return Token(self.workflow, task_spec, self, state=state)

    def _inherit_data(self) -> None:
        """Nothing: variables belong to the instance (spiff.md 3.1, 1)."""
