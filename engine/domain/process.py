"""The process kernel: versions, instances, steps. Has never heard of a dossier.

A dossier knows its instance by id; an instance knows its dossier only by `business_key`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol


class Moment(Protocol):
    """Now, and how to reckon working time from it. Handed to every step, so that the engine owns no clock."""

    @property
    def now(self) -> datetime:
        """Aware instant, UTC."""

    def due(self, term: str) -> datetime:
        """The instant (UTC) at which a term such as `5 working_day` ends when it starts now."""


class InstanceStatus(Enum):
    """`INCIDENT` means that a person must act before the instance can go on."""

    RUNNING = "running"
    INCIDENT = "incident"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class NodePhase(Enum):
    """What happened to a token at a node."""

    ENTERED = "entered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable published version of a procedure: everything that runs it, by content.

    `sha256` covers diagram, forms, decisions and facts; the workflow caches its parsed specs under it.
    """

    id: str
    slug: str
    number: int
    sha256: str
    diagram: bytes
    forms: Mapping[str, bytes] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A human step whose token waits. `unit` and `role` are facts of the lane and pool, not yet a person.

    `unit` is `receiving`, `lead`, `agency:<key>` or a unit code computed by a FEEL expression.
    `local` holds the multi-instance item and nothing else. `facts` are the node's `spiffworkflow:properties`.
    """

    token_id: str
    node_id: str
    name: str
    lane: str
    role: str
    unit: str
    facts: Mapping[str, str]
    local: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaitingTimer:
    """An absolute wake-up call. `slot` tells two timers of one event gateway apart.

    `every_s` and `cycles_left` (-1: without end) are set for cycles only.
    """

    token_id: str
    slot: str
    node_id: str
    due_at: datetime
    every_s: int | None = None
    cycles_left: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A token that waits for a message or a signal."""

    token_id: str
    slot: str
    node_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A service task that started: the delegate's name and its inputs, evaluated when the token arrived."""

    token_id: str
    node_id: str
    name: str
    delegate: str
    inputs: Mapping[str, Any]
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal that left the instance; it goes to the outbox in the same transaction.

    `seq` numbers the throws of one step; `target_process` is the pool that the message flow points at, when drawn.
    """

    seq: int
    kind: str
    name: str
    payload: Mapping[str, Any]
    token_id: str
    node_id: str
    target_process: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing that happened to one token, for the append-only history. `facts` as drawn on the node."""

    token_id: str
    node_id: str
    name: str
    type: str
    phase: NodePhase
    facts: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a token cannot go on: a condition neither true nor false, an uncaught error, branches that disagree."""

    code: str
    node_id: str
    token_id: str
    message: str
    expression: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What one command did to one instance. Deltas, so that the store writes without reading first.

    `opened`/`closed` and the other pairs compare the waits after the step with those before it; `closed` holds token
    ids, `timers_cleared` and `subscriptions_cleared` hold (token_id, slot). `written` holds changed instance variables,
    `deleted` removed ones. `troubles` non-empty means status INCIDENT; the state then stands where it can be retried.
    """

    state: bytes
    status: InstanceStatus
    written: Mapping[str, Any] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    opened: tuple[OpenTask, ...] = ()
    closed: tuple[str, ...] = ()
    timers_set: tuple[WaitingTimer, ...] = ()
    timers_cleared: tuple[tuple[str, str], ...] = ()
    subscribed: tuple[Subscription, ...] = ()
    subscriptions_cleared: tuple[tuple[str, str], ...] = ()
    calls: tuple[ServiceCall, ...] = ()
    calls_cancelled: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    history: tuple[Passage, ...] = ()
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """Everything an instance waits for, read from its state: the truth from which the rows can be rebuilt."""

    tasks: tuple[OpenTask, ...]
    timers: tuple[WaitingTimer, ...]
    subscriptions: tuple[Subscription, ...]
    calls: tuple[ServiceCall, ...]
