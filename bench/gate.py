"""What judging a diagram costs: the lint alone, and the whole publish gate.

    python bench/gate.py [--rounds N] [--json]

The diagram is that of `bench/step.py`, cross-agency, with a timer on each human step, a subprocess and parallel
consultations, and an archive's pool of 19 steps beside it: about 100 nodes. Forms and facts are handed in with it, so
that every family of rules has work.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from bench.places import arguments
from engine.domain.actor import Role
from engine.domain.review import Package, Vocabulary
from engine.workflow.gate.findings import Subject
from engine.workflow.gate.graph import Diagram
from engine.workflow.gate.papers import read_papers
from engine.workflow.gate.review import lint, review
from engine.workflow.xml import parse_xml
from tests.workflow.gate.drawing import line
from tests.workflow.gate.paperwork import SCENARIOS, facts, form

ARCHIVE = line(*(f"archive{number}" for number in range(17)))
DIAGRAM = (Path(__file__).with_name("cross_agency.bpmn").read_text("utf-8")
           .replace("<bpmndi:BPMNDiagram", f"{ARCHIVE.xml()}<bpmndi:BPMNDiagram", 1).encode())
VOCABULARY = Vocabulary(frozenset(role.value for role in Role), frozenset({"notify"}), frozenset())


def package() -> Package:
    """The diagram with a form for every step that names one."""
    nodes = Diagram(parse_xml(DIAGRAM)).nodes.values()
    forms = {node.facts["form"]: form("note", "result", "missing") for node in nodes if "form" in node.facts}
    return Package("bench", "cross_agency.bpmn", DIAGRAM, forms | {"application": form("note")}, {},
                   facts("30 working_day"), SCENARIOS)


def measure(rounds: int) -> dict[str, float]:
    """Medians in milliseconds; a first round warms the schema and the expressions up."""
    given = package()
    subject = Subject(Diagram(parse_xml(DIAGRAM)), given, VOCABULARY, read_papers(given))
    return {
        "nodes": len(subject.diagram.nodes),
        "lint_ms": _median(lambda: lint(subject), rounds),
        "gate_ms": _median(lambda: review(given, VOCABULARY), rounds),
    }


def _median(act: Callable[[], object], rounds: int) -> float:
    act()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(took), 2)


def main() -> None:
    options = arguments(__doc__, rounds=20, what="how often each is measured").parse_args()
    print(json.dumps(measure(options.rounds), indent=None if options.json else 2))


if __name__ == "__main__":
    main()
