"""From a moved instance to the `Step` that says what the store must write."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from engine.domain.process import InstanceStatus, Step, Waits
from engine.workflow.codec import dump
from engine.workflow.instance import Instance
from engine.workflow.tokens import ERROR
from engine.workflow.waits import read_waits

Wait = TypeVar("Wait")
NOTHING = Waits((), (), (), ())


def run(instance: Instance, before: Waits = NOTHING) -> Step:
    """Runs to rest and compares what the instance waits for with what it waited for."""
    instance.run()
    state, status, after, record = dump(instance), _status(instance), read_waits(instance), instance.record
    opened, closed = _compare(before.tasks, after.tasks, lambda task: task.token_id)
    timers_set, timers_cleared = _compare(before.timers, after.timers, lambda timer: (timer.token_id, timer.slot))
    subscribed, unsubscribed = _compare(before.subscriptions, after.subscriptions, lambda s: (s.token_id, s.slot))
    calls, cancelled = _compare(before.calls, after.calls, lambda call: call.token_id)
    return Step(
        state, status, written=dict(record.written), opened=opened, closed=closed, timers_set=timers_set,
        timers_cleared=timers_cleared, subscribed=subscribed, subscriptions_cleared=unsubscribed, calls=calls,
        calls_cancelled=cancelled, thrown=tuple(record.thrown), history=tuple(record.history),
        troubles=tuple(record.troubles),
    )


Key = TypeVar("Key", bound=Hashable)


def _compare(before: Iterable[Wait], after: Iterable[Wait],
             key: Callable[[Wait], Key]) -> tuple[tuple[Wait, ...], tuple[Key, ...]]:
    """What is new or has changed, and the keys of what is gone."""
    known = {key(wait): wait for wait in before}
    present = {key(wait): wait for wait in after}
    fresh = tuple(wait for name, wait in present.items() if known.get(name) != wait)
    return fresh, tuple(name for name in known if name not in present)


def _status(instance: Instance) -> InstanceStatus:
    if instance.completed:
        return InstanceStatus.TERMINATED if instance.terminated else InstanceStatus.COMPLETED
    in_trouble = any(token._state == ERROR for token in instance.all_live())
    return InstanceStatus.INCIDENT if in_trouble else InstanceStatus.RUNNING
