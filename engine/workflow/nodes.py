"""What every node of ours knows beyond SpiffWorkflow: its drawn flows and how it rests."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.workflow.tokens import FUTURE, Parental, Token


class Node(BpmnSpecMixin):
    """Base of our nodes. `flows` maps the name of each node before this one to the sequence flow between them."""

    awaits_the_world = False
    """A token here can be moved by a person, a timer, a message or a delegate."""
    decides_at_rest = False
    """A waiting token here looks around once nothing else moves."""
    keeps_entry = False
    """Its arrival and its cancellation are worth a line of history, not only its completion."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, *args, **kwargs)
        self.flows: dict[str, str] = {}

    def _predict(self, my_task: Token, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: children grow when the token completes, so nothing has to be predicted, stored or pruned."""

    def flows_into(self, token: Token) -> list[str]:
        """The sequence flows by which this token came, as far as they were taken in this step."""
        parent = token.parent
        if parent is None:
            return []
        if isinstance(parent.task_spec, Parental):
            return list(parent.task_spec.flows_into(parent)) if isinstance(parent.task_spec, Node) else []
        flow = self.flows.get(parent.task_spec.name)
        return [flow] if flow else []

    def slots(self) -> list[tuple[str, Any]]:
        """The events a token here waits for."""
        return []

    def retry(self, my_task: Token) -> None:
        """Runs a token in trouble once more: as if it had just arrived."""
        my_task._state = FUTURE
        my_task.arrive()
