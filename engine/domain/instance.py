"""The process kernel as it is kept: instances, work items, jobs, messages, incidents. Has never heard of a dossier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from engine.domain.process import InstanceStatus, OpenTask


class WorkStatus(Enum):
    """A work item is open until somebody completes it or the process takes it back."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class JobStatus(Enum):
    """`FAILED` jobs have an incident; a person retries them."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MessageStatus(Enum):
    """`UNDELIVERABLE` messages stay visible and are tried again when somebody asks."""

    PENDING = "pending"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Instance:
    """One running pool. `parties` says which unit is meant by `receiving`, `lead` and each agency key."""

    id: str
    version_id: str
    process_id: str
    business_key: str
    parties: Mapping[str, str]
    status: InstanceStatus
    state: bytes
    variables: Mapping[str, Any]
    lock_version: int
    history_seq: int


@dataclass(frozen=True, slots=True)
class Following:
    """That an instance follows a version, since when, and how far it has come; without its state."""

    instance_id: str
    version_id: str
    status: InstanceStatus
    started_at: datetime


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A human step in somebody's worklist. `due_at` is the earlier of the step's allotment and the whole's due date."""

    id: str
    instance_id: str
    business_key: str
    task: OpenTask
    unit_id: str
    created_at: datetime
    due_at: datetime | None = None
    status: WorkStatus = WorkStatus.OPEN
    assignee_id: str | None = None
    assignee_name: str | None = None
    done_at: datetime | None = None
    done_by_name: str | None = None

    @property
    def form_key(self) -> str | None:
        """The key of the form in the published version; None where the step asks nothing."""
        return self.task.facts.get("form")


@dataclass(frozen=True, slots=True)
class Job:
    """A service task waiting for its delegate."""

    id: str
    instance_id: str
    business_key: str
    token_id: str
    node_id: str
    delegate: str
    inputs: Mapping[str, Any]
    status: JobStatus
    attempts: int


@dataclass(frozen=True, slots=True)
class Timer:
    """A wake-up call of one token."""

    id: str
    instance_id: str
    token_id: str
    slot: str
    node_id: str
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A packet between pools. The same `dedupe_key` is stored once, so a repeated throw is harmless."""

    id: str
    source_instance_id: str | None
    business_key: str
    kind: str
    name: str
    payload: Mapping[str, Any]
    status: MessageStatus
    attempts: int
    created_at: datetime
    target_process: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Why an instance stands still, and which token to run again once the cause is mended."""

    id: str
    instance_id: str
    token_id: str
    code: str
    job_id: str | None
    resolved_at: datetime | None
    values: Mapping[str, Any] = field(default_factory=dict)
