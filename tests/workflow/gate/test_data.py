"""Data: what is read must have been set on every path before."""

from __future__ import annotations

import pytest

from tests.workflow.gate.cases_executable import ITEMS, MESSAGE, ON_MESSAGE, bounded, inner, single, timer
from tests.workflow.gate.drawing import Drawing, drawn, problems
from tests.workflow.gate.paperwork import form, papers

READS = "<bpmn:script>k = wanted</bpmn:script>"


def reading(first: Drawing) -> Drawing:
    """The drawing, with a script that reads `wanted` before its end."""
    return first.node("scriptTask", "t", READS)


def unset(diagram: Drawing | bytes, **forms: bytes) -> dict[str, str]:
    """The codes about data by the variable they are about."""
    return {
        p.facts["name"]: p.code
        for p in problems(diagram, **papers(asks=form("wanted"), **forms))
        if p.code.startswith("DATA_") and "name" in p.facts
    }


def after(kind: str, inside: str = "", **facts: str) -> Drawing:
    """Start, this node, the reading script, end."""
    drawing = reading(Drawing().node("start", "s").node(kind, "x", inside, **facts).node("end", "e"))
    return drawing.flow("s", "x", "t", "e")


@pytest.mark.parametrize(
    "diagram",
    [
        after("user", form="asks"),
        after("manual", form="asks"),
        after("scriptTask", "<bpmn:script>wanted = 1</bpmn:script>"),
        after("serviceTask", sets="other, wanted"),
        after("businessRuleTask", decision="d", result="wanted"),
        after("sub", inner().inside().replace('value="note"', 'value="asks"')),
    ],
    ids=["form", "form of a manual task", "script", "delegate", "decision", "subprocess"],
)
def test_what_a_step_sets_can_be_read_after_it(diagram: Drawing) -> None:
    assert unset(diagram) == {}


def test_a_start_form_and_the_facts_of_the_dossier_are_there_from_the_beginning() -> None:
    reads = "<bpmn:script>k = [channel, received_by, dossier_code, due_at, accepted_at, asked_at_start]</bpmn:script>"
    assert unset(single("scriptTask", reads), application=form("asked_at_start")) == {}


def test_a_misspelt_variable_is_an_error_with_a_suggestion() -> None:
    diagram = after("user", form="asks")
    diagram.parts[-1] = diagram.parts[-1].replace("k = wanted", "k = wantde")
    (problem,) = [p for p in problems(diagram, **papers(asks=form("wanted"))) if p.code == "DATA_NEVER_SET"]
    assert "wanted" in problem.remedy


def test_a_variable_cannot_be_read_before_the_step_that_sets_it() -> None:
    drawing = reading(Drawing().node("start", "s").node("user", "x", form="asks").node("end", "e"))
    assert unset(drawing.flow("s", "t", "x", "e")) == {"wanted": "DATA_NEVER_SET"}


def branches(kind: str, *askers: str) -> Drawing:
    """Two branches a and b, joined again before the script that reads; `askers` ask for it."""
    drawing = reading(Drawing().node("start", "s").node(kind, "x", attributes='default="f_x_b"').node(kind, "j"))
    for key in "ab":
        drawing.node("user", key, form="asks" if key in askers else "note")
    drawing.node("end", "e").flow("s", "x").flow("x", "a", when=None if kind == "and" else 'note = "a"')
    return drawing.flow("x", "b", "j", "t", "e").flow("a", "j")


@pytest.mark.parametrize(
    ("kind", "askers", "expected"),
    [
        ("xor", "a", {"wanted": "DATA_MAYBE_UNSET"}),
        ("xor", "ab", {}),
        ("and", "a", {}),
        ("and", "", {"wanted": "DATA_NEVER_SET"}),
        ("or", "a", {"wanted": "DATA_MAYBE_UNSET"}),
    ],
)
def test_branches_add_up_only_where_all_of_them_run(kind: str, askers: str, expected: dict[str, str]) -> None:
    assert {name: code for name, code in unset(branches(kind, *askers)).items() if name == "wanted"} == expected


def test_a_path_on_which_the_variable_is_missing_is_shown() -> None:
    drawing = branches("xor", "a")
    drawing.parts = [part.replace('id="b"', 'id="b" name="Quick check"') for part in drawing.parts]
    (problem,) = [
        p
        for p in problems(drawing, **papers(asks=form("wanted")))
        if p.code == "DATA_MAYBE_UNSET" and p.facts["name"] == "wanted"
    ]
    assert "Quick check" in problem.message


def test_a_deadline_leaves_the_step_before_it_has_answered() -> None:
    drawing = bounded(timer("PT1H"))
    drawing.parts = [part.replace('name="form" value="note"', 'name="form" value="asks"') for part in drawing.parts]
    drawing.flows.pop()
    reading(drawing).flow("b", "t", "e2")
    assert unset(drawing) == {"wanted": "DATA_NEVER_SET"}


def test_a_loop_does_not_make_a_variable_certain() -> None:
    drawing = reading(Drawing().node("start", "s").node("xor", "m").node("user", "a", form="asks"))
    drawing.node("xor", "x", attributes='default="f_x_e"').node("end", "e").flow("s", "m", "t", "x", "e")
    assert unset(drawing.flow("x", "a", when='note = "again"').flow("a", "m"))["wanted"] == "DATA_MAYBE_UNSET"


def test_a_delegate_that_does_not_say_what_it_sets_may_set_anything() -> None:
    assert unset(after("serviceTask")) == {"wanted": "DATA_MAYBE_UNSET"}


def test_inputs_of_delegates_are_read() -> None:
    assert unset(single("serviceTask", input__text="wanted")) == {"wanted": "DATA_NEVER_SET"}


def exchange(payload: str) -> bytes:
    """Pool p sends these variables to pool q, which reads `wanted`."""
    first = (
        Drawing("p").node("start", "s").node("user", "a", form="asks").node("throw", "m1", ON_MESSAGE, payload=payload)
    )
    second = reading(Drawing("q").node("start", "s2", ON_MESSAGE).node("end", "e2")).flow("s2", "t", "e2")
    return drawn(first.node("end", "e").flow("s", "a", "m1", "e"), second, top=MESSAGE)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("wanted", {}),
        ("note", {"wanted": "DATA_NEVER_SET"}),
        ("", {"wanted": "DATA_NEVER_SET"}),
    ],
)
def test_pools_share_only_what_a_message_carries(payload: str, expected: dict[str, str]) -> None:
    assert unset(exchange(payload)) == expected


def repeated(script: str, output: str = "") -> Drawing:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics>{ITEMS}{output}<bpmn:inputDataItem id="i" name="who"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    drawing = Drawing().node("start", "s").node("scriptTask", "p0", "<bpmn:script>people = [1]</bpmn:script>")
    drawing.node("scriptTask", "x", f"{loop}<bpmn:script>{script}</bpmn:script>").node("end", "e")
    return drawing.flow("s", "p0", "x", "e")


def test_the_item_of_a_repeated_step_is_known_inside_it_only() -> None:
    assert unset(repeated("k = who + loopCounter")) == {}
    outside = repeated("k = who")
    outside.node("scriptTask", "y", "<bpmn:script>z = who</bpmn:script>").flows.pop()
    assert unset(outside.flow("x", "y", "e")) == {"who": "DATA_NEVER_SET"}


def test_a_called_process_sees_what_its_caller_has() -> None:
    caller = Drawing("p").node("start", "s").node("user", "a", form="asks").node("end", "e")
    caller.node("call", "c", attributes='calledElement="q"').flow("s", "a", "c", "e")
    called = reading(Drawing("q").node("start", "s2").node("end", "e2")).flow("s2", "t", "e2")
    assert unset(drawn(caller, called)) == {}


def test_a_message_may_take_along_what_is_set_on_some_paths_only() -> None:
    drawing = (
        Drawing().node("start", "s").node("xor", "x", attributes='default="f_x_m1"').node("user", "a", form="asks")
    )
    drawing.node("throw", "m1", ON_MESSAGE, payload="wanted").node("end", "e").flow("s", "x", "m1", "e")
    assert unset(drawn(drawing.flow("x", "a", when='note = "a"').flow("a", "m1"), top=MESSAGE)) == {}
