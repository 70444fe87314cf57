"""For each code of the families "complete", "sound", "data" and "in time": a package that has the flaw."""

from __future__ import annotations

from typing import Any

from tests.workflow.gate.cases_executable import (
    MESSAGE,
    ON_MESSAGE,
    OTHER,
    answering,
    asking,
    forked,
    single,
    timer,
    waiting,
)
from tests.workflow.gate.drawing import Drawing, drawn, line, properties
from tests.workflow.gate.paperwork import BESIDE, costing, form, papers

Case = tuple[Drawing | bytes, dict[str, Any]]


def in_lane(drawing: Drawing, **facts: str) -> bytes:
    return drawn(drawing.xml(facts))


def in_pool(drawing: Drawing, **facts: str) -> bytes:
    pool = f'<bpmn:participant id="pool" processRef="p">{properties(facts)}</bpmn:participant>'
    return drawn(drawing, top=f'<bpmn:collaboration id="co">{pool}</bpmn:collaboration>')


def merged(split: str, join: str, *, default: str = "f_x_b") -> Drawing:
    """Two branches between a split and a join, then one more step."""
    drawing = Drawing().node("start", "s").node("end", "e").node("user", "z")
    drawing.node(split, "x", attributes=f'default="{default}"' if split in ("xor", "or") else "")
    drawing.node("user", "a").node("user", "b").node(join, "j")
    drawing.flow("s", "x").flow("x", "a", when="true" if split in ("xor", "or") else None).flow("x", "b")
    return drawing.flow("a", "j", "z", "e").flow("b", "j")


def stopped_beside_work() -> Drawing:
    drawing = Drawing().node("start", "s").node("and", "x").node("user", "a").node("user", "b").node("end", "e")
    drawing.node("end", "stop", "<bpmn:terminateEventDefinition/>")
    return drawing.flow("s", "x", "a", "e").flow("x", "b", "stop")


def circling() -> Drawing:
    """Left at the gateway, the dossier goes round for ever."""
    drawing = Drawing().node("start", "s").node("xor", "x", attributes='default="f_x_m"').node("xor", "m")
    drawing.node("user", "a").node("user", "b").node("end", "e")
    return drawing.flow("s", "x").flow("x", "e", when="true").flow("x", "m").flow("m", "a", "b", "m")


def dead_branch() -> Drawing:
    """The error of the called part never comes, so what would handle it is dead."""
    inside = Drawing().node("start", "si").node("end", "ei").flow("si", "ei").inside()
    error = '<bpmn:errorEventDefinition errorRef="err"/>'
    drawing = Drawing().node("start", "s").node("sub", "a", inside).node("end", "e").node("end", "e2")
    drawing.node("user", "h").node("boundary", "b", error, 'attachedToRef="a"')
    return drawing.flow("s", "a", "e").flow("b", "h", "e2")


def many_branches() -> Drawing:
    """Seventeen parallel steps that can each be interrupted: more states than anybody looks at."""
    drawing = Drawing().node("start", "s").node("and", "x").node("and", "j").node("end", "e").flow("s", "x")
    for number in range(17):
        drawing.node("user", f"a{number}").node("xor", f"m{number}").flow("x", f"a{number}", f"m{number}", "j")
        drawing.node("boundary", f"b{number}", timer("PT1H"), f'attachedToRef="a{number}"').flow(
            f"b{number}", f"m{number}"
        )
    return drawing.flow("j", "e")


def looping() -> Drawing:
    """The check may send the dossier back to the work."""
    drawing = Drawing().node("start", "s").node("xor", "m").node("user", "a").node("user", "check")
    drawing.node("xor", "x", attributes='default="f_x_m"').node("end", "e")
    return drawing.flow("s", "m", "a", "check", "x").flow("x", "e", when='note = "yes"').flow("x", "m")


def entangled() -> Drawing:
    """Two ways into every loop, and far more paths than can be walked."""
    keys = [f"a{number}" for number in range(10)]
    drawing = Drawing().node("start", "s").node("end", "e").node("xor", "first", attributes='default="f_first_a0"')
    drawing.flow("s", "first", "a0")
    for key in keys:
        drawing.node("xor", key, attributes=f'default="f_{key}_e"').flow(key, "e")
        for other in (each for each in keys if each != key):
            drawing.flow(key, other, when='note = "on"')
    for key in keys[1:]:
        drawing.flow("first", key, when='note = "go"')
    return drawing


def asked_on_one_way() -> Drawing:
    """Only one of two branches asks for what the script after them reads."""
    drawing = Drawing().node("start", "s").node("xor", "x", attributes='default="f_x_b"').node("xor", "j")
    drawing.node("user", "a", form="extra").node("user", "b").node("end", "e")
    drawing.node("scriptTask", "t", "<bpmn:script>k = extra</bpmn:script>")
    drawing.flow("s", "x").flow("x", "a", when='note = "more"').flow("x", "b")
    return drawing.flow("a", "j", "t", "e").flow("b", "j")


BARE: dict[str, Case] = {
    "FACT_UNKNOWN": (single("user", alotment="2 working_hour"), {}),
    "FACT_MISPLACED": (single("user", outcome="accepted"), {}),
    "FACT_VALUE": (single("user", nationalStatus="11"), {}),
    "LANE_MISSING": (in_lane(line("a")), {}),
    "ROLE_MISSING": (in_lane(line("a"), unit="receiving"), {}),
    "ROLE_UNKNOWN": (in_lane(line("a"), role="king"), {}),
    "AGENCY_UNKNOWN": (in_pool(line("a"), unit="agency:customs"), {}),
    "UNIT_UNKNOWN": (in_pool(line("a"), unit="somewhere"), {}),
    "FORM_MISSING": (single("user", form=""), {}),
    "FORM_UNKNOWN": (single("user", form="gone"), {}),
    "ALLOTMENT_MISSING": (single("user", allotment=""), {}),
    "CONSULT_NO_DEADLINE": (single("user", kind="consult"), {}),
    "WAIT_NO_OWNER": (drawn(waiting(ON_MESSAGE).xml({}), top=MESSAGE), {}),
    "DELEGATE_MISSING": (single("serviceTask", delegate=""), {}),
    "DELEGATE_UNKNOWN": (single("serviceTask", delegate="send_rocket"), {}),
    "DECISION_MISSING": (single("businessRuleTask", result="fee"), {}),
    "DECISION_UNKNOWN": (single("businessRuleTask", decision="fee", result="fee"), {}),
    "DECISION_RESULT_MISSING": (single("businessRuleTask", decision="fee"), {}),
    "DECISION_UNREADABLE": (line("a"), {"decisions": {"fee": b"<dmn/>"}}),
    "STATUS_MOVE": (single("user", nationalStatus="9"), {}),
    "CLOCK_ORDER": (single("throw", clock="resume"), {}),
    "SOUND_DEADLOCK": (merged("xor", "and"), {}),
    "SOUND_UNSYNCHRONISED": (merged("and", "xor"), {}),
    "SOUND_DEAD": (drawn(dead_branch(), top='<bpmn:error id="err" errorCode="E1"/>'), {}),
    "SOUND_CUT_OFF": (stopped_beside_work(), {}),
    "SOUND_NEVER_ENDS": (circling(), {}),
    "SOUND_WAITS_FOR_EVER": (
        drawn(asking(), answering("k"), top=MESSAGE + OTHER),
        {},
    ),
    "SOUND_UNDECIDED": (many_branches(), {}),
}
WITH_PAPERS: dict[str, Case] = {
    "FORM_UNREADABLE": (line("a"), papers(note=b"{}")),
    "FORM_UNUSED": (line("a"), papers(extra=form("more"))),
    "PROCEDURE_MISSING": (line("a"), papers() | {"facts_yaml": b""}),
    "PROCEDURE_UNREADABLE": (line("a"), papers() | {"facts_yaml": b"a: [1"}),
    "PROCEDURE_INVALID": (line("a"), papers() | {"facts_yaml": b"slug: test"}),
    "SIDE_SPEAKS": (single("throw", nationalStatus="4"), papers() | {"facts_yaml": BESIDE}),
    "APPLICATION_FORM_UNKNOWN": (line("a"), papers() | {"forms": {"note": form("note")}}),
    "SCENARIOS_MISSING": (line("a"), papers() | {"scenarios_yaml": b""}),
    "SCENARIOS_UNREADABLE": (line("a"), papers() | {"scenarios_yaml": b"a: [1"}),
    "TARIFF_FORMULA": (line("a"), papers() | {"facts_yaml": costing('formula: "2000 *"')}),
    "TARIFF_NAME_UNKNOWN": (line("a"), papers() | {"facts_yaml": costing('formula: "2000 * pages"')}),
    "TARIFF_DECISION_UNKNOWN": (line("a"), papers() | {"facts_yaml": costing("decision: gone")}),
    "PAY_WITHOUT_TARIFF": (single("user", kind="pay"), papers()),
    "DATA_NEVER_SET": (forked(attributes='default="f_x_b"', when=("ketqua = 1", None)), papers()),
    "DATA_MAYBE_UNSET": (asked_on_one_way(), papers(extra=form("extra"))),
    "CLOCK_UNDRAWN": (line("a"), papers()),
    "TIME_EXCEEDED": (single("user", allotment="4 working_day"), papers()),
    "TIME_SHARE_EXCEEDED": (in_pool(single("user", allotment="2 working_day"), share="1 working_day"), papers()),
    "TIME_LOOP": (looping(), papers()),
    "TIME_UNDECIDED": (entangled(), papers()),
    "TIME_APPROXIMATE": (line("a"), papers("10 calendar_day")),
}
CASES = BARE | WITH_PAPERS
