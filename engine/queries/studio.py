"""What an analyst sees: procedures, their published versions, the drafts that wait for publication."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from engine.domain.errors import NotFound
from engine.domain.procedure import Text
from engine.domain.process import InstanceStatus
from engine.domain.review import Package
from engine.queries.names import name_of
from engine.queries.paging import counts
from engine.store.tables import account, draft, incident, instance, version, work_item
from engine.store.version_rows import unpacked

LIVE = (InstanceStatus.RUNNING.value, InstanceStatus.INCIDENT.value)


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One procedure of the list; name and code are those of its latest version, its slug while it is only a draft."""

    slug: str
    code: str
    name: Text
    latest: int
    published_at: datetime | None
    live: int
    drafts: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One published version. `live` counts the instances that still run on it, `warnings` what its approver saw."""

    id: str
    slug: str
    number: int
    code: str
    sha256: str
    decision_number: str
    effective_from: date | None
    published_at: datetime
    published_by: str
    live: int
    ended: int
    warnings: int


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form of a version: its key and how many questions it asks."""

    key: str
    fields: int


@dataclass(frozen=True, slots=True)
class VersionContent:
    """Everything a version holds. `problems` are the warnings of the gate at its publication."""

    row: VersionRow
    diagram: bytes
    forms: Mapping[str, str]
    decisions: Mapping[str, str]
    facts: Mapping[str, Any]
    problems: tuple[Mapping[str, Any], ...]
    scenarios: str

    def form_rows(self) -> list[FormRow]:
        """The forms in the order of their keys."""
        return [FormRow(key, _questions(json.loads(text)["components"])) for key, text in sorted(self.forms.items())]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    id: str
    slug: str
    uploaded_at: datetime
    uploaded_by: str
    errors: int
    warnings: int
    published_version_id: str | None


@dataclass(frozen=True, slots=True)
class DraftContent:
    """A draft with what the gate said about it."""

    row: DraftRow
    package: Package
    problems: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class NodeCounts:
    """How many live instances stand at each node of a version, and how many of them in trouble."""

    waiting: Mapping[str, int]
    incidents: Mapping[str, int]


def procedures(conn: Connection) -> list[ProcedureRow]:
    """Every procedure that has a version or an open draft, by name."""
    newest = _latest_versions(conn)
    live = counts(conn, select(version.c.slug, func.count()).join(instance).where(
        instance.c.status.in_(LIVE)).group_by(version.c.slug))
    waiting = counts(conn, select(draft.c.slug, func.count()).where(
        draft.c.published_version_id.is_(None)).group_by(draft.c.slug))
    rows = [_procedure_row(slug, newest.get(slug), live.get(slug, 0), waiting.get(slug, 0))
            for slug in newest.keys() | waiting.keys()]
    return sorted(rows, key=lambda row: (row.name.vi, row.slug))


def versions(conn: Connection, slug: str) -> list[VersionRow]:
    """The versions of one procedure, newest first; empty when it was never published."""
    used = _instance_counts(conn, slug)
    found = conn.execute(_version_columns().where(version.c.slug == slug).order_by(version.c.number.desc()))
    return [_version_row(row, used) for row in found]


def version_content(conn: Connection, slug: str, number: int | None = None) -> VersionContent:
    """One version with everything it holds, the latest when no number is given. Raises `NotFound`."""
    asked = select(version).where(version.c.slug == slug)
    asked = asked.order_by(version.c.number.desc()).limit(1) if number is None else asked.where(
        version.c.number == number)
    found = conn.execute(asked).first()
    if found is None:
        raise NotFound(what="version")
    row = _version_row(found, _instance_counts(conn, slug))
    return VersionContent(row, found.diagram, found.forms, found.decisions, found.facts, tuple(found.problems),
                          found.scenarios)


def drafts(conn: Connection, slug: str | None = None) -> list[DraftRow]:
    """Drafts not yet published, newest first."""
    asked = _draft_columns().where(draft.c.published_version_id.is_(None)).order_by(draft.c.uploaded_at.desc())
    asked = asked if slug is None else asked.where(draft.c.slug == slug)
    return [_draft_row(row) for row in conn.execute(asked)]


def draft_content(conn: Connection, draft_id: str) -> DraftContent:
    """One draft. Raises `NotFound`."""
    found = conn.execute(_draft_columns(draft.c.package).where(draft.c.id == draft_id)).first()
    if found is None:
        raise NotFound(what="draft")
    return DraftContent(_draft_row(found), unpacked(found.package), tuple(found.problems))


def node_counts(conn: Connection, version_id: str) -> NodeCounts:
    """Live work of one version by the nodes of its diagram."""
    of_version = instance.c.version_id == version_id
    waiting = select(work_item.c.node_id, func.count()).join(instance).where(
        and_(of_version, work_item.c.status == "open")).group_by(work_item.c.node_id)
    troubled = select(incident.c.node_id, func.count()).join(instance).where(
        and_(of_version, incident.c.resolved_at.is_(None))).group_by(incident.c.node_id)
    return NodeCounts(counts(conn, waiting), counts(conn, troubled))


def _latest_versions(conn: Connection) -> dict[str, Any]:
    newest = select(version.c.slug, func.max(version.c.number).label("number")).group_by(version.c.slug).subquery()
    found = conn.execute(select(
        version.c.slug, version.c.number, version.c.code, version.c.facts, version.c.published_at,
    ).join(newest, and_(version.c.slug == newest.c.slug, version.c.number == newest.c.number)))
    return {row.slug: row for row in found}


def _procedure_row(slug: str, newest: Any | None, live: int, waiting: int) -> ProcedureRow:
    if newest is None:
        return ProcedureRow(slug, "", Text(slug, slug), 0, None, live, waiting)
    name = name_of(newest.facts, slug)
    return ProcedureRow(slug, newest.code, name, newest.number, newest.published_at, live, waiting)


def _instance_counts(conn: Connection, slug: str) -> dict[tuple[str, bool], int]:
    """Instances of each version, those still live under True and those that ended under False."""
    alive = instance.c.status.in_(LIVE).label("alive")
    found = conn.execute(select(version.c.id, alive, func.count()).join(instance).where(
        version.c.slug == slug).group_by(version.c.id, "alive"))
    return {(version_id, bool(is_live)): count for version_id, is_live, count in found}


def _version_columns() -> Select[Any]:
    c = version.c
    return select(c.id, c.slug, c.number, c.code, c.sha256, c.decision_number, c.effective_from,
                  c.published_at, c.published_by, c.problems)


def _version_row(row: Row[Any], used: Mapping[tuple[str, bool], int]) -> VersionRow:
    return VersionRow(
        row.id, row.slug, row.number, row.code, row.sha256, row.decision_number or "", row.effective_from,
        row.published_at, row.published_by, used.get((row.id, True), 0), used.get((row.id, False), 0),
        len(row.problems))


def _questions(components: list[dict[str, Any]]) -> int:
    """Fields with a key; groups are counted by what stands in them."""
    return sum(_questions(each["components"]) if "components" in each else "key" in each for each in components)


def _draft_columns(*more: Any) -> Select[Any]:
    c = draft.c
    who = func.coalesce(account.c.name, c.uploaded_by).label("uploader")
    return select(c.id, c.slug, c.uploaded_at, who, c.problems, c.published_version_id, *more).select_from(
        draft.outerjoin(account, account.c.id == c.uploaded_by))


def _draft_row(row: Row[Any]) -> DraftRow:
    errors = sum(problem["severity"] == "error" for problem in row.problems)
    return DraftRow(row.id, row.slug, row.uploaded_at, row.uploader, errors, len(row.problems) - errors,
                    row.published_version_id)
