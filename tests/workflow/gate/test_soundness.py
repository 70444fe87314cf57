"""Soundness against graphs that are sound by construction, their mutations, and an independent token game."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.domain.review import Vocabulary
from engine.workflow.gate.findings import Subject
from engine.workflow.gate.graph import Diagram
from engine.workflow.gate.papers import read_papers
from engine.workflow.gate.soundness import processes_are_sound
from engine.workflow.xml import parse_xml
from tests.workflow.gate.cases_complete import merged
from tests.workflow.gate.cases_executable import ERROR, ON_ERROR, inner, timer
from tests.workflow.gate.drawing import Drawing, drawn, package
from tests.workflow.gate.structures import Structured, Tree, splits, trees


def said(diagram: Drawing | bytes) -> set[str]:
    """The soundness codes of a diagram."""
    data = drawn(diagram) if isinstance(diagram, Drawing) else diagram
    handed = package(data)
    nobody = Vocabulary(frozenset(), frozenset(), frozenset())
    return {f.code for f in processes_are_sound(Subject(Diagram(parse_xml(data)), handed, nobody, read_papers(handed)))}


@settings(max_examples=40, deadline=None)
@given(trees())
def test_what_is_built_of_blocks_is_sound(tree: Tree) -> None:
    assert said(Structured().draw(tree)) == set()


@settings(max_examples=40, deadline=None)
@given(trees(), st.data())
def test_a_wrong_join_is_found(tree: Tree, data: st.DataObject) -> None:
    kinds = splits(tree)
    assume(kinds)
    number = data.draw(st.integers(0, len(kinds) - 1))
    expected = "SOUND_UNSYNCHRONISED" if kinds[number] == "and" else "SOUND_DEADLOCK"
    assert expected in said(Structured(wrong_join=number).draw(tree))


@settings(max_examples=30, deadline=None)
@given(trees(), st.data())
def test_a_parallel_branch_that_never_reaches_its_join_is_found(tree: Tree, data: st.DataObject) -> None:
    parallel = [number for number, kind in enumerate(splits(tree)) if kind == "and"]
    assume(parallel)
    lost = Structured(lost_branch=data.draw(st.sampled_from(parallel))).draw(tree)
    assert "SOUND_DEADLOCK" in said(lost)


KINDS = ["task", "xor", "and", "or"]
Graph = dict[int, tuple[str, list[int]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to six nodes between a start (0) and an end (-1), joined at random. Tasks have one way out."""
    inner_nodes = list(range(1, draw(st.integers(2, 6)) + 1))
    graph: Graph = {0: ("task", [draw(st.sampled_from(inner_nodes))])}
    for node in inner_nodes:
        kind = draw(st.sampled_from(KINDS))
        most = 1 if kind == "task" else 3 if len(inner_nodes) < 5 else 2
        graph[node] = (
            kind,
            draw(st.lists(st.sampled_from([*inner_nodes, -1]), min_size=1, max_size=most, unique=True)),
        )
    return graph


def picture(graph: Graph) -> Drawing:
    drawing = Drawing().node("start", "n0").node("end", "n-1")
    for node, (kind, targets) in graph.items():
        if node:
            drawing.node("user" if kind == "task" else kind, f"n{node}")
        for target in targets:
            drawing.flow(f"n{node}", f"n{target}")
    return drawing


class TokenGame:
    """The rules of BPMN once more, slowly, on multisets of flows: what the exploration is held against."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.incoming = {n: [(a, n) for a, (_, ts) in graph.items() if n in ts] for n in [*graph, -1]}

    def moves(self, marking: Counter[tuple[int, int]]) -> list[tuple[int, Counter[tuple[int, int]]]]:
        found = []
        for node, (kind, targets) in [*self.graph.items(), (-1, ("task", []))]:
            for taken in self.taken(node, kind, marking):
                for given_to in self.outputs(kind, targets):
                    after = marking - Counter(taken) + Counter((node, target) for target in given_to)
                    found.append((node, after))
        return found

    def taken(self, node: int, kind: str, marking: Counter[tuple[int, int]]) -> list[list[tuple[int, int]]]:
        flows = self.incoming[node]
        here = [flow for flow in flows if marking[flow]]
        if kind == "and" and len(flows) > 1:
            return [flows] if len(here) == len(flows) else []
        if kind == "or" and len(flows) > 1:
            return [here] if here and not self.awaits(node, here, marking) else []
        return [[flow] for flow in here]

    def awaits(self, node: int, here: list[tuple[int, int]], marking: Counter[tuple[int, int]]) -> bool:
        empty = [flow for flow in self.incoming[node] if flow not in here]
        elsewhere = [flow for flow in marking if marking[flow] and flow not in here]
        return any(self.leads(token, empty, node) and not self.leads(token, here, node) for token in elsewhere)

    def leads(self, token: tuple[int, int], goals: list[tuple[int, int]], without: int) -> bool:
        seen, waiting = set(), [token]
        while waiting:
            flow = waiting.pop()
            if flow in goals:
                return True
            if flow not in seen and flow[1] != without and flow[1] != -1:
                seen.add(flow)
                waiting += [(flow[1], target) for target in self.graph[flow[1]][1]]
        return False

    @staticmethod
    def outputs(kind: str, targets: list[int]) -> list[tuple[int, ...]]:
        if kind == "xor":
            return [(target,) for target in targets]
        if kind == "or":
            return [some for size in range(1, len(targets) + 1) for some in combinations(targets, size)]
        return [tuple(targets)]

    def verdict(self) -> set[str]:
        first = Counter({(0, target): 1 for target in self.graph[0][1]})
        seen, waiting, fired, after = {}, [first], {0}, {}
        found = set()
        while waiting:
            marking = waiting.pop()
            key = frozenset(marking.items())
            if key in seen:
                continue
            seen[key] = marking
            moves = self.moves(marking)
            after[key] = set()
            if marking and not moves:
                found.add("SOUND_DEADLOCK")
            for node, new in moves:
                fired.add(node)
                if any(count > 1 for count in new.values()):
                    found.add("SOUND_UNSYNCHRONISED")
                else:
                    after[key].add(frozenset(new.items()))
                    waiting.append(new)
        if "SOUND_UNSYNCHRONISED" not in found and self.circles(after):
            found.add("SOUND_NEVER_ENDS")
        return found or self.dead(fired)

    def circles(self, after: dict[frozenset[object], set[frozenset[object]]]) -> bool:
        free = {key for key, nexts in after.items() if not nexts}
        while grown := {key for key, nexts in after.items() if nexts & free} - free:
            free |= grown
        return bool(set(after) - free)

    def dead(self, fired: set[int]) -> set[str]:
        drawn_nodes, waiting = set(), [0]
        while waiting:
            node = waiting.pop()
            if node not in drawn_nodes:
                drawn_nodes.add(node)
                waiting += self.graph[node][1] if node != -1 else []
        return {"SOUND_DEAD"} if drawn_nodes - fired else set()


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_the_exploration_agrees_with_a_plain_token_game(graph: Graph) -> None:
    assert said(picture(graph)) == TokenGame(graph).verdict()


@pytest.mark.parametrize(
    ("split", "join", "expected"),
    [
        ("xor", "xor", set()),
        ("and", "and", set()),
        ("or", "or", set()),
        ("xor", "or", set()),
        ("and", "or", set()),
        ("xor", "and", {"SOUND_DEADLOCK"}),
        ("or", "and", {"SOUND_DEADLOCK"}),
        ("and", "xor", {"SOUND_UNSYNCHRONISED"}),
    ],
)
def test_joins_must_fit_their_splits(split: str, join: str, expected: set[str]) -> None:
    assert said(merged(split, join)) == expected


def beside(attributes: str, target: str) -> Drawing:
    """Step a with a timer, whose branch goes on to `target`; a parallel step c joins a at j."""
    drawing = Drawing().node("start", "s").node("and", "x").node("user", "a").node("user", "c").node("and", "j")
    drawing.node("xor", "m").node("end", "e").node("end", "e2")
    drawing.node("boundary", "b", timer("PT1H"), f'attachedToRef="a" {attributes}').node("user", "h")
    return drawing.flow("s", "x", "a", "m", "j", "e").flow("x", "c", "j").flow("b", "h", target)


def test_an_interrupting_event_may_lead_back_to_the_join() -> None:
    assert said(beside("", "m")) == set()


def test_a_deadline_branch_that_misses_the_join_is_a_deadlock() -> None:
    assert said(beside("", "e2")) == {"SOUND_DEADLOCK"}


def test_a_reminder_beside_the_work_is_sound() -> None:
    assert said(beside('cancelActivity="false"', "e2")) == set()


def test_a_reminder_that_comes_back_into_the_main_flow_doubles_it() -> None:
    assert "SOUND_UNSYNCHRONISED" in said(beside('cancelActivity="false"', "m"))


def test_a_flaw_inside_a_reminder_branch_is_found() -> None:
    drawing = (
        beside('cancelActivity="false"', "x2").node("xor", "x2").node("user", "p").node("user", "q").node("and", "y")
    )
    assert said(drawing.flow("x2", "p", "y", "e2").flow("x2", "q", "y")) == {"SOUND_DEADLOCK"}


def part(end: str, boundary: str) -> bytes:
    """A subprocess that ends in this way, with a boundary event of this kind that joins the main flow."""
    drawing = Drawing().node("start", "s").node("sub", "a", inner(end=end).inside()).node("xor", "m").node("user", "z")
    drawing.node("end", "e").node("boundary", "b", boundary, 'attachedToRef="a"').flow("s", "a", "m", "z", "e")
    return drawn(drawing.flow("b", "m"), top=ERROR)


def test_a_subprocess_that_only_fails_leaves_through_its_error_event() -> None:
    assert said(part(ON_ERROR, ON_ERROR)) == set()


def test_a_subprocess_that_only_fails_never_reaches_what_follows_it() -> None:
    drawing = Drawing().node("start", "s").node("sub", "a", inner(end=ON_ERROR).inside()).node("user", "z")
    drawing.node("end", "e").node("end", "e2").node("boundary", "b", ON_ERROR, 'attachedToRef="a"')
    assert said(drawn(drawing.flow("s", "a", "z", "e").flow("b", "e2"), top=ERROR)) == {"SOUND_DEAD"}


def test_a_flaw_inside_a_subprocess_is_named_once() -> None:
    broken = merged("xor", "and").inside().replace('"s"', '"s1"').replace('"e"', '"e1"')
    drawing = Drawing().node("start", "s").node("sub", "sub1", broken).node("end", "e").flow("s", "sub1", "e")
    assert said(drawing) == {"SOUND_DEADLOCK"}


def test_a_called_process_is_judged_where_it_stands() -> None:
    caller = Drawing("p").node("start", "s0").node("call", "c", attributes='calledElement="q"').node("end", "e0")
    called = merged("and", "xor")
    called.key = "q"
    assert said(drawn(caller.flow("s0", "c", "e0"), called)) == {"SOUND_UNSYNCHRONISED"}


def test_a_file_is_explored_within_one_budget_whatever_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.workflow.gate.soundness.MOST_MARKINGS_OF_A_FILE", 3)
    assert said(merged("and", "and")) == {"SOUND_UNDECIDED"}
