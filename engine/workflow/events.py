"""Events: catching ones wait in slots until the engine says that one occurred; throwing ones act when they run."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ConditionalEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)

from engine.domain.process import NodePhase
from engine.workflow.branches import side
from engine.workflow.environment import FEEL
from engine.workflow.failure import Failure
from engine.workflow.nodes import Node
from engine.workflow.throwing import throw
from engine.workflow.timers import Timer, advance
from engine.workflow.tokens import CANCELLED, ERROR, FUTURE, WAITING, Chooser, Parental, Token

FROM_OUTSIDE = (MessageEventDefinition, SignalEventDefinition, Timer)
REPEATABLE = (MessageEventDefinition, SignalEventDefinition, EscalationEventDefinition)


class Catching(Node):
    """A node that waits for an event. A slot is named after the node that names the event in the diagram."""

    event_definition: Any

    @property
    def awaits_the_world(self) -> bool:  # type: ignore[override]
        return any(isinstance(definition, FROM_OUTSIDE) for _, definition in self.slots())

    @property
    def decides_at_rest(self) -> bool:  # type: ignore[override]
        return isinstance(self.event_definition, ConditionalEventDefinition)

    def slots(self) -> list[tuple[str, Any]]:
        """Each event waited for: the slot's name and what fills it."""
        return [(self.bpmn_id, self.event_definition)]

    def occur(self, my_task: Token, slot: str) -> None:
        """Lets the event in this slot happen to the token."""
        my_task.internal_data["fired"] = slot
        my_task.arrive()

    def _update_hook(self, my_task: Token) -> bool:
        if isinstance(self.event_definition, NoneEventDefinition) or "fired" in my_task.internal_data:
            return True
        if self._condition_holds(my_task):
            return True
        if my_task._state != WAITING:
            self._arm(my_task)
            my_task._set_state(WAITING)
        return False

    def _arm(self, my_task: Token) -> None:
        armed = {slot: d.arm(my_task) for slot, d in self.slots() if isinstance(d, Timer)}
        if armed:
            my_task.internal_data["timers"] = armed

    def _condition_holds(self, my_task: Token) -> bool:
        """A variable that does not exist yet has not fulfilled the condition yet; any other failure is one."""
        if not isinstance(self.event_definition, ConditionalEventDefinition):
            return False
        try:
            return FEEL.condition(my_task, self.event_definition.expression)
        except Failure as failure:
            if failure.code == "unknown_name":
                return False
            raise

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        """Spiff keeps a register of waiting tokens that goes stale (spiff.md 3.3, 26); we look at the tokens."""

    def _on_cancel(self, my_task: Token) -> None:
        """The same register again."""


class StartEvent(Catching, spiff.StartEvent):
    """Begins a process or a subprocess."""

    keeps_entry = False

    @property
    def starts_by_itself(self) -> bool:
        """It needs no event."""
        return isinstance(self.event_definition, NoneEventDefinition)


class CatchEvent(Catching, spiff.IntermediateCatchEvent):
    """An intermediate event that is waited for."""

    keeps_entry = True


class ReceiveTask(Catching, spiff.ReceiveTask):
    """Waits for a message."""

    keeps_entry = True


class BoundaryEvent(Catching, spiff.BoundaryEvent):
    """Waits beside an activity. A non-interrupting one that can happen again stays, and each firing is its own token.

    So a second message is heard, and work that followed a fired cycle does not hang below the timer (3.3, 22).
    """

    def occur(self, my_task: Token, slot: str) -> None:
        if self.cancel_activity:
            super().occur(my_task, slot)
            return
        super().occur(self._spawn(my_task) if self._stays(my_task, slot) else my_task, slot)

    def _stays(self, my_task: Token, slot: str) -> bool:
        armed = my_task.internal_data.get("timers", {}).get(slot)
        if armed is None:
            return isinstance(self.event_definition, REPEATABLE)
        if "cycle" not in armed:
            return False
        ahead = advance(armed, self.event_definition.missed, my_task.instance.at.now)
        my_task.internal_data["timers"] = {slot: ahead}
        return "due" in ahead

    def _spawn(self, my_task: Token) -> Token:
        firing: Token = my_task.parent._add_child(self, FUTURE)
        firing.triggered = True
        return firing

    def _on_ready_hook(self, my_task: Token) -> None:
        split = my_task.parent
        if self.cancel_activity:
            split.task_spec.interrupt(split, my_task)
        else:
            my_task.path = side(my_task.path, my_task.id)


class BoundarySplit(Parental, Node):
    """Stands before an activity with boundary events and starts it together with them."""

    def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.bpmn_id = None

    def watchers(self, parent: Token, activity: Token) -> list[Token]:
        if isinstance(activity.task_spec, BoundaryEvent):
            return []
        return [t for t in parent.children if isinstance(t.task_spec, BoundaryEvent) and t._state == WAITING]

    def child_completed(self, parent: Token, child: Token) -> None:
        if not isinstance(child.task_spec, BoundaryEvent):
            self._end_watch(parent)

    def interrupt(self, parent: Token, event: Token) -> None:
        """Cancels the activity and the other events that watch it."""
        for child in parent.children:
            if child is not event and not isinstance(child.task_spec, BoundaryEvent):
                child.cancel()
        self._end_watch(parent)

    def _end_watch(self, parent: Token) -> None:
        for child in parent.children:
            if isinstance(child.task_spec, BoundaryEvent) and child._state in (WAITING, ERROR):
                child.cancel()


class EventGateway(Chooser, Catching, spiff.EventBasedGateway):
    """Waits for the first of several events; each target has its own slot (3.3, 28)."""

    keeps_entry = True

    def slots(self) -> list[tuple[str, Any]]:
        return list(zip(self._outputs, self.event_definition.event_definitions, strict=True))

    def _run_hook(self, my_task: Token) -> bool:
        chosen = self._wf_spec.task_specs[my_task.internal_data["fired"]]
        my_task._sync_children([chosen], FUTURE)
        return True


class Throwing(Node):
    """A node that throws its event when it runs."""

    event_definition: Any

    def _run_hook(self, my_task: Token) -> bool:
        throw(my_task, self.event_definition)
        if my_task._state == CANCELLED:
            my_task.note(NodePhase.COMPLETED)
        return True


class ThrowEvent(Throwing, spiff.IntermediateThrowEvent):
    """An intermediate event that is thrown; without a definition a milestone."""


class SendTask(Throwing, spiff.SendTask):
    """Sends a message."""


class EndEvent(Throwing, spiff.EndEvent):
    """Ends its branch; a terminate event ends its whole level."""

    def _on_complete_hook(self, my_task: Token) -> None:
        if not isinstance(self.event_definition, TerminateEventDefinition):
            return
        workflow = my_task.workflow
        workflow.clear()
        if workflow is my_task.instance:
            my_task.instance.terminated = True
