"""Pools that talk: a wait is safe when every way of the other pool answers it, or when it has another way out."""

from __future__ import annotations

import pytest

from tests.workflow.gate.cases_executable import (
    MESSAGE,
    ON_MESSAGE,
    ON_OTHER,
    OTHER,
    answering,
    asking,
    inner,
    timer,
)
from tests.workflow.gate.drawing import Drawing, drawn, problems

REFUSAL = '<bpmn:message id="m3" name="refusal"/>'
ON_REFUSAL = '<bpmn:messageEventDefinition messageRef="m3"/>'


def waits_for_ever(*pools: Drawing) -> list[str | None]:
    found = problems(drawn(*pools, top=MESSAGE + OTHER + REFUSAL))
    return [p.element for p in found if p.code == "SOUND_WAITS_FOR_EVER"]


@pytest.mark.parametrize(
    ("asks", "answers", "stuck"),
    [
        (asking(), answering(), []),
        (asking(), answering("k"), ["c1"]),
        (asking(ON_OTHER, timer("P2D")), answering("k"), []),
        (asking(ON_OTHER, ON_REFUSAL), answering("k", ON_REFUSAL), []),
    ],
    ids=["always answered", "perhaps never answered", "with a deadline", "answered or refused"],
)
def test_a_wait_needs_an_answer_on_every_path_of_the_other_pool(
    asks: Drawing, answers: Drawing, stuck: list[str]
) -> None:
    assert waits_for_ever(asks, answers) == stuck


def test_two_pools_that_wait_for_each_other_wait_for_ever() -> None:
    first = Drawing("p").node("start", "s").node("catch", "c", ON_OTHER).node("throw", "t", ON_MESSAGE).node("end", "e")
    second = (
        Drawing("q").node("start", "s2").node("catch", "c2", ON_MESSAGE).node("throw", "t2", ON_OTHER).node("end", "e2")
    )
    assert waits_for_ever(first.flow("s", "c", "t", "e"), second.flow("s2", "c2", "t2", "e2")) == ["c", "c2"]


def test_a_boundary_deadline_frees_the_wait() -> None:
    asks = asking().node("boundary", "b", timer("P2D"), 'attachedToRef="c1"').flow("b", "e")
    asks.parts = [
        part.replace("intermediateCatchEvent", "receiveTask")
        .replace(ON_OTHER, "")
        .replace('id="c1"', 'id="c1" messageRef="m2"')
        for part in asks.parts
    ]
    assert waits_for_ever(asks, answering("k")) == []


def test_of_a_message_thrown_inside_a_subprocess_nothing_is_claimed() -> None:
    inside = (
        inner().inside().replace("<bpmn:userTask", '<bpmn:sendTask messageRef="m2"').replace("userTask>", "sendTask>")
    )
    second = Drawing("q").node("start", "s2", ON_MESSAGE).node("sub", "x", inside).node("end", "e2")
    assert waits_for_ever(asking(), second.flow("s2", "x", "e2")) == []
