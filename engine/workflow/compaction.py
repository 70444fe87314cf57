"""Finished tokens leave the instance; the history has them.

What stays is what is somewhere on the diagram, and the parents that still wait for their children (the split around
an activity with boundary events, the owner of a multi-instance). Everything else is re-hung under the root. So the
state does not grow with the rounds of a loop, no walk is ever deep, a join cannot see an earlier round (spiff.md 3.2,
8 and 9), and what follows a fired cycle timer no longer hangs below the timer, where cancelling it would delete open
work (3.3, 22).
"""

from __future__ import annotations

from engine.workflow.level import Level, Subprocess
from engine.workflow.tokens import Parental, Token


def compact(top: Level, inside: dict[str, Subprocess]) -> None:
    """Cuts the finished part off, at every level; `inside` loses the subprocesses that are over."""
    for level in (top, *inside.values()):
        _compact(level)
    for token_id, level in list(inside.items()):
        if level.completed or not level.owner.is_live or level.owner.id not in level.owner.workflow.tasks:
            del inside[token_id]


def _compact(workflow: Level) -> None:
    root = workflow.task_tree
    kept = {root.id: root}
    for token in workflow.live():
        _keep(token, kept)
    workflow.tasks = {token_id: token for token_id, token in workflow.tasks.items() if token_id in kept}
    for token in kept.values():
        token._children = []
    for token in workflow.tasks.values():
        if token is not root:
            _hang(token, root)


def _keep(token: Token, kept: dict[str, Token]) -> None:
    while token.id not in kept:
        kept[token.id] = token
        parent = token.parent
        if parent is None or not isinstance(parent.task_spec, Parental):
            return
        token = parent


def _hang(token: Token, root: Token) -> None:
    parent = token.parent
    if parent is None or not isinstance(parent.task_spec, Parental):
        parent = root
    token._parent = parent.id
    parent._children.append(token.id)
