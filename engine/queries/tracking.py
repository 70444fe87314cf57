"""What anybody with the code and the secret of a dossier may know: where it is and when it will be ready.

Before acceptance an online submission has no code; it is known by its temporary reference. Names of persons never
leave this module: units stand for whoever holds the dossier.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from engine.domain.clock_ledger import ClockState
from engine.domain.dossier import NationalStatus
from engine.domain.instance import WorkStatus
from engine.domain.process import NodePhase
from engine.domain.wording import Text
from engine.queries.names import drawn
from engine.store.citizen_tables import online_filing
from engine.store.dossier_tables import dossier
from engine.store.tables import history, instance, unit, work_item

LONGEST_CODE = 50
LONGEST_SECRET = 40
TELLING = ("intermediateThrowEvent", "endEvent")
"""Events that say what has been done; any other event is told where it says something about the dossier."""

EVENTS = (*TELLING, "startEvent", "intermediateCatchEvent", "boundaryEvent")
NO_SECRET = "-" * LONGEST_SECRET
"""Compared when no dossier has the code, so that a wrong code takes as long as a wrong secret."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened to the dossier, in the words of the diagram."""

    at: datetime
    name: Text


@dataclass(frozen=True, slots=True)
class Tracked:
    """A dossier without anybody's name. `holders` are the units that have something to do at this moment.

    `name` is the code, or the temporary reference while there is none.
    """

    id: str
    version_id: str
    name: str
    code: str | None
    procedure_name: str
    status: NationalStatus
    detail: str
    clock: ClockState
    received_by: str
    received_by_id: str
    phone: str
    holders: tuple[str, ...]
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    reappointed_at: datetime | None
    original_due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    milestones: tuple[Milestone, ...]

    @property
    def appointment_at(self) -> datetime | None:
        """When the applicant was told to come: the new promise where there is one, else the due date."""
        return max((at for at in (self.due_at, self.reappointed_at) if at), default=None)


def tracked(conn: Connection, code: str, secret: str) -> Tracked | None:
    """The dossier with this code, or temporary reference, and secret; nothing whichever of them is wrong."""
    row = _named(conn, code[:LONGEST_CODE])
    expected = row.tracking_secret if row else NO_SECRET
    right = hmac.compare_digest(expected.encode(), secret[:LONGEST_SECRET].encode("utf-8", "replace"))
    if row is None or not right:
        return None
    return Tracked(
        id=row.id, version_id=row.version_id, name=row.code or row.reference, code=row.code,
        submitted_at=row.submitted_at, reappointed_at=row.reappointed_at,
        procedure_name=row.procedure_name, status=NationalStatus(row.national_status),
        detail=row.detail_status, clock=ClockState(row.clock), received_by=row.unit_name,
        received_by_id=row.received_by, phone=row.phone, holders=holders(conn, row.id), accepted_at=row.accepted_at,
        due_at=row.due_at, original_due_at=row.original_due_at, finished_at=row.finished_at,
        returned_at=row.returned_at, milestones=milestones(conn, row.id))


def _named(conn: Connection, name: str) -> Row[Any] | None:
    referred = select(online_filing.c.dossier_id).where(online_filing.c.reference == name).scalar_subquery()
    return conn.execute(
        select(dossier, online_filing.c.reference, unit.c.name.label("unit_name"), unit.c.phone)
        .join(unit, unit.c.id == dossier.c.received_by)
        .outerjoin(online_filing, online_filing.c.dossier_id == dossier.c.id)
        .where(or_(dossier.c.code == name, dossier.c.id == referred))
    ).one_or_none()


def own_instances(dossier_id: str) -> Select[Any]:
    """Ids of the instances that follow the dossier's own diagram; an apology may run beside them."""
    own = and_(dossier.c.id == instance.c.business_key, dossier.c.version_id == instance.c.version_id)
    return select(instance.c.id).join(dossier, own).where(dossier.c.id == dossier_id)


def milestones(conn: Connection, dossier_id: str) -> tuple[Milestone, ...]:
    """What the diagram's events say has happened, oldest first, over the instances of all agencies."""
    rows = conn.execute(
        select(history.c.at, history.c.name, history.c.type, history.c.data)
        .where(and_(history.c.instance_id.in_(own_instances(dossier_id)), history.c.phase == NodePhase.COMPLETED.value,
                    history.c.type.in_(EVENTS), history.c.name != ""))
        .order_by(history.c.at, history.c.instance_id, history.c.seq))
    stated = ((row, row.data.get("facts", {})) for row in rows)
    return tuple(Milestone(row.at, drawn(row.name, facts)) for row, facts in stated if _speaks(row.type, facts))


def _speaks(kind: str, facts: dict[str, str]) -> bool:
    return kind in TELLING or "nationalStatus" in facts or "clock" in facts


def holders(conn: Connection, dossier_id: str) -> tuple[str, ...]:
    """The names of the units that have an open step of the dossier."""
    rows = conn.execute(
        select(unit.c.name).distinct()
        .join(work_item, work_item.c.unit_id == unit.c.id)
        .where(work_item.c.business_key == dossier_id, work_item.c.status == WorkStatus.OPEN.value)
        .order_by(unit.c.name))
    return tuple(rows.scalars())
