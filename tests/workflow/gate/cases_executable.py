"""For each code of the families "safe" and "executable": a diagram that has the flaw, and it alone is looked for."""

from __future__ import annotations

from tests.workflow.gate.drawing import Drawing, drawn, line

MESSAGE = '<bpmn:message id="m" name="ask"/>'
OTHER = '<bpmn:message id="m2" name="answer"/>'
ERROR = '<bpmn:error id="err" name="Failed" errorCode="E1"/>'
ON_MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
ON_OTHER = '<bpmn:messageEventDefinition messageRef="m2"/>'
ON_ERROR = '<bpmn:errorEventDefinition errorRef="err"/>'


def timer(text: str, spelling: str = "timeDuration") -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{spelling}>{text}</bpmn:{spelling}></bpmn:timerEventDefinition>"


def waiting(definition: str, **facts: str) -> Drawing:
    """Start, one intermediate catch event, end."""
    return Drawing().node("start", "s").node("catch", "c", definition, **facts).node("end", "e").flow("s", "c", "e")


def bounded(
    definition: str,
    attributes: str = "",
    host: str = "user",
    inside: str = "",
    host_facts: dict[str, str] | None = None,
    **facts: str,
) -> Drawing:
    """A step with one boundary event that leads to an end of its own."""
    drawing = (
        Drawing().node("start", "s").node(host, "a", inside, **host_facts or {}).node("end", "e").node("end", "e2")
    )
    drawing.node("boundary", "b", definition, f'attachedToRef="a" {attributes}', **facts)
    return drawing.flow("s", "a", "e").flow("b", "e2")


def ending(definition: str) -> Drawing:
    return Drawing().node("start", "s").node("user", "a").node("end", "e", definition).flow("s", "a", "e")


def single(kind: str, /, inside: str = "", attributes: str = "", **facts: str) -> Drawing:
    """Start, one node, end."""
    return (
        Drawing().node("start", "s").node(kind, "x", inside, attributes, **facts).node("end", "e").flow("s", "x", "e")
    )


def forked(kind: str = "xor", attributes: str = "", when: tuple[str | None, str | None] = ("k = 1", None)) -> Drawing:
    """A gateway with two branches, each to an end of its own."""
    drawing = Drawing().node("start", "s").node(kind, "x", attributes=attributes).node("user", "a").node("user", "b")
    drawing.node("end", "e").node("end", "e2")
    return (
        drawing.flow("s", "x").flow("x", "a", when=when[0]).flow("x", "b", when=when[1]).flow("a", "e").flow("b", "e2")
    )


def race(*targets: str, gateway: str = "") -> Drawing:
    """An event gateway before these nodes, written as raw XML with ids c1, c2 ..."""
    drawing = Drawing().node("start", "s").node("race", "g", attributes=gateway).node("end", "e").flow("s", "g")
    for number, target in enumerate(targets, 1):
        drawing.parts.append(target)
        drawing.ids.append(f"c{number}")
        drawing.flow("g", f"c{number}", "e")
    return drawing


def catch(number: int, definition: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="c{number}">{definition}</bpmn:intermediateCatchEvent>'


def sub(inside: Drawing) -> Drawing:
    return single("sub", inside.inside())


def inner(*, end: str = "") -> Drawing:
    return Drawing().node("start", "si").node("user", "ai").node("end", "ei", end).flow("si", "ai", "ei")


def pools(*flows: tuple[str, str], second: Drawing | None = None, names: str = MESSAGE) -> bytes:
    """Two pools, p throws and q awaits; flows are message flows between ids."""
    first = Drawing("p").node("start", "s").node("throw", "t", ON_MESSAGE).node("end", "e").flow("s", "t", "e")
    second = second or Drawing("q").node("start", "s2", ON_MESSAGE).node("end", "e2").flow("s2", "e2")
    drawn_flows = "".join(
        f'<bpmn:messageFlow id="mf{i}" sourceRef="{a}" targetRef="{b}"/>' for i, (a, b) in enumerate(flows)
    )
    top = (
        '<bpmn:collaboration id="co"><bpmn:participant id="pp" processRef="p"/>'
        f'<bpmn:participant id="qq" processRef="q"/>{drawn_flows}</bpmn:collaboration>'
    )
    return drawn(first, second, top=names + top)


def called(inside: Drawing, attributes: str = 'calledElement="q"') -> bytes:
    return drawn(single("call", attributes=attributes), inside)


def repeated(inside: str) -> Drawing:
    loop = f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>"
    return single("user", loop)


def asking(*waits: str) -> Drawing:
    """Sends `ask`, then waits at an event gateway, or for `answer` alone."""
    drawing = Drawing("p").node("start", "s").node("throw", "t", ON_MESSAGE).node("end", "e").flow("s", "t")
    if not waits:
        return drawing.node("catch", "c1", ON_OTHER).flow("t", "c1", "e")
    drawing.node("race", "g").flow("t", "g")
    for number, definition in enumerate(waits, 1):
        drawing.parts.append(catch(number, definition))
        drawing.ids.append(f"c{number}")
        drawing.flow("g", f"c{number}", "e")
    return drawing


def answering(otherwise: str | None = None, definition: str = "") -> Drawing:
    """Answers `ask`; may also end in another way: silently, or by sending what `definition` says."""
    drawing = Drawing("q").node("start", "s2", ON_MESSAGE).node("throw", "t2", ON_OTHER).node("end", "e2")
    if otherwise is None:
        return drawing.flow("s2", "t2", "e2")
    drawing.node("xor", "x", attributes='default="f_x_t2"').node("end", "e3", definition)
    return drawing.flow("s2", "x", "t2", "e2").flow("x", "e3", when=otherwise)


def staircase(levels: int) -> bytes:
    """Processes p0, p1 ... of which each calls the next, the last one nothing."""
    steps = []
    for level in range(levels):
        step = Drawing(f"p{level}").node("start", f"s{level}").node("end", f"e{level}")
        if level < levels - 1:
            step.node("call", f"c{level}", attributes=f'calledElement="p{level + 1}"').flow(
                f"s{level}", f"c{level}", f"e{level}"
            )
        steps.append(step if level < levels - 1 else step.flow(f"s{level}", f"e{level}"))
    return drawn(*steps)


ITEMS = "<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>"
BODY = drawn(line("a")).decode()
SAFE = {
    "SAFE_TOO_LARGE": BODY.replace("</bpmn:definitions>", "<!--" + "x" * 5_000_000 + "--></bpmn:definitions>").encode(),
    "SAFE_NOT_XML": b"<bpmn:definitions",
    "SAFE_ENCODING": b'<?xml version="1.0" encoding="UTF-7"?>' + BODY.encode(),
    "SAFE_DOCTYPE": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + BODY.encode(),
    "SAFE_TOO_DEEP": b"<a>" * 5000 + b"</a>" * 5000,
    "SAFE_NOT_BPMN": b"<html/>",
    "XSD_INVALID": drawn(single("user", attributes='startQuantity="many"')),
}
SHAPE = {
    "ID_MISSING": drawn(line("a")).replace(b'id="f_s_a" ', b""),
    "ID_DUPLICATE": line("a").node("user", "a"),
    "ID_RESERVED": line("End"),
    "ID_TOO_LONG": line("a" * 101),
    "NAME_TOO_LONG": single("user", attributes=f'name="{"Bước " * 41}"'),
    "PROCESS_MISSING": drawn('<bpmn:process id="p" isExecutable="true"/>'),
    "PROCESS_NOT_EXECUTABLE": drawn(line("a")).replace(b'isExecutable="true"', b'isExecutable="false"'),
    "PROCESS_EXECUTABLE_UNSAID": drawn(line("a")).replace(b' isExecutable="true"', b""),
    "PROCESS_TOO_LONG": line(*(f"a{number}" for number in range(201))),
    "START_MISSING": Drawing().node("user", "a").node("end", "e").flow("a", "e"),
    "START_SEVERAL": line("a").node("start", "s2").flow("s2", "a"),
    "START_NOBODY": drawn(Drawing().node("start", "s", ON_MESSAGE).node("end", "e").flow("s", "e"), top=MESSAGE),
    "START_NEVER": drawn(line("a"), Drawing("q").node("start", "s2").node("end", "e2").flow("s2", "e2")),
    "SUBPROCESS_START": sub(inner().node("start", "si2").flow("si2", "ai")),
    "SUBPROCESS_END": sub(Drawing().node("start", "si").node("user", "ai").flow("si", "ai")),
    "END_MISSING": Drawing().node("start", "s").node("user", "a").flow("s", "a"),
    "END_IMPLICIT": forked("and", when=(None, None)).node("user", "c").flow("s", "c"),
    "NODE_UNREACHABLE": line("a").node("user", "b").flow("b", "e"),
    "GATEWAY_COMPLEX": forked("complexGateway"),
    "SUBPROCESS_ADHOC": single("adHocSubProcess", inner().inside()),
    "SUBPROCESS_TRANSACTION": single("transaction", inner().inside()),
    "SUBPROCESS_EVENT": line("a").node("sub", "x", inner().inside(), 'triggeredByEvent="true"'),
    "TASK_UNTYPED": single("task"),
    "DATA_STORE": drawn(line("a").node("dataStoreReference", "ds", attributes='name="Register"')),
    "DATA_ASSOCIATION": drawn(
        single(
            "user",
            '<bpmn:property id="pr"/><bpmn:dataInputAssociation id="di">'
            "<bpmn:sourceRef>do</bpmn:sourceRef><bpmn:targetRef>pr</bpmn:targetRef>"
            "</bpmn:dataInputAssociation>",
        ).node("dataObject", "do")
    ),
    "DATA_IO": single("user", "<bpmn:ioSpecification><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>"),
    "LOOP_UNBOUNDED": single("user", "<bpmn:standardLoopCharacteristics/>"),
    "CORRELATION_OWN": drawn(line("a"), top='<bpmn:correlationProperty id="cp" name="code"/>'),
    "CHOREOGRAPHY": single("choreographyTask"),
    "COMPENSATION": line("a").node("user", "undo", attributes='isForCompensation="true"'),
    "FLOW_DANGLING": line("a").flow("a", "nowhere"),
    "FLOW_CROSSES": drawn(
        line("a"), Drawing("q").node("start", "s2").node("end", "e2").flow("s2", "a").flow("s2", "e2")
    ),
    "FLOW_INTO_START": line("a").node("xor", "x", attributes='default="f_x_e"').flow("x", "s", when="k").flow("x", "e"),
    "FLOW_OUT_OF_END": line("a").node("user", "b").node("end", "e2").flow("e", "b", "e2"),
    "FLOW_FROM_TASK_SPLITS": line("a").node("end", "e2").flow("a", "e2"),
    "FLOW_CONDITION_IGNORED": Drawing()
    .node("start", "s")
    .node("user", "a")
    .node("end", "e")
    .flow("s", "a")
    .flow("a", "e", when="k = 1"),
    "FLOW_DUPLICATE": drawn(line("a")).replace(
        b"</bpmn:process>", b'<bpmn:sequenceFlow id="f2" sourceRef="s" targetRef="a"/></bpmn:process>'
    ),
}
EVENTS = {
    "EVENT_UNSUPPORTED": ending("<bpmn:compensateEventDefinition/>"),
    "EVENT_SEVERAL": drawn(waiting(ON_MESSAGE + timer("PT1H")), top=MESSAGE),
    "EVENT_SHARED_DEFINITION": waiting("<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>"),
    "EVENT_EMPTY": waiting(""),
    "EVENT_ERROR_NOT_INTERRUPTING": drawn(bounded(ON_ERROR, 'cancelActivity="false"', "serviceTask"), top=ERROR),
    "EVENT_CONDITION_MISSING": waiting(
        "<bpmn:conditionalEventDefinition><bpmn:condition/></bpmn:conditionalEventDefinition>"
    ),
    "BOUNDARY_DETACHED": line("a").node("boundary", "b", timer("PT1H"), 'attachedToRef="s"').flow("b", "e"),
    "BOUNDARY_NEVER_FIRES": drawn(bounded(ON_ERROR), top=ERROR),
    "TIMER_EMPTY": waiting("<bpmn:timerEventDefinition/>"),
    "TIMER_TWICE": waiting(timer("PT1H"), term="2 working_day"),
    "TIMER_CRON": bounded(timer("0 0 9-17 * * MON-FRI", "timeCycle"), 'cancelActivity="false"'),
    "TIMER_INVALID": waiting(timer("P")),
    "TIMER_MONTH": waiting(timer("P1M")),
    "TIMER_CYCLE_POSITION": waiting(timer("R3/PT1H", "timeCycle")),
    "MESSAGE_REF_MISSING": waiting("<bpmn:messageEventDefinition/>"),
    "SIGNAL_REF_MISSING": waiting('<bpmn:signalEventDefinition signalRef="gone"/>'),
    "ERROR_REF_MISSING": ending("<bpmn:errorEventDefinition/>"),
    "ESCALATION_REF_MISSING": single("throw", "<bpmn:escalationEventDefinition/>"),
    "MESSAGE_NAME_DUPLICATE": drawn(waiting(ON_MESSAGE), top=MESSAGE + MESSAGE.replace('id="m"', 'id="m3"')),
    "ERROR_UNCAUGHT": drawn(ending(ON_ERROR), top=ERROR),
    "MESSAGE_FLOW_END": pools(("t", "e2")),
    "MESSAGE_FLOW_SAME_POOL": pools(("t", "s2"), ("t", "pp")),
    "MESSAGE_FLOW_NAMES": pools(
        ("t", "s2"),
        names=MESSAGE + OTHER,
        second=Drawing("q").node("start", "s2", ON_OTHER).node("end", "e2").flow("s2", "e2"),
    ),
    "MESSAGE_START_DUPLICATE": drawn(
        *(Drawing(k).node("start", f"s{k}", ON_MESSAGE).node("end", f"e{k}").flow(f"s{k}", f"e{k}") for k in "pq"),
        top=MESSAGE,
    ),
    "MESSAGE_NEVER_THROWN": drawn(waiting(ON_MESSAGE), top=MESSAGE),
    "MESSAGE_NEVER_AWAITED": drawn(single("throw", ON_MESSAGE), top=MESSAGE),
    "EVENT_GATEWAY_STARTS": drawn(
        race(catch(1, ON_MESSAGE), catch(2, timer("PT1H")), gateway='instantiate="true"'), top=MESSAGE
    ),
    "EVENT_GATEWAY_SINGLE": race(catch(1, timer("PT1H"))),
    "EVENT_GATEWAY_TARGET": race(catch(1, timer("PT1H")), '<bpmn:userTask id="c2"/>'),
    "EVENT_GATEWAY_SHARED": race(catch(1, timer("PT1H")), catch(2, timer("PT2H"))).flow("s", "c2"),
    "EVENT_GATEWAY_SAME_MESSAGE": drawn(race(catch(1, ON_MESSAGE), catch(2, ON_MESSAGE)), top=MESSAGE),
}
CHOICES = {
    "GATEWAY_CONDITION_MISSING": forked(),
    "GATEWAY_DEFAULT_UNKNOWN": forked(attributes='default="f_s_x"', when=("k = 1", "k = 2")),
    "GATEWAY_DEFAULT_CONDITION": forked(attributes='default="f_x_b"', when=("k = 1", "k = 2")),
    "GATEWAY_NOT_EXHAUSTIVE": forked(when=("k = 1", "k = 2")),
    "CALL_TARGET_EMPTY": called(Drawing("q"), ""),
    "CALL_TARGET_MISSING": called(Drawing("other").node("start", "s2").node("end", "e2").flow("s2", "e2")),
    "CALL_TARGET_START": drawn(
        single("call", attributes='calledElement="q"'),
        Drawing("q").node("start", "s2", ON_MESSAGE).node("end", "e2").flow("s2", "e2"),
        top=MESSAGE,
    ),
    "CALL_RECURSIVE": drawn(single("call", attributes='calledElement="p"')),
    "CALL_TOO_DEEP": staircase(12),
    "MULTI_COUNT": repeated(""),
    "MULTI_ITEM": repeated(ITEMS),
    "MULTI_OUTPUT_NAME": repeated(
        f'{ITEMS}<bpmn:inputDataItem id="it" name="who"/><bpmn:outputDataItem id="ot" name="who"/>'
    ),
    "EXPRESSION_FOREIGN": forked(attributes='default="f_x_b"', when=("${k == 1}", None)),
    "EXPRESSION_NOT_CONDITION": forked(when=('k = "a" or "b"', None)),
    "EXPRESSION_INVALID": forked(attributes='default="f_x_b"', when=("k = 1 +", None)),
    "EXPRESSION_IN_AND": forked(attributes='default="f_x_b"', when=("k in [1..5] and m > 3", None)),
    "EXPRESSION_INSTANCE_OF": forked(attributes='default="f_x_b"', when=("k instance of number", None)),
    "EXPRESSION_DATE_TEXT": forked(attributes='default="f_x_b"', when=('k > date("2026-01-01")', None)),
    "SCRIPT_EMPTY": single("scriptTask", "<bpmn:script> </bpmn:script>"),
    "SCRIPT_NOT_ASSIGNMENT": single("scriptTask", "<bpmn:script>print(1)</bpmn:script>"),
    "SCRIPT_LANGUAGE": single("scriptTask", "<bpmn:script>k = 1</bpmn:script>", 'scriptFormat="python"'),
}
CASES = SAFE | SHAPE | EVENTS | CHOICES
