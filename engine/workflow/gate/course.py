"""The dossier's course: the states and clock verbs drawn on the nodes can follow one another.

At run time a move that the table of states does not have, or a clock resumed before it was paused, stops the dossier.
Every combination of state and clock that can reach a node is followed; a node is named when it contradicts all of them,
because parallel branches may bring more combinations than can truly meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.domain.clock_ledger import NEXT, ClockKind, ClockState
from engine.workflow.gate.findings import Finding, Subject, found
from engine.workflow.gate.graph import Node
from engine.workflow.gate.intime import terms
from engine.workflow.gate.timeline import Point, Timeline, timeline

KINDS = {"start": ClockKind.STARTED, "pause": ClockKind.PAUSED, "resume": ClockKind.RESUMED,
         "restart": ClockKind.RESTARTED, "finish": ClockKind.FINISHED, "reopen": ClockKind.REOPENED}
LEADS_TO = {"start": ClockState.RUNNING, "pause": ClockState.PAUSED, "resume": ClockState.RUNNING,
            "restart": ClockState.RUNNING, "finish": ClockState.FINISHED, "reopen": ClockState.RUNNING}
SPOKEN = {ClockState.IDLE: "chưa chạy", ClockState.RUNNING: "đang chạy", ClockState.PAUSED: "đang dừng",
          ClockState.FINISHED: "đã kết thúc"}
Standing = tuple[int, ClockState]
"""The national status and the clock. A dossier begins as submitted, its clock idle."""
BEGINNING: Standing = (1, ClockState.IDLE)


@dataclass(slots=True)
class _Verdict:
    """What arrives at a node, and which of it the node may not follow."""

    arrived: set[Standing] = field(default_factory=set)
    wrong_status: set[int] = field(default_factory=set)
    wrong_clock: set[ClockState] = field(default_factory=set)


def nodes_follow_each_other(subject: Subject) -> Iterator[Finding]:
    line, moves = timeline(subject.diagram), subject.vocabulary.moves
    for point, verdict in _followed(line, _beginnings(line), moves).items():
        node = line.nodes[point]
        if verdict.wrong_status and verdict.wrong_status == {status for status, _ in verdict.arrived}:
            yield _wrong_move(node, min(verdict.wrong_status), moves)
        if verdict.wrong_clock and verdict.wrong_clock == {clock for _, clock in verdict.arrived}:
            clock = min(verdict.wrong_clock, key=lambda each: each.value)
            words = {"verb": node.facts["clock"], "state": SPOKEN[clock], "state_en": clock.value}
            yield Finding("CLOCK_ORDER", node.element, words)


def the_clock_is_drawn(subject: Subject) -> Iterator[Finding]:
    said = {node.facts.get("clock") for node in subject.diagram.nodes.values()}
    for verb in ("start", "finish"):
        if terms(subject.papers.procedure) and verb not in said:
            yield found("CLOCK_UNDRAWN", subject.diagram.root, verb=verb)


def _wrong_move(node: Node, before: int, moves: Mapping[int, frozenset[int]]) -> Finding:
    allowed = ", ".join(str(each) for each in sorted(moves[before])) or "—"
    return found("STATUS_MOVE", node.element, before=before, after=node.facts["nationalStatus"], allowed=allowed)


def _beginnings(line: Timeline) -> list[Point]:
    """Where the dossier's own instance starts: the first process that needs no message."""
    starts = [(point, node) for point, node in line.nodes.items()
              if point[1] == "in" and node.tag == "startEvent" and node.scope.owner is None and not node.events]
    return [point for point, node in starts if node.scope is starts[0][1].scope]


def _followed(line: Timeline, beginnings: list[Point], moves: Mapping[int, frozenset[int]]) -> dict[Point, _Verdict]:
    verdicts: dict[Point, _Verdict] = {}
    waiting = [(point, BEGINNING) for point in beginnings]
    while waiting:
        point, standing = waiting.pop()
        verdict = verdicts.setdefault(point, _Verdict())
        if standing in verdict.arrived:
            continue
        verdict.arrived.add(standing)
        after = _spoken(line.spoken(point), standing, verdict, moves)
        waiting += [(edge.target, after) for edge in line.edges.get(point, ()) if edge.target in line.nodes]
    return verdicts


def _spoken(facts: Mapping[str, str], standing: Standing, verdict: _Verdict,
            moves: Mapping[int, frozenset[int]]) -> Standing:
    """The standing after the node has spoken; what it may not say counts as said, so that one flaw is named once."""
    status, clock = standing
    wanted = facts.get("nationalStatus", "")
    if wanted.isdecimal() and int(wanted) != status:
        if int(wanted) not in moves.get(status, {int(wanted)}):
            verdict.wrong_status.add(status)
        status = int(wanted)
    verb = facts.get("clock", "")
    if verb in KINDS and not (verb == "finish" and clock is ClockState.FINISHED):
        if KINDS[verb] not in NEXT[clock]:
            verdict.wrong_clock.add(clock)
        clock = LEADS_TO[verb]
    return status, clock


RULES = (nodes_follow_each_other, the_clock_is_drawn)
