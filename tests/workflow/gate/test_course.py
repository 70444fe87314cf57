"""The dossier's course: states and clock verbs that can follow one another, on every path."""

from __future__ import annotations

import pytest

from tests.workflow.gate.drawing import Drawing, problems


def said(drawing: Drawing) -> dict[str | None, str]:
    """The codes about the course, by element."""
    return {p.element: p.code for p in problems(drawing) if p.code in ("STATUS_MOVE", "CLOCK_ORDER")}


def marks(*facts: dict[str, str]) -> Drawing:
    """Milestones m1, m2 ... one after the other."""
    drawing = Drawing().node("start", "s").node("end", "e")
    keys = [f"m{number}" for number in range(1, len(facts) + 1)]
    for key, stated in zip(keys, facts, strict=True):
        drawing.node("throw", key, **stated)
    return drawing.flow("s", *keys, "e")


def clock(*verbs: str) -> Drawing:
    return marks(*({"clock": verb} for verb in verbs))


def statuses(*given: int) -> Drawing:
    return marks(*({"nationalStatus": str(status)} for status in given))


@pytest.mark.parametrize(
    "drawing",
    [
        clock("start", "finish"),
        clock("start", "pause", "resume", "finish"),
        clock("start", "restart", "finish"),
        clock("start", "pause", "finish"),
        clock("start", "finish", "finish"),
        statuses(2, 4, 5, 4, 9, 10),
        statuses(1, 2, 2),
        marks(),
    ],
)
def test_what_the_tables_allow_may_be_drawn(drawing: Drawing) -> None:
    assert said(drawing) == {}


@pytest.mark.parametrize(
    ("drawing", "wrong"),
    [
        (clock("pause"), {"m1": "CLOCK_ORDER"}),
        (clock("start", "start"), {"m2": "CLOCK_ORDER"}),
        (clock("start", "resume"), {"m2": "CLOCK_ORDER"}),
        (clock("finish", "start"), {"m1": "CLOCK_ORDER", "m2": "CLOCK_ORDER"}),
        (statuses(4), {"m1": "STATUS_MOVE"}),
        (statuses(2, 10), {"m2": "STATUS_MOVE"}),
        (statuses(2, 4, 9, 10, 4), {"m5": "STATUS_MOVE"}),
    ],
)
def test_what_would_stop_the_dossier_is_named(drawing: Drawing, wrong: dict[str, str]) -> None:
    assert said(drawing) == wrong


def test_a_step_speaks_when_it_is_entered() -> None:
    drawing = Drawing().node("start", "s").node("user", "a", clock="start").node("end", "e").node("end", "e2")
    drawing.node("boundary", "b", "<bpmn:timerEventDefinition/>", 'attachedToRef="a"', term="1 working_day")
    drawing.node("throw", "m", clock="finish").flow("s", "a", "e").flow("b", "m", "e2")
    assert said(drawing) == {}


def test_a_loop_that_pauses_must_resume_before_it_pauses_again() -> None:
    drawing = Drawing().node("start", "s").node("throw", "go", clock="start").node("xor", "m").node("end", "e")
    drawing.node("throw", "hold", clock="pause").node("user", "a").node("xor", "x", attributes='default="f_x_m"')
    drawing.flow("s", "go", "m", "hold", "a", "x").flow("x", "m").flow("x", "e", when="note = 1")
    assert said(drawing) == {}, "on the first round it is right, and a doubt is not an error"


def test_the_refusal_says_where_the_dossier_may_go_instead() -> None:
    (problem,) = [p for p in problems(statuses(2, 10)) if p.code == "STATUS_MOVE"]
    assert "từ trạng thái 2 sang 10" in problem.message
    assert "4, 9" in problem.remedy
