"""A published version, read once: shared by all threads and never changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition

from engine.domain.process import Version
from engine.workflow.facts import message_targets, node_facts, roles_and_units
from engine.workflow.feel.decision import DecisionTable, decide
from engine.workflow.feel.dmn import parse_decision
from engine.workflow.feel.errors import FeelError
from engine.workflow.hosting import NodeFacts
from engine.workflow.multi_instance import COUNTER, MultiInstance, variable
from engine.workflow.specs import read_specs
from engine.workflow.xml import bpmn, local_name, parse_tree, parse_xml

CACHED_VERSIONS = 128
ONE_ROW = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})


@dataclass(frozen=True)
class Model:
    """Specs by process id, nodes by id, and where messages are drawn to go."""

    processes: tuple[str, ...]
    specs: Mapping[str, Any]
    nodes: Mapping[str, NodeFacts]
    targets: Mapping[str, str]
    hidden: frozenset[str]
    """Names of multi-instance values that are the engine's bookkeeping, not the item."""
    decisions: Mapping[str, DecisionTable]

    def node(self, spec: Any) -> NodeFacts:
        """The node a spec was read from; several specs may share one."""
        return self.nodes[spec.bpmn_id]

    def decide(self, name: str, scope: Mapping[str, Any], now: datetime) -> Any:
        """What the decision table of that name says. Raises FeelError, also when one row should match and none does."""
        table = self.decisions.get(name.removesuffix(".dmn"))
        if table is None:
            raise FeelError("malformed", name, "the package has no such decision")
        return decide(table, scope, now, required=table.policy in ONE_ROW)

    def message_start(self, message: str) -> tuple[str, Any] | None:
        """The process and the start event that this message begins."""
        for process_id in self.processes:
            for start in self.specs[process_id].bpmn_start_events:
                event = start.event_definition
                if isinstance(event, MessageEventDefinition) and event.name == message:
                    return process_id, start
        return None


def read_model(version: Version) -> Model:
    """Parses a version. It passed the publish gate, so what goes wrong here is an error of ours."""
    root = parse_xml(version.diagram, name=version.slug)
    processes, specs = read_specs(root, version.slug)
    ordered = tuple(sorted(processes, key=lambda process_id: not _starts_by_itself(specs[process_id])))
    decisions = {name.removesuffix(".dmn"): parse_decision(parse_tree(dmn)) for name, dmn in version.decisions.items()}
    return Model(ordered, specs, _nodes(root), message_targets(root), _hidden(specs), decisions)


class Models:
    """Models by content hash, the most recently used kept."""

    def __init__(self) -> None:
        self._models: OrderedDict[str, Model] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, version: Version) -> Model:
        """The model of a version, read at most once while it is in use; whoever comes meanwhile waits for it."""
        with self._lock:
            model = self._models.get(version.sha256)
            if model is None:
                model = self._models[version.sha256] = read_model(version)
            self._models.move_to_end(version.sha256)
            if len(self._models) > CACHED_VERSIONS:
                self._models.popitem(last=False)
            return model


def _starts_by_itself(spec: Any) -> bool:
    return any(start.starts_by_itself for start in spec.bpmn_start_events)


def _nodes(root: etree._Element) -> dict[str, NodeFacts]:
    facts, places = node_facts(root), roles_and_units(root)
    drawn = (element for process in root.iter(bpmn("process")) for element in process.iter("{*}*"))
    return {
        key: NodeFacts(key, element.get("name") or key, local_name(element), *places[key], facts.get(key, {}))
        for element in drawn if (key := element.get("id", "")) in places
    }


def _hidden(specs: Mapping[str, Any]) -> frozenset[str]:
    repeated = (s for spec in specs.values() for s in spec.task_specs.values() if isinstance(s, MultiInstance))
    return frozenset(variable(s.output_item) for s in repeated if s.output_item is not None) | {COUNTER}
