"""In time: from the start of the clock to its finish, the steps' allotments fit the statutory term of each channel.

Parallel branches count by the longest, loops once, steps while the clock is stopped not at all. Everything is reckoned
in working hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from engine.workflow.facts import pool_facts
from engine.workflow.gate.durations import hours, is_exact, spoken
from engine.workflow.gate.findings import Finding, Subject
from engine.workflow.gate.graph import HUMAN_TASKS, Node
from engine.workflow.gate.longest_path import Graph, Longest, back_edges, longest_path
from engine.workflow.gate.timeline import Edge, Point, Timeline, timeline
from engine.workflow.xml import bpmn

Moment = tuple[Point, bool]
"""A point in time, and whether the clock runs there."""
WAITS = frozenset({"receiveTask", "intermediateCatchEvent"})
BEGINNING: Moment = (("", "out"), False)


@dataclass(frozen=True, slots=True)
class Clocked:
    """What can happen while the clock runs or stands still; edges begin at BEGINNING."""

    line: Timeline
    edges: Mapping[Moment, list[tuple[Moment, Edge]]]

    def graph(self, pool: str | None = None) -> Graph[Moment]:
        """Hours count while the clock runs, and of one pool only when it is named."""
        def counted(here: Moment, edge: Edge) -> Fraction:
            return edge.hours if here[1] and _counts(edge, pool) else Fraction(0)

        return {here: [(target, counted(here, edge)) for target, edge in edges] for here, edges in self.edges.items()}

    def steps(self, path: tuple[Moment, ...], pool: str | None = None) -> list[tuple[Node, Fraction]]:
        """The steps of a path that take time, and how much."""
        found = []
        for here, after in pairwise(path):
            edge = max((e for target, e in self.edges[here] if target == after), key=lambda e: e.hours)
            if edge.node is not None and edge.hours > 0 and here[1] and _counts(edge, pool):
                found.append((edge.node, edge.hours))
        return found


def _counts(edge: Edge, pool: str | None) -> bool:
    """Of a pool's share only its own steps count, not its waiting for others, and an extension widens no share."""
    if pool is None:
        return True
    return edge.pool == pool and edge.node is not None and edge.node.tag not in WAITS and edge.hours > 0


def steps_fit_the_term(subject: Subject) -> Iterator[Finding]:
    """For each channel of procedure.yaml; `facts['path']` of the problem lists the steps of the worst path."""
    promised = terms(subject.papers.procedure)
    if not promised:
        return
    clocked = clock(subject)
    worst = longest_path(clocked.graph(), BEGINNING)
    if not (worst.decided and clocked.line.whole):
        yield Finding("TIME_UNDECIDED", subject.diagram.root, _about(clocked, worst))
    for channel, term in promised.items():
        allowed = hours(term) or Fraction(0)
        if worst.hours > allowed:
            yield _exceeded("TIME_EXCEEDED", subject.diagram.root, clocked, worst, {"channel": channel, "term": term})


def agencies_keep_their_share(subject: Subject) -> Iterator[Finding]:
    shares = {key: facts["share"] for key, facts in pool_facts(subject.diagram.root).items() if facts.get("share")}
    if not shares:
        return
    clocked = clock(subject)
    pools = {pool.get("processRef"): pool for pool in subject.diagram.root.iter(bpmn("participant"))}
    for key, share in shares.items():
        worst = longest_path(clocked.graph(key), BEGINNING)
        allowed = hours(share)
        if allowed is not None and worst.hours > allowed:
            element = pools.get(key, subject.diagram.processes[key].element)
            yield _exceeded("TIME_SHARE_EXCEEDED", element, clocked, worst, {"share": share}, key)


def terms_can_be_compared(subject: Subject) -> Iterator[Finding]:
    said = set(terms(subject.papers.procedure).values())
    said |= {node.facts["allotment"] for node in subject.diagram.nodes.values() if "allotment" in node.facts}
    for term in sorted(said):
        amount = hours(term)
        if amount is not None and not is_exact(term):
            yield Finding("TIME_APPROXIMATE", subject.diagram.root, {"term": term, "hours": round(float(amount), 1)})


def loops_stop_the_clock(subject: Subject) -> Iterator[Finding]:
    """A second round takes time that nobody has planned, unless the clock stands still meanwhile."""
    if not terms(subject.papers.procedure):
        return
    clocked = clock(subject)
    named: set[str] = set()
    for here, back in back_edges(clocked.graph(), BEGINNING):
        steps = _steps_of_loop(clocked, here, back) if here[1] and back[1] else []
        if steps and steps[0].id not in named:
            named.add(steps[0].id)
            yield Finding("TIME_LOOP", steps[0].element)


def _steps_of_loop(clocked: Clocked, last: Moment, first: Moment) -> list[Node]:
    """Human steps on the ways from `first` to `last` on which the clock never stands still."""
    before: dict[Moment, list[Moment]] = {}
    for here, edges in clocked.edges.items():
        for target, _ in edges:
            before.setdefault(target, []).append(here)
    loop, waiting = {first}, [last]
    while waiting:
        here = waiting.pop()
        if here not in loop and here[1]:
            loop.add(here)
            waiting += before.get(here, [])
    closed = any(first in before.get(here, []) for here in loop)
    keys = {point for point, running in loop if running} if closed else set()
    return [node for point, node in clocked.line.nodes.items() if point in keys and node.tag in HUMAN_TASKS]


def clock(subject: Subject) -> Clocked:
    """The timeline as the clock sees it: it begins where the clock starts, or at the beginning when that is undrawn."""
    line = timeline(subject.diagram)
    edges: dict[Moment, list[tuple[Moment, Edge]]] = {BEGINNING: []}
    waiting: list[Moment] = []
    for point in _beginnings(line):
        edges[BEGINNING].append(((point, True), Edge(point)))
        waiting.append((point, True))
    while waiting:
        here = waiting.pop()
        if here in edges:
            continue
        edges[here] = [(_reached(line, edge.target, here[1]), edge) for edge in _after(line, here[0])]
        waiting += [target for target, _ in edges[here]]
    return Clocked(line, edges)


def _beginnings(line: Timeline) -> list[Point]:
    """Where the clock starts, restarts with nothing counted, or else where nothing leads to."""
    drawn = [p for p in line.nodes if _fact(line, p) in ("start", "restart")]
    targets = {edge.target for edges in line.edges.values() for edge in edges}
    awaited = _thrown_to(line)
    return drawn or [p for p in line.nodes if p not in targets and (p[0], "out") not in awaited]


def _thrown_to(line: Timeline) -> set[Point]:
    """Start events that a message from another pool reaches."""
    return {edge.target for source, edges in line.edges.items() for edge in edges
            if edge.target[1] == "out" and source[0] != edge.target[0]}


def _after(line: Timeline, point: Point) -> list[Edge]:
    """What follows; nothing once the clock is finished."""
    return [] if _fact(line, point) == "finish" else line.edges.get(point, [])


def _reached(line: Timeline, point: Point, running: bool) -> Moment:
    """The point and whether the clock runs there. Where it restarts, what was counted so far has come to its end."""
    fact = _fact(line, point)
    if fact == "restart":
        return (point[0], "end"), running
    return point, {"pause": False, "resume": True, "reopen": True}.get(fact, running)


def _fact(line: Timeline, point: Point) -> str:
    """What the node says to the clock at this point."""
    return line.spoken(point).get("clock", "")


def terms(procedure: Any) -> dict[str, str]:
    """The term of each channel, as far as it can be read."""
    channels = procedure.get("channels") if isinstance(procedure, dict) else None
    if not isinstance(channels, dict):
        return {}
    said = {str(name): each.get("term") for name, each in channels.items() if isinstance(each, dict)}
    return {name: term for name, term in said.items() if isinstance(term, str) and hours(term)}


def _exceeded(code: str, element: Any, clocked: Clocked, worst: Longest[Moment], words: dict[str, Any],
              pool: str | None = None) -> Finding:
    about = _about(clocked, worst, pool)
    facts = {"path": [{"element": node.id, "hours": str(took)} for node, took in clocked.steps(worst.path, pool)]}
    return Finding(code, element, {**words, **about}, facts=facts)


def _about(clocked: Clocked, worst: Longest[Moment], pool: str | None = None) -> dict[str, str]:
    steps = clocked.steps(worst.path, pool)
    return {"total": spoken(worst.hours), "total_en": spoken(worst.hours, "en"),
            "path": " → ".join(f"{' '.join((node.name or node.id).split())} ({spoken(took)})" for node, took in steps),
            "path_en": " → ".join(f"{' '.join((node.name or node.id).split())} ({spoken(took, 'en')})"
                                  for node, took in steps)}


RULES = (steps_fit_the_term, agencies_keep_their_share, terms_can_be_compared, loops_stop_the_clock)
