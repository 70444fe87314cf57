"""Where thrown events go: messages out of the instance, signals in and out, errors and escalations up.

SpiffWorkflow offers every event to every waiting token of the instance. A message is then swallowed by the sender's
own catching event, and an error at the top is caught by an unrelated subprocess, or lost (spiff.md 3.2, 15).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)

from engine.workflow.failure import Failure
from engine.workflow.hosting import Host
from engine.workflow.tokens import WAITING, Parental, Token


def throw(token: Token, definition: Any) -> None:
    """Does what a throwing event does. Raises Failure for an error that nobody catches."""
    if isinstance(definition, MessageEventDefinition):
        _send(token, "message", definition.name)
    elif isinstance(definition, SignalEventDefinition):
        _send(token, "signal", definition.name)
        deliver_signal(token.instance, definition.name)
    elif isinstance(definition, ErrorEventDefinition | EscalationEventDefinition):
        _throw_up(token, definition)


def payload(token: Token) -> dict[str, Any]:
    """The variables the node's fact `payload` lists; one that was never set travels as null."""
    listed = token.instance.model.node(token.task_spec).facts.get("payload", "")
    names = (name.strip() for name in listed.split(","))
    scope = token.scope
    return {name: scope.get(name) for name in names if name}


def catchers(instance: Host, definition: Any, name: str) -> Iterator[tuple[Token, str]]:
    """Tokens that wait for a message or signal of that name, with the slot it would fill, oldest first."""
    for token in list(instance.all_live()):
        if token._state != WAITING:
            continue
        for slot, caught in token.task_spec.slots():
            if isinstance(caught, definition) and caught.name == name:
                yield token, slot


def deliver_signal(instance: Host, name: str) -> None:
    """Fires every token that waits for the signal."""
    for token, slot in list(catchers(instance, SignalEventDefinition, name)):
        if token._state == WAITING:  # the same signal may have interrupted what this token was in
            token.task_spec.occur(token, slot)


def catcher_above(activity: Token | None, definition: Any, code: str | None) -> Token | None:
    """The boundary event that catches an error or escalation: on the activity itself, else on what encloses it."""
    while activity is not None:
        matching = [t for t in _boundary_events(activity) if _catches(t.task_spec.event_definition, definition, code)]
        if matching:
            return min(matching, key=lambda t: t.task_spec.event_definition.code is None)
        activity = activity.workflow.owner
    return None


def _send(token: Token, kind: str, name: str) -> None:
    instance = token.instance
    node = instance.model.node(token.task_spec)
    instance.record.throw(kind, name, payload(token), token.id, node.id, instance.model.targets.get(node.id))


def _throw_up(token: Token, definition: Any) -> None:
    catcher = catcher_above(token.workflow.owner, type(definition), definition.code)
    if catcher is None:
        if isinstance(definition, ErrorEventDefinition):
            raise Failure("uncaught_error", f"nobody catches the error {definition.code or definition.name!r}")
        return
    catcher.task_spec.occur(catcher, catcher.task_spec.bpmn_id)


def _boundary_events(activity: Token) -> list[Token]:
    """Boundary events that watch this activity; those of a multi-instance watch each of its instances."""
    found: list[Token] = []
    parent = activity.parent
    while parent is not None and isinstance(parent.task_spec, Parental):
        found += parent.task_spec.watchers(parent, activity)
        activity, parent = parent, parent.parent
    return found


def _catches(caught: Any, definition: Any, code: str | None) -> bool:
    return isinstance(caught, definition) and caught.code in (None, code)
