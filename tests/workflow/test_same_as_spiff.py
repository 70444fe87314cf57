"""Random walks over random diagrams: the same open tasks and the same end as stock SpiffWorkflow, where it is right;
and an instance that is stored after every step goes the same way as one that never leaves memory."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition

from engine.workflow.activities import begin, give, none_start
from engine.workflow.instance import Instance
from engine.workflow.throwing import catchers
from engine.workflow.tokens import READY
from tests.workflow.generated import Block, Diagram, blocks
from tests.workflow.running import Running, version_of

ITEMS = {"items": ["a", "b"]}
STEPS = 40
WALKS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


class Stock:
    """In-memory SpiffWorkflow, never saved."""

    def __init__(self, diagram: bytes) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(diagram)
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.task_tree.data.update(ITEMS)
        self.workflow.do_engine_steps()

    def ready(self) -> list[Any]:
        return list(self.workflow.get_tasks(state=TaskState.READY, manual=True))

    @property
    def open(self) -> Counter[str]:
        return Counter(task.task_spec.bpmn_id for task in self.ready())

    @property
    def ended(self) -> bool:
        return bool(self.workflow.is_completed())

    def complete(self, node: str, answers: dict[str, Any]) -> None:
        task = next(task for task in self.ready() if task.task_spec.bpmn_id == node)
        task.data.update(answers)
        task.run()
        self.workflow.do_engine_steps()

    def deliver(self, name: str) -> None:
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(name), payload={}))
        self.workflow.do_engine_steps()


class Unsaved:
    """Our instance, kept in memory from start to end."""

    def __init__(self, running: Running) -> None:
        model = running.adapter._models.of(running.version)
        self.instance = Instance(model, "p", ITEMS, running.at)
        begin(self.instance.task_tree, none_start(self.instance.spec))
        self.instance.run()

    def complete(self, node: str, answers: dict[str, Any]) -> None:
        tokens = (t for t in self.instance.all_live() if t._state == READY and t.task_spec.bpmn_id == node)
        token = min(tokens, key=lambda t: int(t.id))
        give(token, answers)
        token.complete()
        self.instance.run()

    def deliver(self, name: str) -> None:
        token, slot = next(catchers(self.instance, MessageEventDefinition, name))
        token.task_spec.occur(token, slot)
        self.instance.run()

    @property
    def told(self) -> Counter[tuple[str, str]]:
        return Counter((p.node_id, p.phase.value) for p in self.instance.record.history)


def begun(diagram: Diagram) -> Running:
    return Running(version_of(diagram.xml), "p").start(**ITEMS)


def choose(draw: st.DataObject, running: Running, diagram: Diagram, heard: set[str]) -> tuple[str, dict[str, Any]]:
    """A task to complete with its answers, or a message; each message once, because Spiff hears it once."""
    messages = sorted(set(running.awaited) - heard)
    action = draw.draw(st.sampled_from(sorted(set(running.open)) + messages), label="action")
    answers = {name: draw.draw(st.booleans(), label=name) for name in diagram.decisions.get(action, ())}
    return action, answers


def can_move(running: Running, heard: set[str]) -> bool:
    return bool(running.open or set(running.awaited) - heard)


@given(blocks, st.data())
@WALKS
def test_a_random_walk_opens_the_same_tasks_as_stock_spiff(block: Block, draw: st.DataObject) -> None:
    diagram = Diagram(block)
    ours, stock, heard = begun(diagram), Stock(diagram.xml), set[str]()
    for _ in range(STEPS):
        assert Counter(ours.open) == stock.open
        assert (ours.status == "completed") == stock.ended
        if not can_move(ours, heard):
            break
        action, answers = choose(draw, ours, diagram, heard)
        if action in diagram.messages:
            heard.add(action)
            ours.deliver("message", action)
            stock.deliver(action)
        else:
            ours.complete(action, **answers)
            stock.complete(action, answers)
    event(f"ends {ours.status}")


@given(blocks, st.data())
@WALKS
def test_saving_and_reloading_after_every_step_changes_nothing(block: Block, draw: st.DataObject) -> None:
    diagram = Diagram(block)
    saved = begun(diagram)
    unsaved, heard = Unsaved(saved), set[str]()
    for _ in range(STEPS):
        assert Counter((p.node_id, p.phase.value) for p in saved.history) == unsaved.told
        if not can_move(saved, heard):
            break
        action, answers = choose(draw, saved, diagram, heard)
        if action in diagram.messages:
            heard.add(action)
            saved.deliver("message", action)
            unsaved.deliver(action)
        else:
            saved.complete(action, **answers)
            unsaved.complete(action, answers)
    assert (saved.status == "completed") == unsaved.instance.completed
    assert saved.variables == unsaved.instance.variables
