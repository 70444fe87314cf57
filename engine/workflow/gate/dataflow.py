"""Data: what a condition, an input or a script reads is set on every path before it.

Two sets travel along the flows of an instance: the variables set on every path so far, and those set on at least one.
Parallel branches add up at their join; everywhere else a meeting keeps what all arrivals share.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from lxml import etree

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node
from engine.workflow.gate.variables import NOTHING, UNKNOWN, Written, local_to, sent, started_with, uses, written

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Known:
    """`always` is None while no token is known to come by: then nothing can be missing."""

    always: frozenset[str] | None = None
    ever: frozenset[str] = NOTHING

    def after(self, news: Written) -> Known:
        always = None if self.always is None else self.always | news.always
        return Known(always, self.ever | news.ever)


def variables_are_set_before_use(subject: Subject) -> Iterator[Finding]:
    """Asked of packages only: of a file by itself nobody knows the forms.

    What a message takes along must have been set on some path at least; an unset variable travels as null.
    """
    if subject.papers.bare:
        return
    flow = _Flow(subject)
    for node in subject.diagram.nodes.values():
        before = flow.before[node.id]
        for element, names in uses(subject, node):
            for name in sorted(names - (names if before.always is None else before.always)):
                yield _finding(flow, node, element, name)
        if UNKNOWN not in before.ever:
            for name in sorted(sent(node) - before.ever):
                yield _finding(flow, node, node.element, name)


def _finding(flow: _Flow, node: Node, element: etree._Element, name: str) -> Finding:
    ever = flow.before[node.id].ever
    if name in ever or UNKNOWN in ever:
        return found("DATA_MAYBE_UNSET", element, name=name, path=flow.path_without(name, node))
    near = get_close_matches(name, ever, 3, 0.6) or sorted(ever)[:SHOWN]
    return found("DATA_NEVER_SET", element, name=name, near=", ".join(near) or "—")


class _Flow:
    """What is known before and after each node, worked out until nothing changes."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.nodes = subject.diagram.nodes
        self.writes = {node.id: written(subject, node) for node in self.nodes.values()}
        self.before = dict.fromkeys(self.nodes, Known())
        self.after = dict.fromkeys(self.nodes, Known())
        while self._round():
            pass

    def _round(self) -> bool:
        """One pass over all nodes; True when something changed. Both sets move one way only, so it ends."""
        changed = False
        for node in self.nodes.values():
            before = self._arriving(node)
            after = self._leaving(node, before)
            changed = changed or (before, after) != (self.before[node.id], self.after[node.id])
            self.before[node.id], self.after[node.id] = before, after
        return changed

    def _arriving(self, node: Node) -> Known:
        if node.tag == "startEvent":
            return self._beginning(node)
        host = node.scope.nodes.get(node.attached_to or "")
        if host is not None:
            return self.before[host.id]
        arrivals = [self.after[flow.source] for flow in node.incoming if flow.source in self.after]
        return _joined(arrivals) if node.tag == "parallelGateway" else _met(arrivals)

    def _beginning(self, start: Node) -> Known:
        owner, process = start.scope.owner, start.scope.process
        if owner is not None:
            return self.before[owner.id].after(Written(local_to(owner), local_to(owner)))
        callers = self.subject.diagram.callers(process)
        if callers and not start.events:
            return _met(self.before[caller.id] for caller in callers)
        return Known(NOTHING).after(Written() if start.events else started_with(self.subject))

    def _leaving(self, node: Node, before: Known) -> Known:
        inside = node.child or self.subject.diagram.called(node)
        if inside is not None and inside.ends():
            end = _met(self.after[end.id] for end in inside.ends() if "error" not in end.kinds())
            before = Known(None if end.always is None or before.always is None else before.always | end.always,
                           before.ever | end.ever)
        return before.after(self.writes[node.id])

    def path_without(self, name: str, node: Node) -> str:
        """One way from the start of the scope to the node on which nothing sets the variable."""
        came_from: dict[str, Node | None] = {start.id: None for start in node.scope.starts()}
        waiting = deque(node.scope.starts())
        while waiting and node.id not in came_from:
            here = waiting.popleft()
            for after in _following(here, writes=name in self.writes[here.id].always):
                if after.id not in came_from:
                    came_from[after.id] = here
                    waiting.append(after)
        return _spoken(came_from, node)


def _following(node: Node, *, writes: bool) -> list[Node]:
    """Where a token goes from here; what interrupts the node leaves before it has written."""
    on = [] if writes else [node.scope.nodes[f.target] for f in node.outgoing if f.target in node.scope.nodes]
    return [*on, *node.boundaries]


def _spoken(came_from: dict[str, Node | None], node: Node) -> str:
    names: list[str] = []
    here: Node | None = node
    while here is not None:
        if here.name:
            names.append(" ".join(here.name.split()))
        here = came_from.get(here.id)
    shown = names[:SHOWN][::-1]
    return " → ".join(["…", *shown] if len(names) > SHOWN else shown) or node.id


def _joined(arrivals: Iterable[Known]) -> Known:
    """All branches have arrived: what any of them set is set."""
    every = list(arrivals)
    sets = [known.always for known in every if known.always is not None]
    always = frozenset().union(*sets) if len(sets) == len(every) and every else None
    return Known(always, frozenset().union(*(known.ever for known in every)))


def _met(arrivals: Iterable[Known]) -> Known:
    """One of them has arrived: only what all of them set is set for certain."""
    every = list(arrivals)
    sets = [known.always for known in every if known.always is not None]
    return Known(frozenset.intersection(*sets) if sets else None, frozenset().union(*(known.ever for known in every)))


RULES = (variables_are_set_before_use,)
