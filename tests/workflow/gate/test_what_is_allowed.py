"""What the gate must not refuse: the other side of each rule."""

from __future__ import annotations

from typing import Any

import pytest

from engine.workflow.gate.lint.gateways import exhaustive
from engine.workflow.gate.lint.timers import is_readable
from tests.workflow.gate.cases_complete import in_pool, merged
from tests.workflow.gate.cases_executable import (
    ERROR,
    MESSAGE,
    ON_ERROR,
    ON_MESSAGE,
    ON_OTHER,
    OTHER,
    answering,
    asking,
    bounded,
    ending,
    forked,
    inner,
    pools,
    repeated,
    single,
    sub,
    timer,
    waiting,
)
from tests.workflow.gate.drawing import Drawing, codes, drawn, line
from tests.workflow.gate.paperwork import BESIDE, choice, form, papers

SIGNAL = '<bpmn:signal id="sg" name="stop"/>'
ESCALATION = '<bpmn:escalation id="es" name="late" escalationCode="L"/>'
ON_SIGNAL = '<bpmn:signalEventDefinition signalRef="sg"/>'
ON_ESCALATION = '<bpmn:escalationEventDefinition escalationRef="es"/>'
CONDITION = (
    "<bpmn:conditionalEventDefinition><bpmn:condition>note = 1</bpmn:condition></bpmn:conditionalEventDefinition>"
)
COUNTED = '<bpmn:inputDataItem id="i" name="who"/><bpmn:outputDataItem id="o" name="answer"/>'
ALLOWED = {
    "an ordinary line": line("a", "b"),
    "a default flow": forked(attributes='default="f_x_b"', when=('note = "x"', None)),
    "parallel branches": merged("and", "and"),
    "inclusive branches": merged("or", "or"),
    "a subprocess": sub(inner()),
    "a reminder that repeats": bounded(timer("R3/PT24H", "timeCycle"), 'cancelActivity="false"'),
    "a deadline in working time": bounded("<bpmn:timerEventDefinition/>", term="2 working_day"),
    "a timer computed by FEEL": waiting(timer('= "PT" + string(1) + "H"')),
    "a consultation with a deadline": bounded(timer("P2D"), host_facts={"kind": "consult"}),
    "a conditional event": waiting(CONDITION),
    "a signal": drawn(waiting(ON_SIGNAL), top=SIGNAL),
    "a signal at the end": drawn(ending(ON_SIGNAL), top=SIGNAL),
    "a terminate event": ending("<bpmn:terminateEventDefinition/>"),
    "an escalation out of a subprocess": drawn(
        bounded(ON_ESCALATION, 'cancelActivity="false"', "sub", inner(end=ON_ESCALATION).inside()), top=ESCALATION
    ),
    "a delegate's failure": drawn(bounded(ON_ERROR, host="serviceTask"), top=ERROR),
    "a milestone": single("throw", nationalStatus="2", clock="start"),
    "a script": single("scriptTask", "<bpmn:script># why\nk = 1\nm = k + 1</bpmn:script>", 'scriptFormat="feel"'),
    "one answer for each person asked": repeated(
        "<bpmn:loopDataInputRef>note</bpmn:loopDataInputRef>"
        f"<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef>{COUNTED}"
    ),
    "a fixed number of rounds": repeated("<bpmn:loopCardinality>3</bpmn:loopCardinality>"),
    "a loop with a maximum": single("user", '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'),
    "an agency of the installation": in_pool(line("a"), unit="agency:police"),
    "a unit computed by FEEL": in_pool(line("a"), unit='= "U" + channel'),
    "a message between pools": pools(("t", "s2")),
    "a data object as a picture": line("a").node("dataObject", "do"),
    "text and groups": drawn(line("a")).replace(
        b"</bpmn:process>",
        b'<bpmn:textAnnotation id="ta"><bpmn:text>Why</bpmn:text></bpmn:textAnnotation></bpmn:process>',
    ),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_it_can_be_published(name: str) -> None:
    assert codes(ALLOWED[name], **papers(police=form("x"))) - {"FORM_UNUSED", "CLOCK_UNDRAWN"} == set()


def beside(**forms: bytes) -> dict[str, Any]:
    given = papers(**forms) | {"facts_yaml": BESIDE}
    return given | {"forms": {key: data for key, data in given["forms"].items() if key != "application"}}


def test_what_runs_beside_a_dossier_needs_no_term_no_clock_and_no_application() -> None:
    assert codes(line("a"), **beside()) == set()
    assert {"CLOCK_UNDRAWN", "APPLICATION_FORM_UNKNOWN"} <= codes(line("a"), **papers() | {"forms": beside()["forms"]})


def test_what_runs_beside_a_dossier_is_told_who_asked_and_why() -> None:
    asking = forked(attributes='default="f_x_b"', when=('requested_by = "applicant"', None))
    assert codes(asking, **beside()) == set()
    assert "DATA_NEVER_SET" in codes(asking, **papers())


def test_an_event_gateway_waits_for_an_answer_or_its_deadline() -> None:
    assert codes(drawn(asking(ON_OTHER, timer("PT48H")), answering(), top=MESSAGE + OTHER)) == set()


def test_a_message_to_a_pool_drawn_empty_leaves_the_house() -> None:
    top = (
        '<bpmn:collaboration id="co"><bpmn:participant id="pp" processRef="p"/><bpmn:participant id="tax" name="Tax"/>'
        f'<bpmn:messageFlow id="mf" sourceRef="x" targetRef="tax"/></bpmn:collaboration>{MESSAGE}'
    )
    assert codes(drawn(single("throw", ON_MESSAGE), top=top)) == set()


def test_an_error_may_be_caught_around_every_call() -> None:
    caller = Drawing("p").node("start", "s").node("call", "c", attributes='calledElement="q"').node("end", "e")
    caller.node("end", "e2").node("boundary", "b", ON_ERROR, 'attachedToRef="c"').flow("s", "c", "e").flow("b", "e2")
    called = Drawing("q").node("start", "s3").node("xor", "x", attributes='default="f_x_fail"').node("end", "e3")
    called.node("end", "fail", ON_ERROR).flow("s3", "x").flow("x", "e3", when="1 = 1").flow("x", "fail")
    assert codes(drawn(caller, called, top=ERROR)) == set()


@pytest.mark.parametrize(
    ("conditions", "covered"),
    [
        (["k = 1", "k != 1"], True),
        (["k < 3", "k >= 3"], True),
        (["k > 3", "k >= 3"], False),
        (["ok", "not(ok)"], True),
        (["ok = true", "ok = false"], True),
        (["= ok", "not( ok )"], True),
        (["ok", "ok = false"], True),
        (['k = "a"', 'k = "b"'], False),
        (['r = "yes"', 'r = "no"'], True),
        (['r = "yes"', 'r = "maybe"'], False),
        (["k = 1 and m", "not(k = 1 and m)"], True),
        (["k=1", "k  !=  1"], True),
        (["a", "b"], False),
    ],
)
def test_conditions_are_exhaustive_only_when_that_can_be_proved(conditions: list[str], covered: bool) -> None:
    assert exhaustive(conditions, {"r": frozenset({"yes", "no"})}) is covered


def test_the_choices_of_a_form_make_conditions_exhaustive() -> None:
    diagram = forked(when=('verdict = "yes"', 'verdict = "no"'))
    assert "GATEWAY_NOT_EXHAUSTIVE" in codes(diagram, **papers())
    assert "GATEWAY_NOT_EXHAUSTIVE" not in codes(diagram, **papers(asks=choice("verdict", "yes", "no")))
    assert "GATEWAY_NOT_EXHAUSTIVE" in codes(diagram, **papers(asks=choice("verdict", "yes", "no", "later")))


@pytest.mark.parametrize(
    ("spelling", "text", "readable"),
    [
        ("timeDuration", "PT1H", True),
        ("timeDuration", "P3D", True),
        ("timeDuration", "P1DT12H30M", True),
        ("timeDuration", "P", False),
        ("timeDuration", "PT", False),
        ("timeDuration", "-PT1H", False),
        ("timeDuration", "1h", False),
        ("timeDuration", "2026-03-01", False),
        ("timeDuration", "P9" + "9" * 400 + "D", False),
        ("timeDate", "2026-03-01T08:00:00+07:00", True),
        ("timeDate", "2026-02-30", False),
        ("timeDate", "PT1H", False),
        ("timeCycle", "R3/PT1H", True),
        ("timeCycle", "R/2026-03-01T08:00/P1D", True),
        ("timeCycle", "PT1H", False),
        ("timeCycle", "R/PT0S", False),
        ("timeCycle", "* * * * *", False),
    ],
)
def test_timers_are_iso_8601(spelling: str, text: str, readable: bool) -> None:
    assert is_readable(spelling, text) is readable


def reminding(after: str, *, merged_before: str) -> Drawing:
    """A step with a reminder whose branch meets the main flow again at `merged_before`."""
    drawing = Drawing().node("start", "s").node("user", "a").node("user", "r").node("xor", "m").node("end", "e")
    drawing.node("boundary", "b", timer("PT1H"), 'attachedToRef="a" cancelActivity="false"').flow("b", "r", "m")
    if merged_before == "e":
        return drawing.flow("s", "a", "m", "e")
    return drawing.node("user", after).flow("s", "a", "m", after, "e")


def test_a_reminder_may_share_the_last_way_to_the_end() -> None:
    assert "SOUND_UNSYNCHRONISED" not in codes(reminding("", merged_before="e"))


def test_a_reminder_may_not_do_the_next_step_a_second_time() -> None:
    assert "SOUND_UNSYNCHRONISED" in codes(reminding("z", merged_before="z"))
