"""Soundness by exploring every reachable marking: nothing stuck, nothing doubled, nothing dead, always a way out.

Each process and each subprocess is explored by itself; an activity stands for its inside by what that can do. The
exploration is bounded, and "could not decide" is an answer: SOUND_UNDECIDED.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Diagram, Node, Scope, in_order, reached
from engine.workflow.gate.net import ANY_ERROR, InclusiveJoin, Inside, Net, Transition, build_net, uncaught

MOST_MARKINGS = 50_000
MOST_MARKINGS_OF_A_FILE = 100_000
JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


@dataclass(slots=True)
class Explored:
    """What the exploration of one net met, as masks of places in the order of discovery.

    `cut_off` holds, for each terminate event, what it found still open.
    """

    markings: int = 0
    decided: bool = True
    completes: bool = False
    fired: set[str] = field(default_factory=set)
    marked: int = 0
    doubled: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)
    trapped: list[int] = field(default_factory=list)
    cut_off: dict[str, int] = field(default_factory=dict)

    @property
    def flawed(self) -> bool:
        return bool(self.doubled or self.stuck or self.trapped)


def processes_are_sound(subject: Subject) -> Iterator[Finding]:
    check = Check(subject.diagram)
    for scope in subject.diagram.scopes():
        if scope.starts():
            yield from check.judge(scope)


class Check:
    """Explores scopes from the inside out, each once; `insides` remembers what each can do."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.insides: dict[str, Inside] = {}
        self.results: dict[str, list[tuple[Net, Explored]]] = {}
        self.left = MOST_MARKINGS_OF_A_FILE

    def inside(self, scope: Scope) -> Inside:
        if scope.id not in self.insides:
            self.insides[scope.id] = Inside(completes=True)
            main = self.explored(scope)[0][1]
            completes = main.completes or not main.decided
            self.insides[scope.id] = Inside(completes, self._errors(scope))
        return self.insides[scope.id]

    def explored(self, scope: Scope) -> list[tuple[Net, Explored]]:
        if scope.id not in self.results:
            self.results[scope.id] = [(net, self._explored(net)) for net in self.nets(scope)]
        return self.results[scope.id]

    def _explored(self, net: Net) -> Explored:
        result = explore(net, min(MOST_MARKINGS, self.left))
        self.left = max(self.left - result.markings, 0)
        return result

    def nets(self, scope: Scope) -> list[Net]:
        """The main net, then one for each side branch that never comes back to it."""
        nodes = self.insides_of(scope)
        main, sides = split(scope)
        cut = frozenset(side.id for side in sides)
        nets = [build_net(self.diagram, scope, _only(scope, main), scope.starts(), cut, nodes)]
        nets += [build_net(self.diagram, scope, _only(scope, reached([side])), [side], cut - {side.id}, nodes)
                 for side in sides]
        return nets

    def insides_of(self, scope: Scope) -> dict[str, Inside]:
        """What each node of a scope can do."""
        return {node.id: self._of(node) for node in scope.nodes.values()}

    def judge(self, scope: Scope) -> Iterator[Finding]:
        """The flaws of a scope. Dead nodes are named only when nothing worse explains them."""
        results = self.explored(scope)
        for net, result in results:
            yield from flaws(net, result)
        if all(result.decided and not result.flawed for _, result in results):
            alive = set().union(*(result.fired | _passed(net, result.marked) for net, result in results))
            yield from self._dead(scope, alive)

    def _dead(self, scope: Scope, fired: set[str]) -> Iterator[Finding]:
        drawn = reached(scope.starts())
        for node in scope.nodes.values():
            if node.id in drawn and node.id not in fired:
                yield found("SOUND_DEAD", node.element)

    def _of(self, node: Node) -> Inside:
        scope = node.child or self.diagram.called(node)
        if scope is not None and scope.starts():
            return self.inside(scope)
        return Inside(True, frozenset({ANY_ERROR}) if node.tag == "serviceTask" else frozenset())

    def _errors(self, scope: Scope) -> frozenset[str]:
        codes = self.diagram.codes_of("error")
        thrown = {codes.get(e.ref or "", "") for end in scope.ends() for e in end.events if e.kind == "error"}
        for node in scope.nodes.values():
            inside = self._of(node)
            thrown |= uncaught(self.diagram, node, inside.errors) | (inside.errors & {ANY_ERROR})
        return frozenset(thrown)


def split(scope: Scope) -> tuple[set[str], list[Node]]:
    """What belongs to the main flow, and the non-interrupting events whose branches never come back to it.

    Branches that share a join with each other stay in the main net, because their tokens meet there.
    """
    main = reached(scope.starts(), side_branches=False)
    waiting = [b for n in scope.nodes.values() for b in n.boundaries if not b.interrupting]
    sides = [b for b in waiting if not _comes_back(b, main) and not _meets(b, waiting)]
    cut = {side.id for side in sides}
    everything = reached(scope.starts())
    only_side = set().union(*(reached([side]) for side in sides)) if sides else set()
    kept = [b for b in waiting if b.id not in cut]
    return main | (everything - only_side) | set().union(*(reached([b]) for b in kept)), sides


def _comes_back(side: Node, main: set[str]) -> bool:
    """A branch that meets the main flow only on the last way to a plain end leaves it alone."""
    shared = (side.scope.nodes[key] for key in reached([side]) & main)
    return any(node.tag != "exclusiveGateway" and not _is_plain_end(node) for node in shared)


def _is_plain_end(node: Node) -> bool:
    return node.tag == "endEvent" and not node.events


def _meets(side: Node, others: list[Node]) -> bool:
    mine = reached([side])
    shared = set().union(*(mine & reached([other]) for other in others if other is not side))
    return any(_is_join(side.scope.nodes[key]) for key in shared)


def _is_join(node: Node) -> bool:
    return node.tag in JOINS and len(node.incoming) > 1


def _only(scope: Scope, keys: Iterable[str]) -> dict[str, Node]:
    """The nodes in the order of the flow, so that a flaw is named where it shows first."""
    wanted = set(keys)
    return {key: scope.nodes[key] for key in in_order(scope.starts()) if key in wanted}


def explore(net: Net, most: int = MOST_MARKINGS) -> Explored:
    """Walks the markings breadth first, so that the first flaw found is the one nearest to the start."""
    result = Explored(decided=not net.too_wide)
    moves = _Moves(net)
    before: dict[int, list[int]] = {marking: [] for marking in net.initial}
    waiting = deque(net.initial)
    while waiting and len(before) <= most:
        marking = waiting.popleft()
        result.marked |= marking
        for following in _step(moves, marking, result):
            if following not in before:
                before[following] = []
                waiting.append(following)
            before[following].append(marking)
    result.decided = result.decided and not waiting
    result.markings = len(before)
    if result.decided and not result.doubled:
        result.trapped = _trapped(before, [0, *result.stuck])
    return result


def _step(moves: _Moves, marking: int, result: Explored) -> Iterator[int]:
    """The markings one move away; what is wrong with the moves is noted in the result."""
    moved = not marking & ~moves.messages
    for move in moves.of(marking):
        moved = True
        result.fired.add(move.node)
        rest = marking & ~move.consumes
        doubled = rest & move.produces & ~moves.messages
        if move.clears:
            result.completes = result.completes or move.completes
            if rest & move.clears and move.completes:
                result.cut_off[move.node] = result.cut_off.get(move.node, 0) | rest & move.clears
            yield rest & ~move.clears | move.produces
        elif doubled:
            result.doubled.append(doubled)
        else:
            result.completes = result.completes or not (rest | move.produces)
            yield rest | move.produces
    if not moved:
        result.stuck.append(marking)


class _Moves:
    """The moves of a net, found through one of the places that they consume from."""

    def __init__(self, net: Net) -> None:
        self.by_place: dict[int, list[Transition]] = {}
        for transition in net.transitions:
            self.by_place.setdefault(transition.consumes & -transition.consumes, []).append(transition)
        self.joins = net.joins
        self.messages = net.messages

    def of(self, marking: int) -> Iterator[Transition]:
        left = marking
        while left:
            place = left & -left
            left ^= place
            for transition in self.by_place.get(place, ()):
                if transition.consumes & marking == transition.consumes:
                    yield transition
        for join in self.joins:
            yield from _arrivals(join, marking)


def _arrivals(join: InclusiveJoin, marking: int) -> Iterator[Transition]:
    """BPMN 2.0, 13.4.3: waits while a token elsewhere may reach an empty flow and none that already holds one."""
    arrived, awaited, settled = 0, 0, 0
    for place, upstream in zip(join.incoming, join.upstream, strict=True):
        if place & marking:
            arrived |= place
            settled |= upstream
        else:
            awaited |= upstream
    elsewhere = marking & ~arrived
    if arrived and not elsewhere & awaited & ~settled:
        for produces in join.produces:
            yield Transition(join.node, arrived, produces)


def _trapped(before: dict[int, list[int]], finals: list[int]) -> list[int]:
    """Markings from which neither an end nor a deadlock can be reached: the dossier circles for ever."""
    free: set[int] = set()
    waiting = [marking for marking in finals if marking in before]
    while waiting:
        marking = waiting.pop()
        if marking not in free:
            free.add(marking)
            waiting += before[marking]
    return [marking for marking in before if marking not in free]


def flaws(net: Net, result: Explored) -> Iterator[Finding]:
    """The findings about one net, each cause once."""
    for node in _first_only(_nodes_at(net, result.doubled)):
        yield found("SOUND_UNSYNCHRONISED", node.element)
    joins = [node for node in _nodes_at(net, result.stuck) if _is_join(node)]
    for node in dict.fromkeys(joins):
        yield found("SOUND_DEADLOCK", node.element)
    for node in _first_only(_nodes_at(net, result.trapped)):
        yield found("SOUND_NEVER_ENDS", node.element)
    for key, places in result.cut_off.items():
        still = ", ".join(dict.fromkeys(node.name or node.id for node in _nodes_at(net, [places])))
        yield found("SOUND_CUT_OFF", net.scope.nodes[key].element, open=still)
    if not result.decided and not result.flawed:
        yield found("SOUND_UNDECIDED", net.scope.element, markings=result.markings)


def _nodes_at(net: Net, markings: Iterable[int]) -> list[Node]:
    found_nodes: list[Node] = []
    for marking in markings:
        found_nodes += [node for place, nodes in net.leads_to.items() if place & marking for node in nodes]
    return list(dict.fromkeys(found_nodes))


def _first_only(nodes: list[Node]) -> Iterator[Node]:
    """Leaves out what comes after a node already named: it is the same flaw, met again further on."""
    explained: set[str] = set()
    for node in nodes:
        if node.id not in explained:
            explained |= reached([node])
            yield node


def _passed(net: Net, marked: int) -> set[str]:
    """Nodes that are no transition of their own, alive because a token passed their place."""
    return {node.id for node in _nodes_at(net, [marked]) if not _is_join(node)}


RULES = (processes_are_sound,)
