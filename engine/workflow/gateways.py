"""Gateways. Splits are SpiffWorkflow's; joins are ours, because Spiff's read the history of the tree.

A token that arrives at a join waits there. The parallel join fires when every incoming flow holds one, takes exactly
one from each, and leaves the others waiting for their partners, as BPMN says (spiff.md 3.2: 8, the early second round;
11, swallowed tokens). The inclusive join fires when no other token can still reach a flow that is empty.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.operators import Operator

from engine.workflow.branches import meet
from engine.workflow.environment import FEEL
from engine.workflow.failure import Failure
from engine.workflow.nodes import Node
from engine.workflow.tokens import CANCELLED, FUTURE, WAITING, Chooser, Token


class Join(Node):
    """Gathers tokens. `via` in a waiting token names the node from which it came."""

    def waiting(self, my_task: Token) -> list[Token]:
        """Tokens that arrived here and wait, oldest first."""
        return [t for t in my_task.workflow.tasks.values() if t.task_spec is self and t._state == WAITING]

    def _update_hook(self, my_task: Token) -> bool:
        if "joined" in my_task.internal_data:
            return True
        if my_task._state != WAITING:
            self._wait(my_task)
        arrived = self.arrivals(my_task)
        if not self._may_fire(my_task, arrived):
            return False
        onward = self._merge(arrived)
        if onward is not my_task:
            onward._ready()
        return onward is my_task

    def _wait(self, my_task: Token) -> None:
        parent = my_task.parent
        my_task.internal_data.setdefault("via", parent.task_spec.name if parent is not None else "")
        my_task._set_state(WAITING)

    def arrivals(self, my_task: Token) -> list[Token]:
        """One token per incoming flow, the oldest of each; the one that has just come is the last."""
        first: dict[str, Token] = {}
        for token in self.waiting(my_task):
            first.setdefault(token.internal_data["via"], token)
        return sorted(first.values(), key=lambda token: token is my_task)

    def _may_fire(self, my_task: Token, arrived: list[Token]) -> bool:
        raise NotImplementedError

    def _merge(self, arrived: list[Token]) -> Token:
        """The last token goes on for all; the others are spent."""
        *spent, onward = arrived
        onward.path = meet(token.path for token in arrived)
        onward.internal_data = {"joined": [token.internal_data["via"] for token in arrived]}
        for token in spent:
            token._state = CANCELLED
        return onward

    def flows_into(self, token: Token) -> list[str]:
        names = token.internal_data.get("joined")
        return [self.flows[name] for name in names if name in self.flows] if names else super().flows_into(token)


class ParallelGateway(Join, spiff.ParallelGateway):
    """AND: waits for a token on each incoming flow."""

    def _may_fire(self, my_task: Token, arrived: list[Token]) -> bool:
        return len(arrived) == len(set(self._inputs))

    def _run_hook(self, my_task: Token) -> bool:
        return True


class FlowCondition(Operator):
    """The condition on a flow: FEEL, true or false."""

    def _matches(self, task: Token) -> bool:
        return FEEL.condition(task, self.args[0])


class Conditional(Chooser, Node):
    """A gateway whose flows carry conditions."""

    def connect_outgoing_if(self, condition: str, taskspec: Any) -> None:
        self.connect_if(FlowCondition(condition.strip()), taskspec)


class ExclusiveGateway(Conditional, spiff.ExclusiveGateway):
    """XOR: the first flow, in the order of the file, whose condition is true; else the default."""

    def _run_hook(self, my_task: Token) -> bool:
        chosen = self._first_match(my_task) or self.default_task_spec
        if chosen is None:
            raise Failure("no_flow", "no condition is true and there is no default flow")
        my_task._sync_children([self._wf_spec.task_specs[chosen]], FUTURE)
        return True

    def _first_match(self, my_task: Token) -> str | None:
        for condition, target in self.cond_task_specs:
            if condition is not None and condition._matches(my_task):
                return str(target)
        return None


class InclusiveGateway(Conditional, Join, spiff.InclusiveGateway):
    """OR: takes every flow whose condition is true; joins what can still come."""

    decides_at_rest = True

    def test(self) -> None:
        """Spiff's checks want a split task that unstructured joins do not have."""

    def _run_hook(self, my_task: Token) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise Failure("no_flow", "no condition is true and there is no default flow")
        my_task._sync_children(matches or defaults, FUTURE)
        return True

    def _update_hook(self, my_task: Token) -> bool:
        """Arrival only waits: whether others can still come is seen at rest."""
        if my_task._state == WAITING or "joined" in my_task.internal_data or len(set(self._inputs)) == 1:
            return super()._update_hook(my_task)
        self._wait(my_task)
        return False

    def _may_fire(self, my_task: Token, arrived: list[Token]) -> bool:
        full = {token.internal_data["via"] for token in arrived}
        to_empty = self._upstream(set(self._inputs) - full)
        to_full = self._upstream(full)
        others = (t for t in my_task.workflow.live() if t.task_spec is not self)
        return not any(t.task_spec.name in to_empty and t.task_spec.name not in to_full for t in others)

    def _upstream(self, targets: set[str]) -> set[str]:
        """Every node from which one of these can be reached without passing this gateway."""
        specs: dict[str, Any] = self._wf_spec.task_specs
        seen, open_ = set[str](), list(targets)
        while open_:
            name = open_.pop()
            if name not in seen and name != self.name:
                seen.add(name)
                open_ += specs[name]._inputs
        return seen
