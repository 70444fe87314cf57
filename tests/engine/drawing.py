"""Draws the small procedures of these tests: pools whose steps follow each other, with the papers they need."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from engine.domain.review import Package

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="https://motcua.example/test"'
)
FACTS = """
slug: {slug}
code: "9.999999"
name: {{vi: Thủ tục thử, en: Test procedure}}
field: {{vi: Thử, en: Test}}
execution_level: commune
channels: {{direct: {{term: 5 working_day, fee: 0}}}}
lead_agency: civil_status
agencies: [civil_status, commune_police]
legal_basis: [Không]
results: [{{key: result, name: {{vi: Kết quả, en: Result}}}}]
"""
APPLICATION = [{"type": "textfield", "key": "subject", "label": "Việc", "id": "F1"}]
NOTE = [{"type": "textfield", "key": "note", "label": "Ghi chú", "id": "F1"}]
INTAKE = [{"type": "textfield", "key": "decision", "label": "Quyết định", "id": "F1"}]


@dataclass(frozen=True)
class Node:
    """One step: its tag, what stands inside it, and the facts drawn on it."""

    id: str
    tag: str
    inside: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    attributes: str = ""


@dataclass(frozen=True)
class Pool:
    """An agency's process; every person in it has the same role."""

    id: str
    unit: str
    role: str
    nodes: Sequence[Node]


def start(*, message: str | None = None) -> Node:
    return Node("Begin", "startEvent", _message(message) if message else "")


def end(*, message: str | None = None, payload: str = "", **facts: str) -> Node:
    return Node("Finish", "endEvent", _message(message) if message else "", _with_payload(facts, payload))


def milestone(id: str, **facts: str) -> Node:
    return Node(id, "intermediateThrowEvent", facts=facts)


def never(id: str, **facts: str) -> Node:
    """A milestone on a way that no dossier takes, though the gate cannot know."""
    key = f"{{pool}}_{id}"
    inside = (
        f'<startEvent id="{key}_b"/><exclusiveGateway id="{key}_x" default="{key}_F4"/><endEvent id="{key}_e"/>'
        f'<intermediateThrowEvent id="{key}_m">{_facts(facts)}</intermediateThrowEvent>'
        f'<sequenceFlow id="{key}_F1" sourceRef="{key}_b" targetRef="{key}_x"/>'
        f'<sequenceFlow id="{key}_F2" sourceRef="{key}_x" targetRef="{key}_m">'
        '<conditionExpression xsi:type="tFormalExpression">decision = "never"</conditionExpression></sequenceFlow>'
        f'<sequenceFlow id="{key}_F3" sourceRef="{key}_m" targetRef="{key}_e"/>'
        f'<sequenceFlow id="{key}_F4" sourceRef="{key}_x" targetRef="{key}_e"/>'
    )
    return Node(id, "subProcess", inside)


def user(id: str, form: str = "note", kind: str = "other", **facts: str) -> Node:
    return Node(id, "userTask", facts={"form": form, "kind": kind, "allotment": "0.5 working_day", **facts})


def service(id: str, delegate: str, **inputs: str) -> Node:
    return Node(id, "serviceTask", facts={"delegate": delegate, **{f"input.{k}": v for k, v in inputs.items()}})


def timer(id: str, duration: str) -> Node:
    inside = (f'<timerEventDefinition id="{{pool}}_{id}_timer">'
              f'<timeDuration xsi:type="tFormalExpression">{duration}</timeDuration></timerEventDefinition>')
    return Node(id, "intermediateCatchEvent", inside)


def throw(id: str, message: str, payload: str = "") -> Node:
    return Node(id, "intermediateThrowEvent", _message(message), _with_payload({}, payload))


def catch(id: str, message: str) -> Node:
    return Node(id, "intermediateCatchEvent", _message(message))


def script(id: str, text: str) -> Node:
    return Node(id, "scriptTask", f"<script>{text}</script>", attributes=' scriptFormat="text/feel"')


def package(slug: str, *pools: Pool) -> Package:
    """The procedure as an analyst would hand it in."""
    messages = sorted({node.inside.split('messageRef="')[1].split('"')[0]
                       for pool in pools for node in pool.nodes if "messageRef" in node.inside})
    drawn = "".join(f'<message id="{name}" name="{name}"/>' for name in messages)
    participants = "".join(_participant(pool) for pool in pools)
    processes = "".join(_process(pool) for pool in pools)
    diagram = (f'<?xml version="1.0" encoding="UTF-8"?><definitions {NAMESPACES} id="Definitions_1">{drawn}'
               f'<collaboration id="Collaboration_1">{participants}</collaboration>{processes}</definitions>')
    forms = {"application": APPLICATION, "note": NOTE, "intake-check": INTAKE}
    return Package(
        slug, "process.bpmn", diagram.encode(), forms={key: _form(parts) for key, parts in forms.items()},
        facts_yaml=FACTS.format(slug=slug).encode(), scenarios_yaml=b"scenarios: [{name: any}]",
    )


def _process(pool: Pool) -> str:
    nodes = "".join(_node(pool, node, first=n == 0, last=n == len(pool.nodes) - 1, n=n)
                    for n, node in enumerate(pool.nodes))
    flows = "".join(f'<sequenceFlow id="{pool.id}_F{n}" sourceRef="{_id(pool, a)}" targetRef="{_id(pool, b)}"/>'
                    for n, (a, b) in enumerate(zip(pool.nodes, pool.nodes[1:], strict=False)))
    refs = "".join(f"<flowNodeRef>{_id(pool, node)}</flowNodeRef>" for node in pool.nodes)
    lane = (f'<laneSet id="{pool.id}_lanes"><lane id="{pool.id}_lane" name="Cán bộ">'
            f'{_facts({"role": pool.role})}{refs}</lane></laneSet>')
    return f'<process id="{pool.id}" name="{pool.id}" isExecutable="true">{lane}{nodes}{flows}</process>'


def _node(pool: Pool, node: Node, *, first: bool, last: bool, n: int) -> str:
    incoming = "" if first else f"<incoming>{pool.id}_F{n - 1}</incoming>"
    outgoing = "" if last else f"<outgoing>{pool.id}_F{n}</outgoing>"
    inside = node.inside.replace("{pool}", pool.id)
    return (f'<{node.tag} id="{_id(pool, node)}" name={quoteattr(node.id)}{node.attributes}>'
            f"{_facts(node.facts)}{incoming}{outgoing}{inside}</{node.tag}>")


def _id(pool: Pool, node: Node) -> str:
    return f"{pool.id}_{node.id}"


def _participant(pool: Pool) -> str:
    return (f'<participant id="Participant_{pool.id}" name="{pool.id}" processRef="{pool.id}">'
            f'{_facts({"unit": pool.unit})}</participant>')


def _facts(facts: dict[str, str]) -> str:
    drawn = "".join(f"<spiffworkflow:property name={quoteattr(name)} value={quoteattr(value)}/>"
                    for name, value in facts.items())
    wrapped = f"<spiffworkflow:properties>{drawn}</spiffworkflow:properties>"
    return f"<extensionElements>{wrapped}</extensionElements>" if facts else ""


def _message(name: str) -> str:
    return f'<messageEventDefinition id="{{pool}}_{name}_event" messageRef="{name}"/>'


def _with_payload(facts: dict[str, str], payload: str) -> dict[str, str]:
    return {**facts, "payload": payload} if payload else facts


def _form(components: list[dict[str, str]]) -> bytes:
    return json.dumps({"type": "default", "schemaVersion": 16, "id": "Form_1", "components": components}).encode()
