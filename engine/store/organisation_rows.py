"""Absences, the load of officers, unclear competence and permits as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.absence import Absence, Capacity
from engine.domain.actor import Role, StandIn
from engine.domain.instance import WorkStatus
from engine.domain.permit import HOLDING, Permit, PermitState
from engine.store.organisation_tables import absence, assignment_rule, dispatch, permit, substitution
from engine.store.tables import account, membership, work_item


class SqlOrganisationRows:
    """Implements `ports.OrganisationRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------- absences and load
    def absences(self, account_ids: Sequence[str]) -> list[Absence]:
        """Every arrangement for these people that was not taken back."""
        rows = self._connection.execute(
            sa.select(absence).where(absence.c.account_id.in_(account_ids), absence.c.ended_at.is_(None))
            .order_by(absence.c.starts_on, absence.c.id))
        return [as_absence(row) for row in rows]

    def add_absence(self, it: Absence, by: str, at: datetime) -> None:
        """A new arrangement."""
        self._connection.execute(sa.insert(absence).values(
            id=it.id, account_id=it.account_id, stand_in_id=it.stand_in_id, starts_on=it.starts_on, ends_on=it.ends_on,
            procedures=list(it.procedures), capacity=it.capacity.value, entered_at=at, entered_by=by))

    def absence(self, absence_id: str) -> Absence | None:
        """One arrangement that was not taken back."""
        row = self._connection.execute(
            sa.select(absence).where(absence.c.id == absence_id, absence.c.ended_at.is_(None))).one_or_none()
        return as_absence(row) if row else None

    def end_absence(self, absence_id: str, at: datetime) -> None:
        """Takes the arrangement back."""
        self._connection.execute(sa.update(absence).where(absence.c.id == absence_id).values(ended_at=at))

    def stood_in(self, work_item_id: str, it: Absence) -> None:
        """The step was completed for somebody who is away."""
        self._connection.execute(sa.insert(substitution).values(
            work_item_id=work_item_id, absence_id=it.id, capacity=it.capacity.value))

    def shares_work(self, unit_id: str, role: Role) -> bool:
        """True where new work goes to whoever has the least."""
        rule = assignment_rule.c
        return self._connection.execute(
            sa.select(rule.role).where(rule.unit_id == unit_id, rule.role == role.value)).first() is not None

    def share_work(self, unit_id: str, role: Role, wanted: bool) -> None:
        """Turns the option on or off."""
        rule = assignment_rule.c
        self._connection.execute(
            sa.delete(assignment_rule).where(rule.unit_id == unit_id, rule.role == role.value))
        if wanted:
            self._connection.execute(sa.insert(assignment_rule).values(unit_id=unit_id, role=role.value))

    def holders(self, unit_id: str, role: Role) -> tuple[str, ...]:
        """Active accounts with the role at the unit, by login."""
        return tuple(self._connection.scalars(
            sa.select(account.c.id).join(membership, membership.c.account_id == account.c.id)
            .where(membership.c.unit_id == unit_id, membership.c.role == role.value, account.c.active)
            .order_by(account.c.login)))

    def open_allotments(self, account_ids: Sequence[str]) -> list[tuple[str, str]]:
        """(account, allotment) of every open step in these hands; the allotment is empty where none is drawn."""
        rows = self._connection.execute(
            sa.select(work_item.c.assignee_id, work_item.c.facts)
            .where(work_item.c.assignee_id.in_(account_ids), work_item.c.status == WorkStatus.OPEN.value))
        return [(row.assignee_id, str(row.facts.get("allotment") or "")) for row in rows]

    # ---------------------------------------------------------------- unclear competence
    def wait_for_competence(self, dossier_id: str, agencies: Sequence[str], answers: Mapping[str, Any],
                            at: datetime) -> None:
        """The dossier waits until somebody says who is competent."""
        self._connection.execute(sa.insert(dispatch).values(
            dossier_id=dossier_id, agencies=list(agencies), answers=dict(answers), since=at))

    def undecided(self, dossier_id: str) -> tuple[tuple[str, ...], Mapping[str, Any]] | None:
        """The agencies that nobody knows and the answers of the application; locked until the transaction ends."""
        row = self._connection.execute(
            sa.select(dispatch).where(dispatch.c.dossier_id == dossier_id, dispatch.c.decided_at.is_(None))
            .with_for_update()).one_or_none()
        return (tuple(row.agencies), row.answers) if row else None

    def decide_competence(self, dossier_id: str, units: Mapping[str, str], by: str, at: datetime) -> None:
        """Somebody said who is competent."""
        self._connection.execute(sa.update(dispatch).where(dispatch.c.dossier_id == dossier_id)
                                 .values(units=dict(units), decided_by=by, decided_at=at))

    # ---------------------------------------------------------------- permits
    def permit(self, permit_id: str) -> Permit | None:
        """One permit, locked until the transaction ends."""
        asked = sa.select(permit).where(permit.c.id == permit_id).with_for_update()
        row = self._connection.execute(asked).one_or_none()
        return as_permit(row) if row else None

    def held_papers(self, dossier_id: str) -> frozenset[str]:
        """Papers of the dossier that some permit holds."""
        rows = self._connection.scalars(sa.select(permit.c.papers).where(
            permit.c.dossier_id == dossier_id, permit.c.state.in_([state.value for state in HOLDING])))
        return frozenset(key for papers in rows for key in papers)

    def add_permit(self, it: Permit) -> None:
        """A permit is asked for."""
        self._connection.execute(sa.insert(permit).values(
            id=it.id, dossier_id=it.dossier_id, unit_id=it.unit_id, papers=list(it.papers), holder_id=it.holder_id,
            purpose=it.purpose, leave_at=it.leave_at, due_back_at=it.due_back_at, asked_at=it.asked_at,
            asked_by=it.asked_by, state=it.state.value))

    def move_permit(self, permit_id: str, state: PermitState, values: Mapping[str, Any]) -> None:
        """Decided, carried out, checked in again."""
        self._connection.execute(
            sa.update(permit).where(permit.c.id == permit_id).values(state=state.value, **values))


def as_absence(row: Any) -> Absence:
    """An arrangement from its row."""
    return Absence(row.id, row.account_id, row.stand_in_id, row.starts_on, row.ends_on, tuple(row.procedures),
                   Capacity(row.capacity))


def as_permit(row: Any) -> Permit:
    """A permit from its row."""
    return Permit(
        id=row.id, dossier_id=row.dossier_id, unit_id=row.unit_id, papers=tuple(row.papers), holder_id=row.holder_id,
        purpose=row.purpose, leave_at=row.leave_at, due_back_at=row.due_back_at, asked_at=row.asked_at,
        asked_by=row.asked_by, state=PermitState(row.state), decided_at=row.decided_at, decided_by=row.decided_by,
        left_at=row.left_at, returned_at=row.returned_at, missed_at=row.missed_at)


def stand_ins_of(connection: sa.Connection, account_id: str, on: date | None = None) -> tuple[StandIn, ...]:
    """The roles this account holds for colleagues, on any day or on this one."""
    asked = (
        sa.select(absence, account.c.name.label("account_name"), membership.c.unit_id, membership.c.role)
        .join(account, account.c.id == absence.c.account_id)
        .join(membership, membership.c.account_id == absence.c.account_id)
        .where(absence.c.stand_in_id == account_id, absence.c.ended_at.is_(None))
        .order_by(absence.c.starts_on, absence.c.id, membership.c.unit_id, membership.c.role))
    if on is not None:
        asked = asked.where(absence.c.starts_on <= on, absence.c.ends_on >= on)
    return tuple(StandIn(as_absence(row), row.account_name, row.unit_id, Role(row.role))
                 for row in connection.execute(asked))
