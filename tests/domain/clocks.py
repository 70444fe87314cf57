"""Clock ledgers as the tests write them."""

from __future__ import annotations

from engine.domain import clock_ledger, time_limit
from engine.domain.calendar import WorkingCalendar
from engine.domain.clock_ledger import ClockEvent, PauseReason
from tests.domain.days import at

CALENDAR = WorkingCalendar()
ID, OFFICER = "dossier-1", "officer-1"


def start(when: str, term: str) -> ClockEvent:
    limit = time_limit.parse(term)
    promised_at = time_limit.due_at(at(when), limit, CALENDAR)
    return clock_ledger.started(ID, at(when), OFFICER, limit, promised_at, CALENDAR.version)


def pause(when: str, reason: PauseReason = PauseReason.SUPPLEMENT) -> ClockEvent:
    return clock_ledger.paused(ID, at(when), OFFICER, reason, "Điều 19 Nghị định 61/2018/NĐ-CP")


def resume(when: str) -> ClockEvent:
    return clock_ledger.resumed(ID, at(when), OFFICER)


def restart(when: str) -> ClockEvent:
    return clock_ledger.restarted(ID, at(when), OFFICER, "Điều 19 Nghị định 61/2018/NĐ-CP")


def extend(when: str, by: str) -> ClockEvent:
    return clock_ledger.extended(ID, at(when), OFFICER, time_limit.parse(by), "Phiếu xin lỗi", "12/PXL")


def finish(when: str) -> ClockEvent:
    return clock_ledger.finished(ID, at(when), OFFICER)


def ledger(*events: ClockEvent) -> list[ClockEvent]:
    sealed: list[ClockEvent] = []
    for event in events:
        sealed.append(clock_ledger.append(sealed, event))
    return sealed


def reappoint(when: str, promised: str, act: str = "act-1") -> ClockEvent:
    return clock_ledger.reappointed(ID, at(when), OFFICER, at(promised), "Thiếu thiết bị", act)


def reopen(when: str) -> ClockEvent:
    return clock_ledger.reopened(ID, at(when), OFFICER, "Sai tên")
