"""A procedure as text: the human steps of its diagram, in the order in which a dossier can meet them, and its words.

Words are Vietnamese on the diagram; the facts `name_en` and `detailStatus_en` say them in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from sqlalchemy import Connection, select

from engine.domain.errors import NotFound
from engine.domain.wording import Text
from engine.queries.names import drawn
from engine.store.tables import version

HUMAN = frozenset({"userTask", "manualTask"})
NOBODY = Text("", "")
STATED = "{*}extensionElements/{*}properties/{*}property"


@dataclass(frozen=True, slots=True)
class Stage:
    """One human step: who does it, and how long it may take (`2 working_hour`, or nothing where nothing is set)."""

    name: Text
    lane: Text
    pool: Text
    allotment: str

    @property
    def done_by(self) -> Text:
        """The lane, or the pool that has no lanes."""
        return self.lane if self.lane.vi else self.pool


def outline(conn: Connection, version_id: str) -> tuple[Stage, ...]:
    """The steps of a published version. Raises NotFound."""
    diagram = conn.execute(select(version.c.diagram).where(version.c.id == version_id)).scalar_one_or_none()
    if diagram is None:
        raise NotFound(what="version")
    return tuple(stages(diagram))


def stages(diagram: bytes) -> Iterator[Stage]:
    """Pool after pool; within one the shortest way from a start event decides the order, so loops end."""
    root = _root(diagram)
    pools = {each.get("processRef", ""): _name(each) for each in root.iter("{*}participant")}
    for process in root.iter("{*}process"):
        lanes = {ref.text or "": _name(lane) for lane in process.iter("{*}lane")
                 for ref in lane.iter("{*}flowNodeRef")}
        for node in _in_order(process):
            if etree.QName(node).localname in HUMAN:
                identifier = node.get("id", "")
                yield Stage(_name(node), lanes.get(identifier, NOBODY), pools.get(process.get("id", ""), NOBODY),
                            _facts(node).get("allotment", ""))


def _in_order(process: etree._Element) -> Iterator[etree._Element]:
    """Breadth first along the sequence flows; an event on a step's border follows its step."""
    nodes = {each.get("id", ""): each for each in process.iter("{*}*") if each.get("id")}
    waiting = [each.get("id", "") for each in process.iter("{*}startEvent")]
    seen = set(waiting)
    while waiting:
        identifier = waiting.pop(0)
        yield nodes[identifier]
        onward = [flow.get("targetRef", "") for flow in process.iter("{*}sequenceFlow")
                  if flow.get("sourceRef") == identifier]
        onward += [event.get("id", "") for event in process.iter("{*}boundaryEvent")
                   if event.get("attachedToRef") == identifier]
        waiting += [each for each in dict.fromkeys(onward) if each in nodes and each not in seen]
        seen.update(onward)


@lru_cache(maxsize=64)
def words(diagram: bytes) -> Mapping[str, str]:
    """The English of every name and detailed status of a diagram; kept, because a published one never changes."""
    found = {}
    for element in _root(diagram).iter("{*}*"):
        facts, name = _facts(element), element.get("name", "")
        found.update({vi: en for vi, en in ((name, facts.get("name_en")),
                                            (facts.get("detailStatus"), facts.get("detailStatus_en"))) if vi and en})
    return found


def _root(diagram: bytes) -> etree._Element:
    return etree.fromstring(diagram, etree.XMLParser(resolve_entities=False, no_network=True))


def _name(element: etree._Element) -> Text:
    return drawn(element.get("name", ""), _facts(element))


def _facts(element: etree._Element) -> Mapping[str, str]:
    return {each.get("name", ""): each.get("value", "").strip() for each in element.findall(STATED)}
