"""What an instance waits for, read from its tokens."""

from __future__ import annotations

from datetime import datetime

from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, SignalEventDefinition

from engine.domain.process import OpenTask, ServiceCall, Subscription, WaitingTimer, Waits
from engine.workflow.activities import HumanTask, ServiceTask
from engine.workflow.instance import Instance
from engine.workflow.timers import period_s
from engine.workflow.tokens import READY, STARTED, WAITING, Token

EVENT_KINDS = {MessageEventDefinition: "message", SignalEventDefinition: "signal"}


def read_waits(instance: Instance) -> Waits:
    """All of them, oldest token first."""
    tasks, timers, subscriptions, calls = [], [], [], []
    for token in instance.all_live():
        if token._state == WAITING:
            timers += _timers(token)
            subscriptions += _subscriptions(token)
        elif token._state == READY and isinstance(token.task_spec, HumanTask):
            tasks.append(_open_task(token))
        elif token._state == STARTED and isinstance(token.task_spec, ServiceTask):
            calls.append(_call(token))
    return Waits(tuple(tasks), tuple(timers), tuple(subscriptions), tuple(calls))


def _open_task(token: Token) -> OpenTask:
    model = token.instance.model
    node = model.node(token.task_spec)
    unit = token.internal_data.get("unit", node.unit)
    local = {name: value for name, value in token.local.items() if name not in model.hidden}
    return OpenTask(token.id, node.id, node.name, node.lane, node.role, unit, node.facts, local)


def _timers(token: Token) -> list[WaitingTimer]:
    armed = token.internal_data.get("timers", {})
    return [
        WaitingTimer(token.id, slot, slot, datetime.fromisoformat(timer["due"]), period_s(timer), timer.get("left"))
        for slot, timer in armed.items() if "due" in timer
    ]


def _subscriptions(token: Token) -> list[Subscription]:
    return [
        Subscription(token.id, slot, slot, EVENT_KINDS[type(event)], event.name)
        for slot, event in token.task_spec.slots() if type(event) in EVENT_KINDS
    ]


def _call(token: Token) -> ServiceCall:
    node = token.instance.model.node(token.task_spec)
    inputs = token.internal_data.get("inputs", {})
    return ServiceCall(token.id, node.id, node.name, node.facts.get("delegate", ""), inputs, node.facts)
