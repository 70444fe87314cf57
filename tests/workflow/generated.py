"""Random block-structured diagrams that mean the same in FEEL and in SpiffWorkflow's Python.

A decision asks for its variable in a task right before its gateway, so that stock Spiff, whose joins lose variables
(spiff.md 3.1, 1), still decides on the right value. What stock Spiff does wrong is left out: joins inside loops
(3.2, 8), a multi-instance inside a loop (3.2, 17), and activities with an inside before an inclusive join, which does
not see them when more than its two predicted steps lie between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

Block = tuple[Any, ...]
NAMESPACES = ('xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
              'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')

step = st.just(("step",))
simple = st.recursive(
    step,
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("choice"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("inside"), inner),
        st.tuples(st.just("repeat"), inner),
    ),
    max_leaves=4,
)
flat = st.recursive(
    st.one_of(step, st.just(("race",))),
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("choice"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=4,
)
blocks: st.SearchStrategy[Block] = st.recursive(
    st.one_of(step, simple, st.tuples(st.just("each"), st.booleans()), st.just(("times",)), st.just(("race",))),
    lambda inner: st.one_of(
        st.tuples(st.just("sequence"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("choice"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("all"), st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("some"), st.lists(flat, min_size=2, max_size=3).map(tuple)),
        st.tuples(st.just("inside"), inner),
        st.tuples(st.just("watched"), inner, st.booleans()),
        st.tuples(st.just("tried"), inner),
    ),
    max_leaves=7,
)


@dataclass
class Level:
    """A process or the inside of a subprocess while it is being written."""

    parts: list[str] = field(default_factory=list)


class Diagram:
    """Writes a block as BPMN. `decisions` maps each asking task to its variables, `messages` lists the names."""

    def __init__(self, block: Block) -> None:
        self.count = 0
        self.decisions: dict[str, list[str]] = {}
        self.messages: list[str] = []
        self.errors: list[str] = []
        level = self._level(block)
        messages = "".join(f'<bpmn:message id="{name}" name="{name}"/>' for name in self.messages)
        errors = "".join(f'<bpmn:error id="{name}" name="{name}" errorCode="{name}"/>' for name in self.errors)
        self.xml = (f'<bpmn:definitions {NAMESPACES} targetNamespace="t">{messages}{errors}'
                    f'<bpmn:process id="p" isExecutable="true">{level}</bpmn:process></bpmn:definitions>').encode()

    def _id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _level(self, block: Block) -> str:
        level = Level()
        start, end = self._node(level, "startEvent"), self._node(level, "endEvent")
        first, last = self._write(level, block)
        self._flow(level, start, first)
        self._flow(level, last, end)
        return "".join(level.parts)

    def _node(self, level: Level, tag: str, inside: str = "", attributes: str = "", key: str = "") -> str:
        key = key or self._id(tag)
        level.parts.append(f'<bpmn:{tag} id="{key}" name="{key}" {attributes}>{inside}</bpmn:{tag}>')
        return key

    def _flow(self, level: Level, source: str, target: str, condition: str = "", key: str = "") -> str:
        key = key or self._id("flow")
        inside = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        level.parts.append(f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">'
                           f'{inside if condition else ""}</bpmn:sequenceFlow>')
        return key

    def _write(self, level: Level, block: Block) -> tuple[str, str]:
        """The first and the last node of the block."""
        written: tuple[str, str] = getattr(self, f"_{block[0]}")(level, *block[1:])
        return written

    def _step(self, level: Level) -> tuple[str, str]:
        key = self._node(level, "userTask")
        return key, key

    def _sequence(self, level: Level, parts: tuple[Block, ...]) -> tuple[str, str]:
        written = [self._write(level, part) for part in parts]
        for (_, last), (first, _) in pairwise(written):
            self._flow(level, last, first)
        return written[0][0], written[-1][1]

    def _ask(self, level: Level, gateway: str, count: int) -> list[str]:
        names = [self._id("d") for _ in range(count)]
        asking = self._node(level, "userTask", key=f"ask_{gateway}")
        self.decisions[asking] = names
        self._flow(level, asking, gateway)
        return names

    def _branches(self, level: Level, tag: str, parts: tuple[Block, ...], decided: bool) -> tuple[str, str]:
        gateway, join, default = self._id(tag), self._node(level, tag), self._id("flow")
        self._node(level, tag, attributes=f'default="{default}"' if decided else "", key=gateway)
        names = self._ask(level, gateway, len(parts) - 1) if decided else [""] * (len(parts) - 1)
        for number, part in enumerate(parts):
            first, last = self._write(level, part)
            is_default = number == len(parts) - 1
            self._flow(level, gateway, first, "" if is_default else names[number], default if is_default else "")
            self._flow(level, last, join)
        return (f"ask_{gateway}" if decided else gateway), join

    def _choice(self, level: Level, parts: tuple[Block, ...]) -> tuple[str, str]:
        return self._branches(level, "exclusiveGateway", parts, decided=True)

    def _some(self, level: Level, parts: tuple[Block, ...]) -> tuple[str, str]:
        return self._branches(level, "inclusiveGateway", parts, decided=True)

    def _all(self, level: Level, parts: tuple[Block, ...]) -> tuple[str, str]:
        return self._branches(level, "parallelGateway", parts, decided=False)

    def _inside(self, level: Level, part: Block) -> tuple[str, str]:
        key = self._node(level, "subProcess", self._level(part))
        return key, key

    def _repeat(self, level: Level, part: Block) -> tuple[str, str]:
        again, onward = self._node(level, "exclusiveGateway"), self._node(level, "exclusiveGateway")
        decide, default = self._id("exclusiveGateway"), self._id("flow")
        self._node(level, "exclusiveGateway", attributes=f'default="{default}"', key=decide)
        name = self._ask(level, decide, 1)[0]
        first, last = self._write(level, part)
        self._flow(level, again, first)
        self._flow(level, last, f"ask_{decide}")
        self._flow(level, decide, again, name)
        self._flow(level, decide, onward, key=default)
        return again, onward

    def _each(self, level: Level, in_turn: bool) -> tuple[str, str]:
        """In turn by a number, because stock Spiff trips over the item of the second instance (3.2, 17)."""
        item, sequential = self._id("item"), "true" if in_turn else "false"
        what = ('<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">2</bpmn:loopCardinality>' if in_turn else
                f'<bpmn:loopDataInputRef>items</bpmn:loopDataInputRef><bpmn:inputDataItem id="{item}" name="{item}"/>')
        key = self._node(level, "userTask", f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
                                            f'{what}</bpmn:multiInstanceLoopCharacteristics>')
        return key, key

    def _times(self, level: Level) -> tuple[str, str]:
        key = self._node(level, "userTask", '<bpmn:standardLoopCharacteristics loopMaximum="2"/>')
        return key, key

    def _tried(self, level: Level, part: Block) -> tuple[str, str]:
        """A subprocess that may end in an error, caught at its own boundary."""
        error, inner = self._id("error"), Level()
        self.errors.append(error)
        start, failed = self._node(inner, "startEvent"), self._node(inner, "endEvent", self._error(error))
        first, last = self._write(inner, ("sequence", (part, ("step",))))
        ask, join = self._decide(inner, failed)
        self._flow(inner, start, first)
        self._flow(inner, last, ask)
        self._flow(inner, join, self._node(inner, "endEvent"))
        key, merge = self._node(level, "subProcess", "".join(inner.parts)), self._node(level, "exclusiveGateway")
        event = self._node(level, "boundaryEvent", self._error(error), f'attachedToRef="{key}"')
        after = self._step(level)
        for source, target in ((key, merge), (event, after[0]), (after[1], merge)):
            self._flow(level, source, target)
        return key, merge

    def _decide(self, level: Level, target: str) -> tuple[str, str]:
        """Asks whether to go to the target; the second node is where it goes on otherwise."""
        gateway, onward, default = self._id("exclusiveGateway"), self._step(level)[0], self._id("flow")
        self._node(level, "exclusiveGateway", attributes=f'default="{default}"', key=gateway)
        name = self._ask(level, gateway, 1)[0]
        self._flow(level, gateway, target, name)
        self._flow(level, gateway, onward, key=default)
        return f"ask_{gateway}", onward

    def _error(self, name: str) -> str:
        return f'<bpmn:errorEventDefinition errorRef="{name}"/>'

    def _race(self, level: Level) -> tuple[str, str]:
        gateway, merge = self._node(level, "eventBasedGateway"), self._node(level, "exclusiveGateway")
        for _ in range(2):
            caught, task = self._catch(level), self._node(level, "userTask")
            self._flow(level, gateway, caught)
            self._flow(level, caught, task)
            self._flow(level, task, merge)
        return gateway, merge

    def _catch(self, level: Level) -> str:
        return self._node(level, "intermediateCatchEvent", self._message())

    def _watched(self, level: Level, part: Block, interrupting: bool) -> tuple[str, str]:
        key, after = self._node(level, "subProcess", self._level(part)), self._node(level, "userTask")
        attributes = f'attachedToRef="{key}" cancelActivity="{"true" if interrupting else "false"}"'
        event = self._node(level, "boundaryEvent", self._message(), attributes)
        self._flow(level, event, after)
        if interrupting:
            merge = self._node(level, "exclusiveGateway")
            self._flow(level, key, merge)
            self._flow(level, after, merge)
            return key, merge
        self._flow(level, after, self._node(level, "endEvent"))
        return key, key

    def _message(self) -> str:
        name = self._id("message")
        self.messages.append(name)
        return f'<bpmn:messageEventDefinition messageRef="{name}"/>'
