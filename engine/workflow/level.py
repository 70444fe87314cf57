"""A level of a running instance: the process at the top, or the inside of a subprocess."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from engine.workflow.branches import Path
from engine.workflow.tokens import COMPLETED, Token


class Level:
    """What an instance and its subprocesses share."""

    spec: Any
    tasks: dict[str, Token]
    task_tree: Token
    completed: bool
    path: Path
    local: dict[str, Any]
    owner: Token | None = None
    """The activity whose inside this is; None at the top."""

    def plant(self, root_id: str) -> Token:
        """Gives the workflow its root: a completed token under which all others hang."""
        self.task_tree = Token(self, self.spec.start, state=COMPLETED, id=root_id)
        return self.task_tree

    def live(self) -> Iterator[Token]:
        """Tokens that are somewhere, those in trouble included."""
        return (token for token in self.tasks.values() if token.is_live)

    def clear(self) -> None:
        """Cancels every token, as a terminate event or an interrupted subprocess does."""
        for token in list(self.tasks.values()):
            token.cancel()

    def is_completed(self) -> bool:
        """Whether the last token is gone."""
        return self.completed

    def update_waiting_tasks(self) -> None:
        """Nothing: `Instance.run` looks at them once, at rest."""


class Subprocess(Level, BpmnSubWorkflow):
    """The inside of one subprocess or call activity."""

    owner: Token

    def __init__(self, spec: Any, owner: Token) -> None:
        self.owner = owner
        self.path, self.local = owner.path, owner.local
        super().__init__(spec, owner.id, owner.instance, deserializing=True)
        self.plant(f"{owner.id}:0")

    def _calculate_depth(self) -> int:
        depth: int = self.owner.workflow.depth
        return depth + 1
