"""More time: the one new appointment of an apology, which leaves the dossier late, and an extension, which does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler, only_the_engine
from engine.commands.side import ask_side
from engine.commands.stopping import decides, reason_of
from engine.commands.terms import kind_of, locked, rules, saved, written
from engine.domain import clock_ledger, side
from engine.domain.calendar import VIETNAM
from engine.domain.clock_ledger import ClockEvent, ClockKind, ClockState
from engine.domain.dossier import Dossier
from engine.domain.errors import ClockNotRunning, ExtensionRefused, InvalidInput, NotAllowed
from engine.domain.errors import SecondReappointment as SecondReappointment
from engine.domain.instance import Instance
from engine.domain.procedure import Kind
from engine.domain.time_limit import TimeLimit, TimeUnit
from engine.forms.answers import AnswerProblem

MOST_DAYS = 365
DATE, DECISION, AGREED = "promised_on", "approval_decision", "approve"
"""Under which keys the forms of both procedures ask for the new day and for the leader's word."""


@dataclass(frozen=True, slots=True)
class RequestApology:
    """An officer sees that the result will be late, before the system does."""

    dossier_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RequestExtension:
    """An officer asks for more time where a law allows it."""

    dossier_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reappoint:
    """The leader signed the apology: come on `promised_on` instead. The same `act` promises once."""

    dossier_id: str
    promised_on: date
    reason: str
    act: str


@dataclass(frozen=True, slots=True)
class ExtendTerm:
    """The leader granted so many working days on a legal ground. The same `act` extends once."""

    dossier_id: str
    days: int
    ground: str
    act: str


def may_ask(ctx: Context, command: RequestApology | RequestExtension) -> None:
    """Officers of the agency that decides and the head of the centre, for services. Raises NotAllowed, NotFound."""
    dossier = ctx.dossier(command.dossier_id)
    if not decides(ctx.actor, dossier) or kind_of(ctx, dossier.version_id) is not Kind.SERVICE:
        raise NotAllowed()


def request_apology(ctx: Context, command: RequestApology) -> dict[str, Any]:
    """Raises ClockNotRunning, SecondReappointment, InvalidInput without a reason, ProcedureNotInForce."""
    reason, dossier = reason_of(command.reason), locked(ctx, command.dossier_id)
    _may_promise_again(ctx, dossier, _running(ctx, dossier))
    return {"dossier_id": dossier.id, "instance_id": ask_side(ctx, dossier, Kind.APOLOGY, side.OFFICER, reason)}


def request_extension(ctx: Context, command: RequestExtension) -> dict[str, Any]:
    """Raises ClockNotRunning, ExtensionRefused, InvalidInput without a reason, ProcedureNotInForce."""
    reason, dossier = reason_of(command.reason), locked(ctx, command.dossier_id)
    _may_extend(ctx, dossier, _running(ctx, dossier))
    return {"dossier_id": dossier.id, "instance_id": ask_side(ctx, dossier, Kind.EXTENSION, side.OFFICER, reason)}


def reappoint(ctx: Context, command: Reappoint) -> dict[str, Any]:
    """Raises ClockNotRunning, SecondReappointment, InvalidInput for a day that is not after the due date."""
    before = locked(ctx, command.dossier_id)
    ledger = ctx.uow.dossiers.clock(before.id)
    if clock_ledger.done_by(ledger, command.act):
        return _promised(before)
    ledger = _running(ctx, before)
    _may_promise_again(ctx, before, ledger)
    at = _end_of(ctx, before, command.promised_on)
    event = clock_ledger.reappointed(before.id, ctx.now, ctx.actor.id, at, command.reason, command.act)
    return _promised(_kept(ctx, before, ledger, event))


def extend(ctx: Context, command: ExtendTerm) -> dict[str, Any]:
    """Raises ClockNotRunning, ExtensionRefused, InvalidInput for an impossible number of days."""
    before = locked(ctx, command.dossier_id)
    ledger = ctx.uow.dossiers.clock(before.id)
    if clock_ledger.done_by(ledger, command.act):
        return _promised(before)
    ledger = _running(ctx, before)
    _may_extend(ctx, before, ledger)
    if not 1 <= command.days <= MOST_DAYS:
        raise InvalidInput(problems={"days": "out_of_range"})
    span = TimeLimit(Decimal(command.days), TimeUnit.WORKING_DAY)
    event = clock_ledger.extended(before.id, ctx.now, ctx.actor.id, span, command.ground, "", command.act)
    return _promised(_kept(ctx, before, ledger, event))


def refuse_promise(ctx: Context, dossier: Dossier | None, instance: Instance, answers: Mapping[str, Any]) -> None:
    """Before a step of an apology or extension is done: nobody drafts or signs what could not be written down.

    Raises InvalidInput: at the draft by the field of the day, at the approval by the leader's decision.
    """
    if dossier is None or instance.version_id == dossier.version_id:
        return
    kind = kind_of(ctx, instance.version_id)
    if kind is Kind.APOLOGY:
        _refuse_date(ctx, dossier, instance.variables, answers)
    elif kind is Kind.EXTENSION and answers.get(DECISION) == AGREED:
        try:
            _may_extend(ctx, dossier, ctx.uow.dossiers.clock(dossier.id))
        except ExtensionRefused as refused:
            raise InvalidInput(problems={DECISION: AnswerProblem(f"extension_{refused.facts['reason']}")}) from refused


def _refuse_date(ctx: Context, dossier: Dossier, known: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    drafted = answers.get(DATE)
    signed = known.get(DATE) if answers.get(DECISION) == AGREED and known.get("apology_required") is True else None
    if not (drafted or signed):
        return
    try:
        _end_of(ctx, dossier, date.fromisoformat(str(drafted or signed)))
    except InvalidInput as refused:
        code = refused.facts["problems"][DATE] if drafted else "promise_passed"
        told = AnswerProblem(code, {"after": f"{_least(ctx, dossier):%d/%m/%Y}"})
        raise InvalidInput(problems={DATE if drafted else DECISION: told}) from refused


def _running(ctx: Context, dossier: Dossier) -> Sequence[ClockEvent]:
    if dossier.clock is not ClockState.RUNNING:
        raise ClockNotRunning(state=dossier.clock.value)
    return ctx.uow.dossiers.clock(dossier.id)


def _may_promise_again(ctx: Context, dossier: Dossier, ledger: Sequence[ClockEvent]) -> None:
    most = rules(ctx, dossier).pack.max_reappointments
    if clock_ledger.count(ledger, ClockKind.REAPPOINTED) >= most:
        raise SecondReappointment(most=most)


def _may_extend(ctx: Context, dossier: Dossier, ledger: Sequence[ClockEvent]) -> None:
    """What is late stays late: a term that has passed is not extended."""
    by = rules(ctx, dossier)
    if clock_ledger.count(ledger, ClockKind.EXTENDED) >= by.pack.max_extensions:
        raise ExtensionRefused(reason="used_up", most=by.pack.max_extensions)
    if by.read(ledger).late(ctx.now):
        raise ExtensionRefused(reason="late", due_at=dossier.due_at)


def _end_of(ctx: Context, dossier: Dossier, on: date) -> datetime:
    """The end of that working day, which must lie after the due date and in the future."""
    calendar = ctx.calendars.of(dossier.received_by)
    at, least = datetime.combine(on, time(0), VIETNAM), _least(ctx, dossier)
    if on >= least.date() and not calendar.is_working_day(on):
        raise InvalidInput(problems={DATE: "not_working_day"})
    if on < least.date() or (at := calendar.end_of_working_day(at + timedelta(minutes=1))) <= least:
        raise InvalidInput(problems={DATE: "not_later"})
    return at


def _least(ctx: Context, dossier: Dossier) -> datetime:
    """What a new promise must lie behind, as Vietnam's clocks show it."""
    return max(ctx.now, dossier.due_at or ctx.now).astimezone(VIETNAM)


def _kept(ctx: Context, before: Dossier, ledger: Sequence[ClockEvent], event: ClockEvent) -> Dossier:
    return saved(ctx, before, written(ctx, before, ledger, clock_ledger.append(ledger, event)))


def _promised(dossier: Dossier) -> dict[str, Any]:
    at = dossier.appointment_at
    return {"dossier_id": dossier.id, "appointment_at": at.astimezone(VIETNAM).isoformat() if at else None}


HANDLERS: Mapping[type, Handler] = {
    RequestApology: Handler(request_apology, may_ask, "audit.request_apology", "dossier_id"),
    RequestExtension: Handler(request_extension, may_ask, "audit.request_extension", "dossier_id"),
    Reappoint: Handler(reappoint, only_the_engine, "audit.reappoint", "dossier_id"),
    ExtendTerm: Handler(extend, only_the_engine, "audit.extend_term", "dossier_id"),
}
