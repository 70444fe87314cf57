"""In time: the longest path against enumeration, and what the clock counts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.domain.review import Problem
from engine.workflow.gate import longest_path as module
from engine.workflow.gate.durations import hours, spoken
from engine.workflow.gate.longest_path import longest_path
from tests.workflow.gate.cases_complete import in_pool
from tests.workflow.gate.cases_executable import MESSAGE, ON_MESSAGE, ON_OTHER, OTHER, timer
from tests.workflow.gate.drawing import Drawing, drawn, problems
from tests.workflow.gate.paperwork import papers
from tests.workflow.gate.structures import Structured, Tree, longest, trees

NOWHERE = Fraction(-10_000)
Weighted = dict[int, list[tuple[int, Fraction]]]


@st.composite
def weighted_graphs(draw: st.DrawFn) -> Weighted:
    """Up to twelve places; every loop there may be, with one entry or with several."""
    size = draw(st.integers(2, 12))
    edges = draw(
        st.lists(
            st.tuples(*[st.integers(0, size - 1)] * 2, st.integers(0, 9)),
            max_size=2 * size,
            unique_by=lambda edge: edge[:2],
        )
    )
    graph: Weighted = {place: [] for place in range(size)}
    for source, target, weight in edges:
        graph[source].append((target, Fraction(weight)))
    return graph


def enumerated(graph: Weighted, here: int, visited: frozenset[int]) -> Fraction:
    """The longest way to a place that leads nowhere and visits nothing twice, by trying them all."""
    if not graph[here]:
        return Fraction(0)
    after = [
        weight + enumerated(graph, target, visited | {target})
        for target, weight in graph[here]
        if target not in visited
    ]
    return max(after, default=NOWHERE)


@settings(max_examples=200, deadline=None)
@given(weighted_graphs())
def test_the_longest_path_is_that_of_enumeration(graph: Weighted) -> None:
    found = longest_path(graph, 0)
    assert found.decided
    assert found.hours == max(enumerated(graph, 0, frozenset({0})), Fraction(0))
    steps = [dict(graph[a])[b] for a, b in zip(found.path, found.path[1:], strict=False)]
    assert sum(steps, Fraction(0)) == found.hours


def test_a_search_that_runs_out_of_budget_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 3)
    graph: Weighted = {0: [(1, Fraction(1)), (2, Fraction(1))], 1: [(2, Fraction(1))], 2: [(1, Fraction(1))]}
    assert not longest_path(graph, 0).decided


def too_long(diagram: Drawing | bytes, term: str) -> list[Problem]:
    return [p for p in problems(diagram, **papers(term)) if p.code == "TIME_EXCEEDED"]


@settings(max_examples=40, deadline=None)
@given(trees(), st.lists(st.integers(1, 9), min_size=1, max_size=8), st.data())
def test_one_hour_more_on_the_longest_path_breaks_the_term(
    tree: Tree, given_hours: list[int], data: st.DataObject
) -> None:
    needed = longest(tree, given_hours)
    drawing = Structured(hours=given_hours).draw(tree)
    assert too_long(drawing, f"{needed} working_hour") == []
    (problem,) = too_long(drawing, f"{needed - 1} working_hour") if needed > 1 else [None]
    assume(problem is not None)
    assert sum(Fraction(step["hours"]) for step in problem.facts["path"]) == needed


def chain(*steps: tuple[str, str, dict[str, str]]) -> Drawing:
    """Nodes one after the other, each given as kind, id, facts."""
    drawing = Drawing().node("start", "s").node("end", "e")
    for kind, key, facts in steps:
        drawing.node(kind, key, **facts)
    return drawing.flow("s", *(key for _, key, _ in steps), "e")


def step(key: str, allotment: str, **facts: str) -> tuple[str, str, dict[str, str]]:
    return "user", key, {"allotment": allotment, **facts}


def mark(key: str, clock: str) -> tuple[str, str, dict[str, str]]:
    return "throw", key, {"clock": clock}


def more_time(days: str) -> tuple[str, str, dict[str, str]]:
    return "serviceTask", "x", {"delegate": "extend_term", "input.days": days}


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        ([step("a", "1 working_day"), step("b", "4 working_hour")], "1.5"),
        ([step("a", "9 working_day"), mark("m", "start"), step("b", "1 working_day")], "1"),
        ([mark("m", "start"), step("a", "1 working_day"), mark("f", "finish"), step("b", "9 working_day")], "1"),
        (
            [
                step("a", "1 working_day"),
                mark("hold", "pause"),
                step("b", "9 working_day"),
                mark("r", "resume"),
                step("c", "1 working_day"),
            ],
            "2",
        ),
        ([mark("m", "start"), step("a", "2 working_day"), mark("r", "restart"), step("b", "1 working_day")], "2"),
        ([mark("m", "start"), step("a", "2 working_day"), mark("r", "restart"), step("b", "3 working_day")], "3"),
        ([step("a", "1 same_day")], "1"),
        ([mark("m", "start"), step("a", "2 working_day"), more_time("5"), step("b", "5 working_day")], "2"),
        ([mark("m", "start"), step("a", "2 working_day"), more_time("days"), step("b", "1 working_day")], "3"),
    ],
    ids=["sum", "before the start", "after the finish", "paused", "before a restart", "after a restart", "same day",
         "extended", "extended by who knows how much"],
)
def test_only_time_on_the_clock_counts(steps: list[tuple[str, str, dict[str, str]]], days: str) -> None:
    assert too_long(chain(*steps), f"{days} working_day") == []
    assert too_long(chain(*steps), f"{Fraction(days) * 8 - 1} working_hour")


def test_the_worst_path_is_shown_step_by_step() -> None:
    (problem,) = too_long(chain(step("a", "1 working_day"), step("b", "4 working_hour")), "1 working_day")
    assert problem.facts["path"] == [{"element": "a", "hours": "8"}, {"element": "b", "hours": "4"}]
    assert "a (1 ngày làm việc) → b (4 giờ làm việc)" in problem.message
    assert "1 d 4 h of working time" in problem.message_en


def deadline(term: str) -> Drawing:
    """A consultation of one day with a deadline, after which one more day of work is needed."""
    drawing = Drawing().node("start", "s").node("user", "a", allotment="1 working_day").node("end", "e")
    drawing.node("boundary", "b", "<bpmn:timerEventDefinition/>", 'attachedToRef="a"', term=term)
    return (
        drawing.node("user", "h", allotment="1 working_day").node("end", "e2").flow("s", "a", "e").flow("b", "h", "e2")
    )


def test_a_deadline_counts_as_long_as_it_waits() -> None:
    assert too_long(deadline("2 working_day"), "3 working_day") == []
    assert too_long(deadline("3 working_day"), "3 working_day")


def test_a_reminder_beside_the_work_takes_no_time() -> None:
    drawing = Drawing().node("start", "s").node("user", "a", allotment="1 working_day").node("end", "e")
    drawing.node("boundary", "b", timer("PT200H"), 'attachedToRef="a" cancelActivity="false"')
    drawing.node("user", "h", allotment="9 working_day").node("end", "e2").flow("s", "a", "e").flow("b", "h", "e2")
    assert too_long(drawing, "1 working_day") == []


def inside(key: str) -> Drawing:
    drawing = (
        Drawing(key).node("start", f"s{key}").node("user", f"a{key}", allotment="1 working_day").node("end", f"e{key}")
    )
    return drawing.flow(f"s{key}", f"a{key}", f"e{key}")


def test_the_inside_of_a_subprocess_counts() -> None:
    drawing = Drawing().node("start", "s").node("sub", "x", inside("i").inside()).node("end", "e").flow("s", "x", "e")
    assert too_long(drawing, "1 working_day") == []
    assert too_long(drawing, "7 working_hour")


def test_a_process_called_twice_counts_twice() -> None:
    drawing = Drawing().node("start", "s").node("end", "e").flow("s", "x", "y", "e")
    for key in "xy":
        drawing.node("call", key, attributes='calledElement="q"')
    assert too_long(drawn(drawing, inside("q")), "2 working_day") == []
    assert too_long(drawn(drawing, inside("q")), "15 working_hour")


def exchange(share: str = "") -> bytes:
    """Pool p asks pool q and waits for its answer; q works for a day."""
    asks = Drawing("p").node("start", "s").node("throw", "t", ON_MESSAGE).node("catch", "c", ON_OTHER).node("end", "e")
    answers = Drawing("q").node("start", "s2", ON_MESSAGE).node("user", "a", allotment="1 working_day")
    answers.node("throw", "t2", ON_OTHER).node("end", "e2").flow("s2", "a", "t2", "e2")
    facts = (
        f'<spiffworkflow:properties><spiffworkflow:property name="share" value="{share}"/></spiffworkflow:properties>'
    )
    stated = f"<bpmn:extensionElements>{facts}</bpmn:extensionElements>" if share else ""
    top = (
        '<bpmn:collaboration id="co"><bpmn:participant id="pp" processRef="p"/>'
        f'<bpmn:participant id="qq" processRef="q">{stated}</bpmn:participant></bpmn:collaboration>{MESSAGE}{OTHER}'
    )
    return drawn(asks.flow("s", "t", "c", "e"), answers, top=top)


def test_whoever_waits_for_another_agency_waits_as_long_as_it_works() -> None:
    assert too_long(exchange(), "1 working_day") == []
    assert too_long(exchange(), "7 working_hour")


def test_an_agency_keeps_its_share() -> None:
    late = [
        [p.element for p in problems(exchange(share), **papers()) if p.code == "TIME_SHARE_EXCEEDED"]
        for share in ("1 working_day", "7 working_hour")
    ]
    assert late == [[], ["qq"]]


def test_a_share_is_judged_without_a_procedure_too() -> None:
    diagram = in_pool(chain(step("a", "2 working_day")), share="1 working_day")
    assert "TIME_SHARE_EXCEEDED" in {p.code for p in problems(diagram)}


def test_each_channel_is_judged_by_its_own_term() -> None:
    facts = papers()["facts_yaml"].replace(b"channels: {", b"channels: {online: {term: 1 working_day, fee: 0}, ")
    found = problems(chain(step("a", "2 working_day")), **papers() | {"facts_yaml": facts})
    assert [p.facts["channel"] for p in found if p.code == "TIME_EXCEEDED"] == ["online"]


def test_a_loop_on_which_the_clock_stands_still_needs_no_plan() -> None:
    drawing = Drawing().node("start", "s").node("xor", "m").node("user", "a").node("end", "e")
    drawing.node("xor", "x", attributes='default="f_x_hold"').node("throw", "hold", clock="pause").node("user", "wait")
    drawing.node("throw", "r", clock="resume").flow("s", "m", "a", "x").flow("x", "e", when='note = "ok"')
    assert "TIME_LOOP" not in {p.code for p in problems(drawing.flow("x", "hold", "wait", "r", "m"), **papers())}


@pytest.mark.parametrize(
    ("term", "amount"),
    [
        ("1 working_day", Fraction(8)),
        ("0.25 working_day", Fraction(2)),
        ("3 working_hour", Fraction(3)),
        ("same_day", Fraction(8)),
        ("7 calendar_day", Fraction(40)),
        ("none", Fraction(0)),
        ("soon", None),
    ],
)
def test_terms_in_working_hours(term: str, amount: Fraction | None) -> None:
    assert hours(term) == amount


@pytest.mark.parametrize(
    ("amount", "vi", "en"),
    [
        (Fraction(20), "2 ngày 4 giờ làm việc", "2 d 4 h of working time"),
        (Fraction(8), "1 ngày làm việc", "1 d of working time"),
        (Fraction(1, 2), "0.5 giờ làm việc", "0.5 h of working time"),
        (Fraction(0), "0 giờ làm việc", "0 h of working time"),
    ],
)
def test_working_time_is_said_in_days_and_hours(amount: Fraction, vi: str, en: str) -> None:
    assert (spoken(amount), spoken(amount, "en")) == (vi, en)


def test_calls_that_multiply_without_end_are_not_laid_out_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.workflow.gate.timeline.MOST_POINTS", 10)
    drawing = Drawing().node("start", "s").node("end", "e").flow("s", "x", "y", "e")
    for key in "xy":
        drawing.node("call", key, attributes='calledElement="q"')
    assert "TIME_UNDECIDED" in {p.code for p in problems(drawn(drawing, inside("q")), **papers())}
