"""What a diagram says beyond BPMN: our facts in `spiffworkflow:properties`, lanes with roles, pools with units.

`vocabulary.json` names every fact, the elements it may stand on, and its type; the studio's panel, the gate and the
engine read the same file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from engine.workflow.xml import SPIFF, bpmn, local_name

PROPERTIES_PATH = f"{bpmn('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property"
DEFAULT_UNIT = "receiving"
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the vocabulary. A `name` that ends in `.*` stands for every name with that prefix."""

    name: str
    on: frozenset[str]
    type: str
    values: frozenset[str]
    texts: dict[str, dict[str, str]]

    def names(self, given: str) -> bool:
        return given.startswith(self.name[:-1]) if self.name.endswith(".*") else given == self.name

    def stands_on(self, tag: str) -> bool:
        return "*" in self.on or tag in self.on


class Placement(NamedTuple):
    """Where a node stands: its lane (empty without one), the lane's role (empty when undrawn), and the unit."""

    lane: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class MessageFlow:
    """A drawn arrow between pools. `source` and `target` are nodes or pools; the processes are those at its ends."""

    id: str
    source: str
    target: str
    source_process: str | None
    target_process: str | None


@lru_cache(maxsize=1)
def vocabulary() -> tuple[Fact, ...]:
    """Every fact a diagram may state."""
    entries = json.loads(Path(__file__).with_name("vocabulary.json").read_text("utf-8"))["properties"]
    return tuple(_fact(entry) for entry in entries)


def _fact(entry: dict[str, Any]) -> Fact:
    texts = {language: entry[language] for language in ("vi", "en")}
    return Fact(entry["name"], frozenset(entry["on"]), entry["type"], frozenset(entry.get("values", ())), texts)


def facts_of(element: etree._Element) -> dict[str, str]:
    """The facts drawn on one element, stripped; a name stated twice keeps its last value."""
    return {p.get("name", "").strip(): p.get("value", "").strip() for p in element.findall(PROPERTIES_PATH)}


def node_facts(root: etree._Element) -> dict[str, dict[str, str]]:
    """The facts of every element that has an id and states any."""
    found: dict[str, dict[str, str]] = {}
    for properties in root.iter(f"{{{SPIFF}}}properties"):
        owner = _owner(properties)
        if owner is not None and owner.get("id"):
            found[owner.get("id", "")] = facts_of(owner)
    return found


def _owner(properties: etree._Element) -> etree._Element | None:
    extension = properties.getparent()
    return extension.getparent() if extension is not None and extension.tag == bpmn("extensionElements") else None


def participants(root: etree._Element) -> dict[str, etree._Element]:
    """The pool of each process, by process id. Black-box pools name no process and are left out."""
    pools = root.iter(bpmn("participant"))
    return {pool.get("processRef", "").split(":")[-1]: pool for pool in pools if pool.get("processRef")}


def pool_facts(root: etree._Element) -> dict[str, dict[str, str]]:
    """Facts of each process: what its pool states, over what the process itself states."""
    pools = participants(root)
    found = {}
    for process in root.findall(bpmn("process")):
        key = process.get("id", "")
        found[key] = facts_of(process) | (facts_of(pools[key]) if key in pools else {})
    return found


def roles_and_units(root: etree._Element) -> dict[str, Placement]:
    """The placement of every flow node. Children of a subprocess stand where the subprocess stands."""
    pools = pool_facts(root)
    placed: dict[str, Placement] = {}
    for process in root.findall(bpmn("process")):
        unit = pools[process.get("id", "")].get("unit") or DEFAULT_UNIT
        _place(process, Placement("", "", unit), {}, placed)
    return placed


def _place(container: etree._Element, outer: Placement, lanes: dict[str, Placement],
           placed: dict[str, Placement]) -> None:
    """`lanes` holds the lanes around; a lane may name nodes inside a subprocess that it crosses."""
    for lane_set in container.findall(bpmn("laneSet")):
        _read_lanes(lane_set, outer, lanes)
    for child in container.iterchildren("{*}*"):
        key = child.get("id")
        if key is None or local_name(child) in ("laneSet", "sequenceFlow"):
            continue
        placed[key] = lanes.get(key, outer)
        if local_name(child) in CONTAINERS:
            _place(child, placed[key], lanes, placed)


def _read_lanes(lane_set: etree._Element, outer: Placement, lanes: dict[str, Placement]) -> None:
    for lane in lane_set.findall(bpmn("lane")):
        facts = facts_of(lane)
        here = Placement(lane.get("name") or outer.lane, facts.get("role") or outer.role,
                         facts.get("unit") or outer.unit)
        for reference in lane.findall(bpmn("flowNodeRef")):
            lanes[(reference.text or "").strip()] = here
        for inner in lane.findall(bpmn("childLaneSet")):
            _read_lanes(inner, here, lanes)


def message_flows(root: etree._Element) -> list[MessageFlow]:
    """Every message flow drawn, with the processes at its two ends."""
    process_of = _process_of(root)
    flows = []
    for flow in root.iter(bpmn("messageFlow")):
        source, target = (flow.get(end, "").split(":")[-1] for end in ("sourceRef", "targetRef"))
        flows.append(MessageFlow(flow.get("id", ""), source, target, process_of.get(source), process_of.get(target)))
    return flows


def message_targets(root: etree._Element) -> dict[str, str]:
    """For each throwing node with a message flow to another pool: that pool's process."""
    return {flow.source: flow.target_process for flow in message_flows(root) if flow.target_process}


def _process_of(root: etree._Element) -> dict[str, str]:
    """Every id under a process, and every pool with a process, to that process."""
    owners = {pool.get("id", ""): key for key, pool in participants(root).items()}
    for process in root.findall(bpmn("process")):
        owners.update({e.get("id", ""): process.get("id", "") for e in process.iter() if e.get("id")})
    return owners
