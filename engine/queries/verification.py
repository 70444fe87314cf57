"""Whether what is stored is still what was written: clocks untouched, projections equal to the truth they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.domain import clock_audit, clock_ledger, clock_reading, procedure
from engine.domain.calendar import WorkingCalendar
from engine.domain.clock_ledger import ClockEvent, ClockKind, ClockState
from engine.domain.instance import JobStatus, WorkStatus
from engine.domain.procedure import Kind
from engine.domain.process import InstanceStatus, Version, Waits
from engine.ports import Loaded
from engine.store.dossier_tables import clock_event, dossier
from engine.store.paper_tables import result
from engine.store.tables import instance, job, subscription, timer, variable, version, work_item
from engine.store.version_rows import SqlVersionRows, of_kind

PRINTED_AFTER = timedelta(hours=1)
ENDED = (InstanceStatus.COMPLETED.value, InstanceStatus.TERMINATED.value)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One finding: what it is about, a code, and the sentence in both languages where there is one."""

    subject: str
    code: str
    message: str
    message_en: str


def clock_problems(connection: sa.Connection) -> list[Discrepancy]:
    """Every clock ledger whose chain, order or end does not hold."""
    return [
        Discrepancy(dossier_id, f"clock_{problem.code}", problem.message, problem.message_en)
        for dossier_id, head, rows in _ledgers(connection) for problem in clock_audit.verify_rows(rows, head)
    ]


def due_problems(connection: sa.Connection, calendar: Callable[[str], WorkingCalendar]) -> list[Discrepancy]:
    """Every dossier whose dates or clock are not those that its ledger, its rules and the calendar give."""
    versions, ledgers = SqlVersionRows(connection, {}), {key: rows for key, _, rows in _ledgers(connection)}
    found = []
    for row in connection.execute(sa.select(dossier)):
        rules = procedure.from_mapping(versions.get(row.version_id).facts).rules(row.rule_pack)
        events = [clock_ledger.from_row(each) for each in ledgers.get(row.id, [])]
        reading = clock_reading.read(events, calendar(row.received_by), rules.time_policy, rules.supplement_clock)
        told = {**_told(events), "due_at": reading.due_at(), "reappointed_at": reading.reappointed_at}
        found += [
            Discrepancy(row.id, f"clock_{name}", f"Cột {name} khác với sổ đồng hồ",
                        f"The column {name} differs from the ledger of the clock")
            for name, value in told.items() if getattr(row, name) != value
        ]
    return found


def _told(events: list[ClockEvent]) -> dict[str, Any]:
    """What the ledger says of the columns that only repeat it."""
    told: dict[str, Any] = {
        "clock": clock_ledger.state(events).value, "original_due_at": clock_ledger.original_due_at(events),
        "accepted_at": events[0].at if events else None,
    }
    last = events[-1] if events else None
    return {**told, "finished_at": last.at} if last and last.kind is ClockKind.FINISHED else told


def late_without_apology(connection: sa.Connection, now: datetime) -> list[Discrepancy]:
    """Every service whose term has passed while nobody drafts an apology and no new time was promised (R19-8)."""
    others = sa.select(version.c.id).where(sa.or_(*(of_kind(each.value) for each in Kind if each is not Kind.SERVICE)))
    apologies = (sa.select(instance.c.business_key).join(version).where(
        of_kind(Kind.APOLOGY.value), instance.c.status != InstanceStatus.TERMINATED.value))
    late = connection.scalars(
        sa.select(dossier.c.id).where(
            dossier.c.clock == ClockState.RUNNING.value, dossier.c.due_at < now, dossier.c.reappointed_at.is_(None),
            dossier.c.version_id.not_in(others), dossier.c.id.not_in(apologies))
        .order_by(dossier.c.id))
    return [Discrepancy(dossier_id, "late_without_apology", "Hồ sơ quá hạn mà chưa có phiếu xin lỗi",
                        "The dossier is late and nobody has drafted an apology") for dossier_id in late]


def resting_without_decision(connection: sa.Connection) -> list[Discrepancy]:
    """Every dossier that rests for a request to withdraw on which nobody can decide: its procedure does not run."""
    deciding = (sa.select(instance.c.business_key).join(version).where(
        of_kind(Kind.WITHDRAWAL.value), instance.c.status.not_in(ENDED)))
    resting = connection.scalars(
        sa.select(dossier.c.id).where(dossier.c.held_status.is_not(None), dossier.c.id.not_in(deciding))
        .order_by(dossier.c.id))
    return [Discrepancy(dossier_id, "resting_without_decision", "Hồ sơ chờ giải quyết việc rút mà không có quy trình",
                        "The dossier rests for a withdrawal that nobody can decide") for dossier_id in resting]


def results_without_file(connection: sa.Connection, now: datetime) -> list[Discrepancy]:
    """Every dossier that was completed a while ago and whose result nobody can open."""
    without = connection.scalars(
        sa.select(result.c.dossier_id).distinct()
        .where(result.c.path.is_(None), result.c.revoked_at.is_(None), result.c.issued_at < now - PRINTED_AFTER)
        .order_by(result.c.dossier_id))
    return [Discrepancy(dossier_id, "result_without_file", "Hồ sơ đã có kết quả mà chưa có tệp kết quả",
                        "The dossier has its result, and the file of the result was not made")
            for dossier_id in without]


def row_problems(connection: sa.Connection, waits: Callable[[Loaded], Waits]) -> list[Discrepancy]:
    """Every instance whose rows of work, timers, subscriptions and jobs are not what its state waits for."""
    versions, found = SqlVersionRows(connection, {}), []
    for row in connection.execute(sa.select(instance).where(instance.c.status.not_in(ENDED))):
        expected = _expected(waits(_loaded(connection, row, versions.get(row.version_id))))
        stored = _stored(connection, row.id)
        found += [
            Discrepancy(row.id, f"rows_{kind}", f"Các dòng {kind} không khớp với trạng thái quy trình",
                        f"The {kind} rows differ from the state of the process")
            for kind in expected if expected[kind] != stored[kind]
        ]
    return found


def _ledgers(connection: sa.Connection) -> Iterator[tuple[str, str | None, list[Mapping[str, Any]]]]:
    rows: dict[str, list[Mapping[str, Any]]] = {}
    ordered = sa.select(clock_event).order_by(clock_event.c.dossier_id, clock_event.c.seq)
    for event in connection.execute(ordered).mappings():
        rows.setdefault(event["dossier_id"], []).append(dict(event))
    for each in connection.execute(sa.select(dossier.c.id, dossier.c.clock_head)):
        if each.clock_head or each.id in rows:
            yield each.id, each.clock_head, rows.get(each.id, [])


def _loaded(connection: sa.Connection, row: Any, version: Version) -> Loaded:
    rows = connection.execute(sa.select(variable.c.key, variable.c.value).where(variable.c.instance_id == row.id))
    return Loaded(version, row.process_id, row.state, {each.key: each.value for each in rows})


def _expected(waits: Waits) -> dict[str, set[Any]]:
    return {
        "work_item": {task.token_id for task in waits.tasks},
        "timer": {(each.token_id, each.slot, each.due_at) for each in waits.timers},
        "subscription": {(each.token_id, each.slot, each.name) for each in waits.subscriptions},
        "job": {call.token_id for call in waits.calls},
    }


def _stored(connection: sa.Connection, instance_id: str) -> dict[str, set[Any]]:
    def of(query: sa.Select[Any]) -> set[Any]:
        return {row[0] if len(row) == 1 else tuple(row) for row in connection.execute(query)}

    alive = (JobStatus.QUEUED.value, JobStatus.FAILED.value)
    return {
        "work_item": of(sa.select(work_item.c.token_id).where(
            work_item.c.instance_id == instance_id, work_item.c.status == WorkStatus.OPEN.value)),
        "timer": of(sa.select(timer.c.token_id, timer.c.slot, timer.c.due_at).where(
            timer.c.instance_id == instance_id)),
        "subscription": of(sa.select(subscription.c.token_id, subscription.c.slot, subscription.c.name).where(
            subscription.c.instance_id == instance_id)),
        "job": of(sa.select(job.c.token_id).where(job.c.instance_id == instance_id, job.c.status.in_(alive))),
    }
