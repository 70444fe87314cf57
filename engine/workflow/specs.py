"""Reads a diagram into specs: SpiffWorkflow's parser with our nodes, and without what it does silently wrong.

Differences from the stock parser: flows are taken in the order of the file, not by the height at which a shape was
drawn, so moving a shape never changes which way a dossier goes; ISO timers stand unquoted; a signal end event is one;
data objects, data stores, io specifications and correlation are pictures for the reader, because variables belong to
the instance and messages find their way by business key.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers, task_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.workflow import activities, events, gateways, multi_instance
from engine.workflow.facts import facts_of
from engine.workflow.feel.script import parse_script
from engine.workflow.timers import Timer
from engine.workflow.xml import bpmn

TIMER_KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


class NodeParser(TaskParser):
    """What all our node parsers share."""

    STANDARD_LOOP_CLASS = multi_instance.StandardLoop
    PARALLEL_MI_CLASS = multi_instance.ParallelMultiInstance
    SEQUENTIAL_MI_CLASS = multi_instance.SequentialMultiInstance

    def get_position(self, node: Any = None) -> dict[str, float]:
        """The same for every node: Spiff sorts flows by it."""
        return {"x": 0.0, "y": 0.0}

    def parse_incoming_data_references(self) -> list[Any]:
        """None: data objects are pictures."""
        return []

    def parse_outgoing_data_references(self) -> list[Any]:
        """None, likewise."""
        return []

    def parse_io_spec(self) -> None:
        """None, likewise."""

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool) -> None:
        """Remembers the drawn flow, so that the history can name it."""
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)
        outgoing_task.flows[self.task.name] = sequence_flow_node.get("id")

    def _add_boundary_event(self, children: list[Any]) -> events.BoundarySplit:
        split = events.BoundarySplit(self.spec, f"{self.bpmn_id}.BoundaryEventSplit", lane=self.task.lane)
        split.connect(self.task)
        for event in children:
            split.connect(self.process_parser.parse_node(event))
        return split


class EventParser(NodeParser, event_parsers.EventDefinitionParser):
    """Timers are read by us."""

    def parse_timer_event(self, event: Any) -> Timer:
        """The term of the node's facts, or the ISO literal or FEEL in the definition."""
        facts = facts_of(self.node)
        missed = facts.get("missed", "skip")
        if "term" in facts:
            return Timer("term", facts["term"], missed)
        for tag, kind in TIMER_KINDS.items():
            found = event.find(bpmn(tag))
            if found is not None:
                return Timer(kind, (found.text or "").strip(), missed)
        return Timer("duration", "", missed)


class GatewayParser(NodeParser, task_parsers.GatewayParser):
    """Parallel gateways."""


class ConditionalGatewayParser(NodeParser, task_parsers.ConditionalGatewayParser):
    """Exclusive and inclusive gateways."""


class SubProcessParser(NodeParser, task_parsers.SubWorkflowParser):
    """Embedded subprocesses."""


class CallActivityParser(NodeParser, task_parsers.CallActivityParser):
    """Call activities."""


class ScriptTaskParser(NodeParser, task_parsers.ScriptTaskParser):
    """Scripts are assignments, read once."""

    def get_script(self) -> list[tuple[str, str]]:
        """The assignments. Raises FeelError for any other script."""
        return parse_script(super().get_script() or "")


class StartEventParser(EventParser, event_parsers.StartEventParser):
    """Start events."""


class EndEventParser(EventParser, event_parsers.EndEventParser):
    """End events. They lead nowhere: a level ends when its last token is gone."""

    def create_task(self) -> events.EndEvent:
        """Spiff forgets that an end event may throw a signal."""
        kinds = [f".//bpmn:{kind}EventDefinition" for kind in ("message", "signal", "error", "escalation", "terminate")]
        end: events.EndEvent = self._create_task(self.get_event_definition(kinds))
        return end


class CatchEventParser(EventParser, event_parsers.IntermediateCatchEventParser):
    """Intermediate events that are waited for."""


class ThrowEventParser(EventParser, event_parsers.IntermediateThrowEventParser):
    """Intermediate events that are thrown."""


class SendTaskParser(EventParser, event_parsers.SendTaskParser):
    """Send tasks."""


class ReceiveTaskParser(EventParser, event_parsers.ReceiveTaskParser):
    """Receive tasks."""


class BoundaryEventParser(EventParser, event_parsers.BoundaryEventParser):
    """Boundary events."""


class EventGatewayParser(EventParser, event_parsers.EventBasedGatewayParser):
    """Event-based gateways."""


class LevelParser(ProcessParser):
    """A process or the inside of a subprocess. Which start event begins is chosen by the runtime, not raced for."""

    def add_tasks(self) -> None:
        """Every start event and what can be reached from it."""
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)


class DiagramParser(BpmnParser):
    """One file with all its pools."""

    PROCESS_PARSER_CLASS = LevelParser
    OVERRIDE_PARSER_CLASSES = {
        bpmn(tag): classes for tag, classes in {
            "startEvent": (StartEventParser, events.StartEvent),
            "endEvent": (EndEventParser, events.EndEvent),
            "intermediateCatchEvent": (CatchEventParser, events.CatchEvent),
            "intermediateThrowEvent": (ThrowEventParser, events.ThrowEvent),
            "boundaryEvent": (BoundaryEventParser, events.BoundaryEvent),
            "userTask": (NodeParser, activities.UserTask),
            "manualTask": (NodeParser, activities.ManualTask),
            "task": (NodeParser, activities.ManualTask),
            "serviceTask": (NodeParser, activities.ServiceTask),
            "businessRuleTask": (NodeParser, activities.BusinessRuleTask),
            "scriptTask": (ScriptTaskParser, activities.ScriptTask),
            "sendTask": (SendTaskParser, events.SendTask),
            "receiveTask": (ReceiveTaskParser, events.ReceiveTask),
            "subProcess": (SubProcessParser, activities.SubProcess),
            "callActivity": (CallActivityParser, activities.CallActivity),
            "exclusiveGateway": (ConditionalGatewayParser, gateways.ExclusiveGateway),
            "inclusiveGateway": (ConditionalGatewayParser, gateways.InclusiveGateway),
            "parallelGateway": (GatewayParser, gateways.ParallelGateway),
            "eventBasedGateway": (EventGatewayParser, events.EventGateway),
        }.items()
    }

    def _add_data_stores(self, bpmn: Any) -> None:
        """Pictures for the reader."""

    def _add_correlations(self, bpmn: Any) -> None:
        """Messages are correlated by business key."""


def read_specs(root: etree._Element, name: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The ids of the executable processes, and the specs of all processes and subprocesses by id.

    Raises SpiffWorkflow's ValidationException, or FeelError for a script, on a diagram the publish gate would refuse.
    """
    parser = DiagramParser()
    parser.add_bpmn_xml(root, filename=name)
    executable = tuple(parser.get_process_ids())
    specs: dict[str, Any] = {}
    for process_id in executable:
        specs[process_id] = parser.get_spec(process_id)
        specs.update(parser.get_subprocess_specs(process_id, dict(specs)))
    return executable, specs
