"""Incidents: steps that could not be executed and wait for an admin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from engine.domain.errors import NotFound
from engine.domain.procedure import Text
from engine.queries.masking import masked
from engine.queries.names import name_of
from engine.store.dossier_tables import dossier
from engine.store.tables import incident, instance, version


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident with where it stands. `values` are masked; `job_id` is set when an automatic step failed."""

    id: str
    instance_id: str
    node_id: str
    code: str
    message: str
    expression: str | None
    values: dict[str, Any]
    created_at: datetime
    slug: str
    procedure: Text
    dossier_code: str
    job_id: str | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncidentGroup:
    """Incidents with the same error: usually one cause, mended once."""

    code: str
    message: str
    incidents: tuple[IncidentRow, ...]


def incidents(conn: Connection) -> list[IncidentGroup]:
    """Unsolved incidents, those with the same error together, the largest group first."""
    found = conn.execute(_incident_columns().where(incident.c.resolved_at.is_(None))
                         .order_by(incident.c.created_at)).all()
    groups: dict[tuple[str, str], list[IncidentRow]] = defaultdict(list)
    for row in map(_incident_row, found):
        groups[row.code, row.message].append(row)
    listed = [IncidentGroup(code, text, tuple(rows)) for (code, text), rows in groups.items()]
    return sorted(listed, key=lambda group: (-len(group.incidents), group.code))


def incident_by_id(conn: Connection, incident_id: str) -> IncidentRow:
    """One incident, solved or not. Raises `NotFound`."""
    found = conn.execute(_incident_columns().where(incident.c.id == incident_id)).first()
    if found is None:
        raise NotFound(what="incident")
    return _incident_row(found)


def incidents_of(conn: Connection, instance_id: str) -> list[IncidentRow]:
    """All incidents of one instance, unsolved first."""
    asked = _incident_columns().where(incident.c.instance_id == instance_id)
    found = conn.execute(asked.order_by(incident.c.resolved_at.is_not(None), incident.c.created_at.desc()))
    return [_incident_row(row) for row in found]


def _incident_columns() -> Select[Any]:
    return select(
        incident.c.id, incident.c.instance_id, incident.c.node_id, incident.c.code, incident.c.message,
        incident.c.expression, incident.c["values"].label("given"), incident.c.created_at, version.c.slug,
        version.c.facts, dossier.c.code.label("dossier_code"), incident.c.job_id, incident.c.resolved_at,
    ).select_from(incident.join(instance).join(version).outerjoin(dossier, dossier.c.id == instance.c.business_key))


def _incident_row(row: Row[Any]) -> IncidentRow:
    return IncidentRow(
        row.id, row.instance_id, row.node_id, row.code, masked(row.message), row.expression, masked(row.given),
        row.created_at, row.slug, name_of(row.facts, row.slug), row.dossier_code or "", row.job_id, row.resolved_at)
