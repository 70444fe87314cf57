"""Draws small diagrams for tests: only what a test is about is written down, the rest is right."""

from __future__ import annotations

import itertools
from xml.sax.saxutils import escape, quoteattr

from engine.domain.review import Package, Problem, Vocabulary
from engine.workflow.gate.review import review

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
VOCABULARY = Vocabulary(
    roles=frozenset({"reception_officer", "case_officer", "approver"}),
    delegates=frozenset({"issue_number", "notify", "register_result", "exchange_message_log"}),
    agencies=frozenset({"police", "insurance"}),
    moves={
        1: frozenset({2, 3, 5}),
        2: frozenset({4, 9}),
        4: frozenset({5, 9}),
        5: frozenset({2, 4}),
        9: frozenset({10}),
        10: frozenset(),
    },
)
FORM = b'{"type": "default", "components": [{"type": "textfield", "key": "note", "label": "Note"}]}'
SHORT = {
    "start": "startEvent",
    "end": "endEvent",
    "user": "userTask",
    "manual": "manualTask",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "race": "eventBasedGateway",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "sub": "subProcess",
    "call": "callActivity",
    "boundary": "boundaryEvent",
}


def properties(facts: dict[str, str]) -> str:
    """The extension elements that state these facts."""
    if not facts:
        return ""
    stated = "".join(f"<spiffworkflow:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in facts.items())
    return (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f"{stated}</spiffworkflow:properties></bpmn:extensionElements>"
    )


class Drawing:
    """One process. `node` and `flow` return the drawing, so that calls can be chained."""

    def __init__(self, key: str = "p", *, executable: str | None = "true") -> None:
        self.key = key
        self.executable = executable
        self.parts: list[str] = []
        self.flows: list[str] = []
        self.ids: list[str] = []

    def node(self, kind: str, key: str, /, inside: str = "", attributes: str = "", **facts: str) -> Drawing:
        """`inside` is raw XML; facts are written with `__` for the dot of `input.x`."""
        tag = SHORT.get(kind, kind)
        if tag == "userTask":
            facts = {"form": "note", "allotment": "1 working_hour"} | facts
        elif tag == "manualTask":
            facts = {"allotment": "1 working_hour"} | facts
        elif tag == "serviceTask":
            facts = {"delegate": "notify"} | facts
        stated = properties({k.replace("__", "."): v for k, v in facts.items() if v})
        self.ids.append(key)
        self.parts.append(f'<bpmn:{tag} id="{key}" {attributes}>{stated}{inside}</bpmn:{tag}>')
        return self

    def flow(self, *ends: str, when: str | None = None) -> Drawing:
        """Joins the nodes one after the other; `when` is the condition of each of these flows."""
        condition = (
            ""
            if when is None
            else (
                f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(when)}</bpmn:conditionExpression>'
            )
        )
        for source, target in itertools.pairwise(ends):
            self.flows.append(
                f'<bpmn:sequenceFlow id="f_{source}_{target}" sourceRef="{source}" '
                f'targetRef="{target}">{condition}</bpmn:sequenceFlow>'
            )
        return self

    def inside(self) -> str:
        """What stands in the process but for its lanes; also what stands in a subprocess."""
        return "".join(self.parts + self.flows)

    def xml(self, lane: dict[str, str] | None = None) -> str:
        """The process with all nodes in one lane; `lane` gives that lane's facts, empty for no lane at all."""
        facts = {"role": "case_officer"} if lane is None else lane
        references = "".join(f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>" for key in self.ids)
        lanes = (
            (
                f'<bpmn:laneSet id="{self.key}_lanes"><bpmn:lane id="{self.key}_lane" name="Officers">'
                f"{properties(facts)}{references}</bpmn:lane></bpmn:laneSet>"
            )
            if facts
            else ""
        )
        said = "" if self.executable is None else f' isExecutable="{self.executable}"'
        return f'<bpmn:process id="{self.key}"{said}>{lanes}{self.inside()}</bpmn:process>'


def drawn(*processes: Drawing | str, top: str = "") -> bytes:
    """The file. `top` is raw XML before the processes: messages, errors, a collaboration."""
    body = "".join(p if isinstance(p, str) else p.xml() for p in processes)
    return (
        f'<bpmn:definitions {NAMESPACES} id="d" targetNamespace="http://example.vn/bpmn">{top}{body}</bpmn:definitions>'
    ).encode()


def package(diagram: bytes, **papers: object) -> Package:
    """A diagram judged by itself unless papers are handed in with it."""
    return Package(slug="test", diagram_name="process.bpmn", diagram=diagram, **papers)  # type: ignore[arg-type]


def problems(diagram: bytes | Drawing, **papers: object) -> list[Problem]:
    """What the gate says."""
    data = drawn(diagram) if isinstance(diagram, Drawing) else diagram
    return review(package(data, **papers), VOCABULARY)


def codes(diagram: bytes | Drawing, **papers: object) -> set[str]:
    """The codes of what the gate says, without the forms that a bare diagram cannot bring along."""
    return {p.code for p in problems(diagram, **papers)} - {"FORM_UNKNOWN"}


def clocked() -> Drawing:
    """Accepted, worked on, done: a procedure that leaves nothing open."""
    drawing = (
        Drawing().node("start", "s").node("throw", "accepted", clock="start", nationalStatus="2").node("user", "a")
    )
    drawing.node("throw", "done", clock="finish", nationalStatus="9").node("end", "e", outcome="accepted")
    return drawing.flow("s", "accepted", "a", "done", "e")


def line(*keys: str) -> Drawing:
    """Start, a user task for each key, end."""
    drawing = Drawing().node("start", "s").node("end", "e")
    for key in keys:
        drawing.node("user", key)
    return drawing.flow("s", *keys, "e")
