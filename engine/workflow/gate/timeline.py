"""All processes of a diagram as one graph of waiting times, on which the longest path is the worst case.

Subprocesses and called processes are laid out in place; a message leads from its throw to its wait, because whoever
waits goes on when the other pool has done its part. A step is two points in time: it is reached, and it is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from engine.domain.reaction import WAITING_TYPES
from engine.workflow.gate.durations import hours, waited
from engine.workflow.gate.graph import Diagram, Node, Scope
from engine.workflow.gate.lint.messages import CATCHES, THROWS
from engine.workflow.gate.soundness import split

MOST_POINTS = 10_000
EXTENDS = "extend_term"
"""The delegate that grants more time; only a number written in the diagram is counted."""

Point = tuple[str, str]
"""The node's key (the calls that lead to it, and its id), and `in` or `out`."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Passing it takes `hours` of working time; `node` is what a person calls the time."""

    target: Point
    hours: Fraction = Fraction(0)
    node: Node | None = None
    pool: str = ""


@dataclass(slots=True)
class Timeline:
    """Edges by their source, and the node at each point. Not `whole`, calls beyond MOST_POINTS were left out."""

    edges: dict[Point, list[Edge]] = field(default_factory=dict)
    nodes: dict[Point, Node] = field(default_factory=dict)
    whole: bool = True

    def spoken(self, point: Point) -> dict[str, str]:
        """The facts that take effect here: where a token rests when it arrives, elsewhere when it leaves."""
        node = self.nodes.get(point)
        if node is None or (point[1] == "in") != (node.tag in WAITING_TYPES):
            return {}
        return node.facts

    def join(self, source: Point, edge: Edge) -> None:
        self.edges.setdefault(source, []).append(edge)
        self.edges.setdefault(edge.target, [])


def timeline(diagram: Diagram) -> Timeline:
    """Lays out every process that no call activity calls; the called ones appear where they are called."""
    line = Timeline()
    called = {node.called for node in diagram.nodes.values() if node.called}
    for process in diagram.processes.values():
        if process.id not in called:
            _Layout(diagram, line, process.id).scope(process, "", frozenset())
    _join_messages(diagram, line)
    return line


@dataclass(frozen=True, slots=True)
class _Layout:
    diagram: Diagram
    line: Timeline
    pool: str

    def scope(self, scope: Scope, prefix: str, calls: frozenset[str]) -> None:
        """Side branches that never come back are left out: nobody waits for them."""
        main, _ = split(scope)
        for node in (each for each in scope.nodes.values() if each.id in main):
            reached, done = (prefix + node.id, "in"), (prefix + node.id, "out")
            self.line.nodes[reached] = self.line.nodes[done] = node
            inside = node.child or self.diagram.called(node)
            fits = len(self.line.nodes) < MOST_POINTS
            self.line.whole = self.line.whole and fits
            if fits and inside is not None and inside.starts() and inside.id not in calls:
                self._inside(inside, f"{prefix}{node.id}/", (reached, done), calls | {inside.id})
            else:
                self.line.join(reached, Edge(done, own_hours(node), node, self.pool))
            self._onward(node, prefix, main)

    def _inside(self, inside: Scope, prefix: str, around: tuple[Point, Point], calls: frozenset[str]) -> None:
        self.scope(inside, prefix, calls)
        for start in inside.starts():
            self.line.join(around[0], Edge((prefix + start.id, "in")))
        for end in inside.ends():
            self.line.join((prefix + end.id, "out"), Edge(around[1]))

    def _onward(self, node: Node, prefix: str, main: set[str]) -> None:
        for flow in node.outgoing:
            if flow.target in main:
                self.line.join((prefix + node.id, "out"), Edge((prefix + flow.target, "in")))
        for boundary in (each for each in node.boundaries if each.id in main):
            took, waiting = _until(boundary, node)
            self.line.join((prefix + node.id, "in"), Edge((prefix + boundary.id, "in"), took, waiting, self.pool))


def own_hours(node: Node) -> Fraction:
    """The time allotted to a step; of a timer, how long it waits. A step that extends the term gives time instead."""
    if node.tag == "boundaryEvent":
        return Fraction(0)
    if node.facts.get("delegate") == EXTENDS:
        return -(hours(f"{node.facts.get('input.days', '')} working_day") or Fraction(0))
    wait = waited(node) if "timer" in node.kinds() and node.tag in ("intermediateCatchEvent", "startEvent") else None
    return wait if wait is not None else hours(node.facts.get("allotment", "")) or Fraction(0)


def _until(boundary: Node, host: Node) -> tuple[Fraction, Node]:
    """How long the host is open before the event: the timer's wait, else at most the host's time."""
    wait = waited(boundary) if "timer" in boundary.kinds() else None
    return (own_hours(host), host) if wait is None else (wait, boundary)


def _join_messages(diagram: Diagram, line: Timeline) -> None:
    """From the throw to the moment at which the wait is over; the wait's own allotment is no longer needed."""
    talking = [(point, diagram.message_name(node), node) for point, node in line.nodes.items()]
    for thrown, name, thrower in talking:
        if not name or thrower.tag not in THROWS or thrown[1] != "out":
            continue
        for awaited, awaited_name, waiter in talking:
            other = waiter.scope.process is not thrower.scope.process
            if awaited_name == name and waiter.tag in CATCHES and awaited[1] == "out" and other:
                line.join(thrown, Edge(awaited))
