"""When the system must look at a dossier by itself, and what for (domain.md R19-8, R19-12, 2.2).

Pure: the points follow from the ledger, the pack and the calendar. A clock that stands still is not watched. A term no
longer than the lead of the apology, such as a same-day promise, has its apology drafted at the warning point instead:
one working day before the due date it had not even begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum

from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.clock_ledger import ClockState
from engine.domain.clock_reading import Reading
from engine.domain.dossier import Dossier, NationalStatus
from engine.domain.procedure import Channel
from engine.domain.rulepack import RulePack

_DAY = timedelta(days=1)


class Point(Enum):
    """What to look for: time running out, the apology, the due date, the new promise, a result that lies, a reply."""

    WARN = "warn"
    APOLOGY = "apology"
    DUE = "due"
    APPOINTMENT = "appointment"
    COLLECT = "collect"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Lookout:
    """One instant at which to look."""

    at: datetime
    what: Point


def lookouts(it: Dossier, reading: Reading, pack: RulePack, *, apologise: bool) -> tuple[Lookout, ...]:
    """Every point of the dossier as it now stands, the earliest first.

    `apologise` is False where nobody apologises (petitions) or the one new appointment has been given.
    """
    found: Iterator[Lookout]
    if waits_for_reply(it):
        found = iter((Lookout(reply_due_at(it, pack, reading.calendar), Point.ANSWER),))
    elif it.national_status is NationalStatus.COMPLETED and it.finished_at:
        found = iter((Lookout(reading.calendar.add_working_days(it.finished_at, pack.collect_days), Point.COLLECT),))
    elif it.clock is ClockState.RUNNING:
        found = _while_running(reading, pack, apologise)
    else:
        found = iter(())
    return tuple(sorted(found, key=lambda each: each.at))


def next_at(points: Iterable[Lookout], now: datetime) -> datetime | None:
    """After everything until now has been looked at."""
    return min((each.at for each in points if each.at > now), default=None)


def first_at(points: Iterable[Lookout], now: datetime) -> datetime | None:
    """After the clock changed: an apology whose point went by while the clock stood is due at once."""
    reached = (max(each.at, now) if each.what is Point.APOLOGY else each.at for each in points)
    return min((at for at in reached if at >= now), default=None)


def to_do(points: Iterable[Lookout], since: datetime, now: datetime) -> tuple[Point, ...]:
    """What to look for now that the watch set for `since` has come; the apology even when its point was before."""
    reached = [each for each in points if each.at <= now and (each.at >= since or each.what is Point.APOLOGY)]
    due = any(each.what is Point.DUE for each in reached)
    return tuple(each.what for each in reached if not (due and each.what is Point.WARN))


def waits_for_reply(it: Dossier) -> bool:
    """True for what was sent online and neither accepted nor answered yet."""
    return it.national_status is NationalStatus.SUBMITTED and it.channel is Channel.ONLINE


def reply_due_at(it: Dossier, pack: RulePack, calendar: WorkingCalendar) -> datetime:
    """Until when a dossier sent online must be accepted or answered."""
    return calendar.add_working(it.submitted_at, timedelta(hours=pack.intake_reply_hours))


def _while_running(reading: Reading, pack: RulePack, apologise: bool) -> Iterator[Lookout]:
    due_at = reading.due_at()
    if due_at is None or reading.since is None:
        return
    term = reading.consumed(reading.since) + (reading.remaining(reading.since) or timedelta())
    lead = pack.apology_lead_days * reading.calendar.standard_day(due_at.date())
    warn_at = working_before(reading.calendar, due_at, term * (100 - pack.warn_percent) / 100)
    apology_at = working_before(reading.calendar, due_at, lead) if lead < term else warn_at
    yield Lookout(min(warn_at, apology_at), Point.WARN)
    yield Lookout(due_at, Point.DUE)
    if apologise:
        yield Lookout(apology_at, Point.APOLOGY)
    if reading.reappointed_at and reading.reappointed_at > due_at:
        yield Lookout(reading.reappointed_at, Point.APPOINTMENT)


def working_before(calendar: WorkingCalendar, end: datetime, span: timedelta) -> datetime:
    """The instant from which so much working time is left until `end`; of two that say the same, the earlier."""
    on, left = end.astimezone(VIETNAM).date(), span
    while True:
        for session in sorted(calendar.sessions(on), reverse=True):
            opens, closes = (datetime.combine(on, hour, VIETNAM) for hour in (session.opens, session.closes))
            length = min(closes, end) - opens
            if left < length:
                return min(closes, end) - left
            left -= max(length, timedelta())
        on -= _DAY


def transfer_due_at(accepted_at: datetime, channel: Channel, pack: RulePack, calendar: WorkingCalendar) -> datetime:
    """Until when the dossier must be with the agency that decides (Article 18 of Decree 61/2018/NĐ-CP).

    Online at once; paper within the working day, or when that day opens which follows an acceptance after the cut-off.
    """
    if channel is Channel.ONLINE:
        return accepted_at
    at = calendar.next_working_instant(accepted_at)
    if at.time() < pack.transfer_cutoff:
        return calendar.end_of_working_day(at)
    return calendar.next_working_instant(datetime.combine(at.date() + _DAY, time(0), VIETNAM))
