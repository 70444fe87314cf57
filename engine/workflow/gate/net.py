"""One process or subprocess as a net of places and transitions, which `soundness.py` explores.

A marking is an integer: one bit for each place. Every sequence flow is a place; an activity with boundary events has
places of its own while it is open, one for each set of non-interrupting events that have fired. Choices of people and
data are free: an exclusive gateway may take any flow, a boundary event may always happen. What cannot branch or wait
(one flow in, one out) is no transition of its own: its two flows are one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations

from engine.workflow.gate.graph import Diagram, Flow, Node, Scope

MOST_CHOICES = 8
CHOOSERS = frozenset({"exclusiveGateway", "eventBasedGateway"})
ANY_ERROR = "*"


@dataclass(frozen=True, slots=True)
class Transition:
    """Takes the tokens of `consumes`, puts one on each place of `produces`, empties the places of `clears`."""

    node: str
    consumes: int
    produces: int = 0
    clears: int = 0
    completes: bool = True


@dataclass(frozen=True, slots=True)
class InclusiveJoin:
    """Fires with whatever has arrived, once no other token can still arrive at an empty flow.

    `upstream` holds, for each incoming place, the places from which a token could come without passing the gateway.
    """

    node: str
    incoming: tuple[int, ...]
    upstream: tuple[int, ...]
    produces: tuple[int, ...]


@dataclass(slots=True)
class Net:
    """`leads_to` names, for each place, the nodes between it and the next transition; `messages` are no tokens."""

    scope: Scope
    transitions: list[Transition] = field(default_factory=list)
    joins: list[InclusiveJoin] = field(default_factory=list)
    initial: list[int] = field(default_factory=list)
    leads_to: dict[int, list[Node]] = field(default_factory=dict)
    too_wide: bool = False
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Talk:
    """The message places that nodes wait for and put something on, by node. Explored by itself, a process has none."""

    awaits: Mapping[str, int] = field(default_factory=dict)
    sends: Mapping[str, int] = field(default_factory=dict)

    def concerns(self, node: Node) -> bool:
        return node.id in self.awaits or node.id in self.sends


SILENCE = Talk()
EVERYTHING = -1


@dataclass(frozen=True, slots=True)
class Inside:
    """What an activity can do: complete, or let errors out (by code; ANY_ERROR for a delegate's)."""

    completes: bool
    errors: frozenset[str] = frozenset()


class _Builder:
    def __init__(self, diagram: Diagram, scope: Scope, nodes: dict[str, Node], cut: frozenset[str],
                 insides: dict[str, Inside], talk: Talk, bits: dict[str, int]) -> None:
        self.diagram, self.nodes, self.cut, self.insides = diagram, nodes, cut, insides
        self.talk, self.bits = talk, bits
        self.net = Net(scope)
        self.places = _fused(nodes.values(), self._is_plain)
        for node in nodes.values():
            for flow in node.incoming:
                self.net.leads_to.setdefault(self.flow(flow), []).append(node)

    def bit(self, name: str) -> int:
        return self.bits.setdefault(name, 1 << len(self.bits))

    def flow(self, flow: Flow) -> int:
        return self.bit(self.places.get(flow.id, flow.id))

    def flows(self, flows: Iterable[Flow]) -> int:
        mask = 0
        for flow in flows:
            if flow.target in self.nodes:
                mask |= self.flow(flow)
        return mask

    def _boundaries(self, node: Node) -> list[Node]:
        return [b for b in node.boundaries if b.id not in self.cut]

    def _is_plain(self, node: Node) -> bool:
        """True when a token only passes through."""
        single = len(node.incoming) == 1 and len(node.outgoing) == 1 and not self.talk.concerns(node)
        return single and not self._boundaries(node) and self.insides[node.id] == Inside(completes=True)

    def build(self, starts: list[Node]) -> Net:
        for start in starts:
            if start.id not in self.talk.awaits:
                self.net.initial.append(self.bit(f"@{start.id}"))
            self._act(start, 0 if start.id in self.talk.awaits else self.bit(f"@{start.id}"))
        for node in self.nodes.values():
            if not self._is_plain(node) and node.tag not in ("startEvent", "boundaryEvent"):
                self._node(node)
        self._inclusive_joins()
        return self.net

    def _node(self, node: Node) -> None:
        if node.tag == "parallelGateway" and len(node.incoming) > 1:
            self._act(node, self.flows(node.incoming))
        elif node.tag == "inclusiveGateway" and len(node.incoming) > 1:
            return
        else:
            for flow in node.incoming:
                self._act(node, self.flow(flow))

    def _act(self, node: Node, consumes: int) -> None:
        """What happens when the node takes these tokens."""
        if node.tag == "endEvent":
            clears = EVERYTHING if node.kinds() & {"terminate", "error"} else 0
            sends = self.talk.sends.get(node.id, 0)
            self._add(Transition(node.id, consumes, sends, clears, "error" not in node.kinds()))
        elif node.tag == "eventBasedGateway" and self.talk.awaits:
            self._race(node, consumes)
        elif self._boundaries(node):
            self._add(Transition(node.id, consumes, self.bit(f"{node.id}:")))
            self._open(node, frozenset())
        else:
            self._finish(node, consumes)

    def _race(self, gateway: Node, consumes: int) -> None:
        """Whichever event comes first decides; the token does not choose before."""
        for flow in gateway.outgoing:
            if flow.target in self.nodes:
                self._finish(self.nodes[flow.target], consumes)

    def _open(self, node: Node, fired: frozenset[str]) -> None:
        """The activity while it is open: it ends, an event interrupts it, or an event fires beside it."""
        here = self.bit(_open_name(node, fired))
        self.net.leads_to.setdefault(here, [node])
        self._finish(node, here)
        for boundary in self._boundaries(node):
            if boundary.interrupting:
                if self._can_happen(node, boundary):
                    taken = here | self.talk.awaits.get(boundary.id, 0)
                    self._add(Transition(boundary.id, taken, self.flows(boundary.outgoing)))
            elif boundary.id not in fired:
                self._fire_beside(node, boundary, fired)

    def _fire_beside(self, node: Node, boundary: Node, fired: frozenset[str]) -> None:
        """What may come again fires any number of times, the rest once."""
        after = fired if _repeats(boundary) else fired | {boundary.id}
        here, there = self.bit(_open_name(node, fired)), self.bit(_open_name(node, after))
        known = there in self.net.leads_to
        taken = here | self.talk.awaits.get(boundary.id, 0)
        self._add(Transition(boundary.id, taken, there | self.flows(boundary.outgoing)))
        if not known:
            self._open(node, after)

    def _finish(self, node: Node, consumes: int) -> None:
        """The node is done, once the message that it waits for is there."""
        inside = self.insides[node.id]
        consumes |= self.talk.awaits.get(node.id, 0)
        if inside.completes:
            for produces in self._choices(node):
                self._add(Transition(node.id, consumes, produces | self.talk.sends.get(node.id, 0)))
        if uncaught(self.diagram, node, inside.errors):
            self._add(Transition(node.id, consumes, 0, clears=EVERYTHING, completes=False))

    def _can_happen(self, node: Node, boundary: Node) -> bool:
        if "error" not in boundary.kinds() or node.tag == "serviceTask":
            return True
        return any(catches(self.diagram, boundary, code) for code in self.insides[node.id].errors)

    def _choices(self, node: Node) -> list[int]:
        """The sets of places that may receive tokens."""
        if node.tag in CHOOSERS and node.outgoing:
            return [self.flows([flow]) for flow in node.outgoing]
        if node.tag == "inclusiveGateway" and len(node.outgoing) > 1:
            return self._inclusive_choices(node)
        return [self.flows(node.outgoing)]

    def _inclusive_choices(self, node: Node) -> list[int]:
        flows = [flow for flow in node.outgoing if flow.id != node.default]
        if len(flows) > MOST_CHOICES:
            self.net.too_wide = True
            flows = flows[:MOST_CHOICES]
        some = chain.from_iterable(combinations(flows, size) for size in range(1, len(flows) + 1))
        defaults = [(flow,) for flow in node.outgoing if flow.id == node.default]
        return [self.flows(chosen) for chosen in (*some, *defaults)]

    def _add(self, transition: Transition) -> None:
        self.net.transitions.append(transition)

    def _inclusive_joins(self) -> None:
        """Last, because what is upstream shows only when every other transition is known."""
        joins = [n for n in self.nodes.values() if n.tag == "inclusiveGateway" and len(n.incoming) > 1]
        choices = {node.id: tuple(self._choices(node)) for node in joins}
        moves = [(t.consumes, t.produces, t.node) for t in self.net.transitions]
        moves += [(self.flows(n.incoming), p, n.id) for n in joins for p in choices[n.id]]
        for node in joins:
            incoming = tuple(self.flow(flow) for flow in node.incoming)
            others = [(taken, given) for taken, given, by in moves if by != node.id]
            upstream = tuple(_upstream(place, others) for place in incoming)
            self.net.joins.append(InclusiveJoin(node.id, incoming, upstream, choices[node.id]))


def _open_name(node: Node, fired: frozenset[str]) -> str:
    return f"{node.id}:{','.join(sorted(fired))}"


def _repeats(boundary: Node) -> bool:
    """Messages, signals and escalations may come again; so does a timer with a cycle."""
    cycle = any(str(part.tag).endswith("timeCycle") for event in boundary.events for part in event.element)
    return cycle or bool(boundary.kinds() & {"message", "signal", "escalation"})


def _upstream(place: int, moves: list[tuple[int, int]]) -> int:
    """The places from which a token can come to `place`, itself included."""
    found, before = place, 0
    while found != before:
        before = found
        for taken, given in moves:
            if given & found:
                found |= taken
    return found


def _fused(nodes: Iterable[Node], is_plain: Callable[[Node], bool]) -> dict[str, str]:
    """For each flow the flow that stands for its place: flows on both sides of a plain node are one place."""
    leader: dict[str, str] = {}

    def find(flow: str) -> str:
        while leader.get(flow, flow) != flow:
            flow = leader[flow]
        return flow

    for node in nodes:
        if is_plain(node):
            leader[find(node.outgoing[0].id)] = find(node.incoming[0].id)
    return {flow: find(flow) for flow in leader}


def catches(diagram: Diagram, boundary: Node, code: str) -> bool:
    """Whether a boundary event takes an error of this code; without a reference it takes any."""
    errors = [event for event in boundary.events if event.kind == "error"]
    known = diagram.codes_of("error")
    return any(not e.ref or code == ANY_ERROR or known.get(e.ref) == code for e in errors)


def uncaught(diagram: Diagram, node: Node, errors: frozenset[str]) -> frozenset[str]:
    """The errors that leave the activity and no boundary event takes. A delegate's is an incident, not an end."""
    thrown = errors - {ANY_ERROR}
    return frozenset(code for code in thrown if not any(catches(diagram, b, code) for b in node.boundaries))


def build_net(diagram: Diagram, scope: Scope, nodes: dict[str, Node], starts: list[Node], cut: frozenset[str],
              insides: dict[str, Inside], talk: Talk = SILENCE, bits: dict[str, int] | None = None) -> Net:
    """The net of some nodes of a scope, begun at `starts`; the boundary events of `cut` never happen in it.

    Nets that are to talk with each other share `bits`, in which every place has its own.
    """
    return _Builder(diagram, scope, nodes, cut, insides, talk, {} if bits is None else bits).build(starts)
