"""Pools that talk: does anybody wait for an answer that can no longer come?

The nets of all pools are explored together, with one place more for each message that one pool throws and another
awaits. Whoever still waits when nothing can move any more, waits for ever. Of messages thrown inside a subprocess or a
called process, and of those that come from outside the file, nothing is claimed: they may always come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Diagram, Node, Scope, in_order
from engine.workflow.gate.lint.messages import CATCHES, THROWS
from engine.workflow.gate.net import Net, Talk, build_net
from engine.workflow.gate.soundness import Check, explore


def nobody_waits_for_ever(subject: Subject) -> Iterator[Finding]:
    """Asked of pools that are sound by themselves."""
    diagram = subject.diagram
    names = _exchanged(diagram)
    check = Check(diagram)
    pools = [process for process in diagram.processes.values() if process.starts()]
    if not names or any(result.flawed for pool in pools for _, result in check.explored(pool)):
        return
    net, talk = _together(diagram, check, pools, names)
    result = explore(net)
    for node in _waiting(diagram, net, talk, result.stuck):
        yield found("SOUND_WAITS_FOR_EVER", node.element, message=diagram.message_name(node))
    if not result.decided:
        yield found("SOUND_UNDECIDED", diagram.root, markings=result.markings)


def _exchanged(diagram: Diagram) -> frozenset[str]:
    """Names of the messages that go from one pool to another, thrown nowhere but at the top of a process."""
    throws = [node for node in diagram.nodes.values() if node.tag in THROWS and "message" in node.kinds()]
    inside = {diagram.message_name(node) for node in throws if node.scope.owner or diagram.callers(node.scope)}
    awaited = {(diagram.message_name(n), n.scope.process.id) for n in diagram.nodes.values() if n.tag in CATCHES}
    crossing = {diagram.message_name(n) for n in throws for name, process in awaited
                if name == diagram.message_name(n) and process != n.scope.process.id}
    return frozenset(name for name in crossing - inside if name)


def _together(diagram: Diagram, check: Check, pools: list[Scope], names: frozenset[str]) -> tuple[Net, Talk]:
    """One net of all pools. A pool that a message starts has no token until it comes."""
    bits = {f"message {name}": 1 << number for number, name in enumerate(sorted(names))}
    talk = Talk(_places(diagram, bits, CATCHES), _places(diagram, bits, THROWS))
    whole = Net(pools[0], messages=sum(bits.values()))
    begun = 0
    for pool in pools:
        before = sum(bits.values())
        nodes = {key: pool.nodes[key] for key in in_order(pool.starts())}
        net = build_net(diagram, pool, nodes, pool.starts(), frozenset(), check.insides_of(pool), talk, bits)
        own = sum(bits.values()) & ~before
        whole.transitions += [replace(t, clears=own) if t.clears else t for t in net.transitions]
        whole.joins += net.joins
        whole.leads_to |= net.leads_to
        begun |= next(iter(net.initial), 0)
    whole.initial.append(begun)
    return whole, talk


def _places(diagram: Diagram, bits: dict[str, int], tags: frozenset[str]) -> dict[str, int]:
    """For each node of these kinds at the top of a process, the place of its message."""
    named = {node.id: f"message {diagram.message_name(node)}" for node in diagram.nodes.values()
             if node.tag in tags and node.scope.owner is None}
    return {key: bits[name] for key, name in named.items() if name in bits}


def _waiting(diagram: Diagram, net: Net, talk: Talk, stuck: list[int]) -> list[Node]:
    """Nodes that wait for a message in a marking that is over; of an event gateway, what follows it."""
    waiting: dict[str, Node] = {}
    for marking in stuck:
        for place, nodes in net.leads_to.items():
            for node in nodes if place & marking else ():
                after = [diagram.nodes[f.target] for f in node.outgoing] if node.tag == "eventBasedGateway" else [node]
                waiting |= {each.id: each for each in after if each.id in talk.awaits and each.tag != "boundaryEvent"}
    return list(waiting.values())


RULES = (nobody_waits_for_ever,)
