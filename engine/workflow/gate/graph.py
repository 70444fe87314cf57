"""The diagram as a graph, read once and never changed: what every rule of the gate looks at.

The model holds what is drawn, right or wrong: a flow may dangle, a process may have no start. Rules say so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.workflow.facts import CONTAINERS, MessageFlow, Placement, message_flows, node_facts, roles_and_units
from engine.workflow.xml import bpmn, local_name

HUMAN_TASKS = frozenset({"userTask", "manualTask"})
TASKS = HUMAN_TASKS | {"task", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"}
ACTIVITIES = TASKS | CONTAINERS | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
NODES = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY
MULTI_INSTANCE = bpmn("multiInstanceLoopCharacteristics")


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A sequence flow. `condition` is None without a condition element and empty when that element is."""

    id: str
    source: str
    target: str
    condition: str | None
    element: etree._Element


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """An event definition: its kind (`timer`, `message` ...) and the id of what it refers to, if anything."""

    kind: str
    ref: str | None
    element: etree._Element


@dataclass(slots=True, eq=False)
class Node:
    """A flow node with its flows. `child` is what a subprocess contains."""

    id: str
    tag: str
    name: str
    element: etree._Element
    scope: Scope
    facts: dict[str, str]
    placement: Placement
    events: tuple[Event, ...]
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundaries: list[Node] = field(default_factory=list)
    child: Scope | None = None

    @property
    def attached_to(self) -> str | None:
        return self.element.get("attachedToRef") if self.tag == "boundaryEvent" else None

    @property
    def interrupting(self) -> bool:
        return self.element.get("cancelActivity", "true").lower() != "false"

    @property
    def default(self) -> str | None:
        return self.element.get("default")

    @property
    def called(self) -> str | None:
        """The id of the process that a call activity calls, without its prefix."""
        return self.element.get("calledElement", "").split(":")[-1] or None if self.tag == "callActivity" else None

    @property
    def multi_instance(self) -> etree._Element | None:
        return self.element.find(MULTI_INSTANCE)

    def kinds(self) -> set[str]:
        return {event.kind for event in self.events}

    def is_event_subprocess(self) -> bool:
        return self.tag == "subProcess" and self.element.get("triggeredByEvent") == "true"


@dataclass(slots=True, eq=False)
class Scope:
    """A process, or the inside of a subprocess (`owner`)."""

    id: str
    name: str
    element: etree._Element
    owner: Node | None
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    @property
    def process(self) -> Scope:
        return self.owner.scope.process if self.owner else self

    def starts(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.tag == "startEvent"]

    def ends(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.tag == "endEvent"]

    def activities(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.tag in ACTIVITIES]


class Diagram:
    """Everything drawn in one file."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._facts = node_facts(root)
        self._placements = roles_and_units(root)
        self.processes = {p.get("id", ""): self._scope(p, None) for p in root.findall(bpmn("process"))}
        self.nodes = {node.id: node for scope in self.scopes() for node in scope.nodes.values()}

    def scopes(self) -> Iterator[Scope]:
        """Every process, and every subprocess at any depth."""
        for process in self.processes.values():
            yield from _nested(process)

    def scopes_of(self, process: Scope) -> Iterator[Scope]:
        return _nested(process)

    def flows(self) -> Iterator[Flow]:
        for scope in self.scopes():
            yield from scope.flows

    def names_of(self, tag: str) -> dict[str, str]:
        """The names of the root elements `message`, `signal`, `error` or `escalation` by id."""
        return {e.get("id", ""): e.get("name", "") for e in self.root.findall(bpmn(tag))}

    def codes_of(self, tag: str) -> dict[str, str]:
        """The codes of the root elements `error` or `escalation` by id."""
        return {e.get("id", ""): e.get(f"{tag}Code", "") for e in self.root.findall(bpmn(tag))}

    @cached_property
    def messages(self) -> dict[str, str]:
        return self.names_of("message")

    @cached_property
    def message_flows(self) -> list[MessageFlow]:
        return message_flows(self.root)

    def message_name(self, node: Node) -> str | None:
        """The name of the message that a node throws or waits for."""
        refs = [event.ref for event in node.events if event.kind == "message"]
        return self.messages.get(refs[0] or "") or None if refs else None

    def called(self, node: Node) -> Scope | None:
        """The process a call activity calls, when it stands in this file."""
        return self.processes.get(node.called or "")

    def callers(self, process: Scope) -> list[Node]:
        return [node for node in self.nodes.values() if node.called == process.id]

    def _scope(self, element: etree._Element, owner: Node | None) -> Scope:
        scope = Scope(element.get("id", ""), element.get("name", ""), element, owner)
        for child in element.iterchildren("{*}*"):
            if local_name(child) in NODES:
                node = self._node(child, scope)
                scope.nodes[node.id] = node
            elif local_name(child) == "sequenceFlow":
                scope.flows.append(_flow(child))
        _connect(scope)
        return scope

    def _node(self, element: etree._Element, scope: Scope) -> Node:
        key = element.get("id", "")
        node = Node(key, local_name(element), element.get("name", ""), element, scope, self._facts.get(key, {}),
                    self._placements.get(key, Placement("", "", "")), tuple(_events(element)))
        if node.tag in CONTAINERS:
            node.child = self._scope(element, node)
        return node


def _nested(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.nodes.values():
        if node.child:
            yield from _nested(node.child)


def text_of(element: etree._Element) -> str:
    """The text inside an element, stripped."""
    return "".join(str(part) for part in element.itertext()).strip()


def _flow(element: etree._Element) -> Flow:
    condition = element.find(bpmn("conditionExpression"))
    text = None if condition is None else text_of(condition)
    return Flow(element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), text, element)


def _events(element: etree._Element) -> Iterator[Event]:
    """Definitions inside the event, and the message that a send or receive task names by attribute."""
    for child in element.iterchildren("{*}*"):
        if local_name(child).endswith("EventDefinition"):
            kind = local_name(child).removesuffix("EventDefinition")
            yield Event(kind, child.get(f"{kind}Ref", "").split(":")[-1] or None, child)
    if local_name(element) in ("sendTask", "receiveTask") and element.get("messageRef"):
        yield Event("message", element.get("messageRef", "").split(":")[-1], element)


def _connect(scope: Scope) -> None:
    for flow in scope.flows:
        if flow.source in scope.nodes:
            scope.nodes[flow.source].outgoing.append(flow)
        if flow.target in scope.nodes:
            scope.nodes[flow.target].incoming.append(flow)
    for node in scope.nodes.values():
        host = scope.nodes.get(node.attached_to or "")
        if host is not None:
            host.boundaries.append(node)


def in_order(starts: list[Node], *, side_branches: bool = True) -> list[str]:
    """Ids of the nodes that a token can reach, the nearest first.

    Boundary events come with their activity; the non-interrupting ones only when `side_branches` are wanted.
    """
    seen: dict[str, None] = {}
    waiting = deque(starts)
    while waiting:
        node = waiting.popleft()
        if node.id in seen:
            continue
        seen[node.id] = None
        waiting += [node.scope.nodes[f.target] for f in node.outgoing if f.target in node.scope.nodes]
        waiting += [b for b in node.boundaries if side_branches or b.interrupting]
    return list(seen)


def reached(starts: list[Node], *, side_branches: bool = True) -> set[str]:
    """Ids of the nodes that a token can reach, as `in_order`."""
    return set(in_order(starts, side_branches=side_branches))
