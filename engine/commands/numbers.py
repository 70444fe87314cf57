"""Document numbers: one sequence per agency, document type and year (NĐ 30/2020 restarts numbers each year)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler, only_the_engine
from engine.domain.actor import ActorKind, Role
from engine.domain.calendar import VIETNAM
from engine.domain.errors import InvalidInput, NotAllowed, NotFound
from engine.domain.numbering import Book, NumberGap, Reservation, Take

MOST_RESERVED = 1000
LONGEST_DAYS = 366
LONGEST_REASON = 500
LONGEST_TYPE = 40
EXPIRED, GAP_FREE = "expired", "gap_free"
"""Reasons that nobody typed; pages say them in words."""


@dataclass(frozen=True, slots=True)
class IssueNumber:
    """Asks for the number of one document. The same `act` gets the same number again."""

    dossier_id: str
    document_type: str
    act: str


@dataclass(frozen=True, slots=True)
class ReserveNumbers:
    """Sets a block of this year's numbers aside for a place, such as the agency's desk at the centre."""

    agency_id: str
    document_type: str
    place: str
    count: int
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnNumbers:
    """Gives a block back; what nobody took stands in the log of gaps. Harmless when it was given back before.

    The engine gives back what expired, and what is left of a year's books once that year is over.
    """

    reservation_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChooseNumbering:
    """Whether this year's book of a document type may never have a hole, or may never make anybody wait."""

    agency_id: str
    document_type: str
    gap_free: bool


def may_keep_books(ctx: Context, command: ReserveNumbers | ChooseNumbering) -> None:
    """Clerks of the agency. Raises NotAllowed."""
    if not ctx.actor.has(Role.CLERK, command.agency_id):
        raise NotAllowed()


def may_return(ctx: Context, command: ReturnNumbers) -> None:
    """Clerks of the agency or of the place; the engine when the block expires. Raises NotAllowed, NotFound."""
    block = _block(ctx, command.reservation_id)
    clerk = any(ctx.actor.has(Role.CLERK, unit) for unit in (block.book.agency_id, block.place))
    if not clerk and ctx.actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed()


def issue(ctx: Context, command: IssueNumber) -> dict[str, Any]:
    """Numbers belong to the competent agency, wherever they are issued: `number`, `year`, `issued_on` in Vietnam.

    Raises NotFound.
    """
    dossier = ctx.dossier(command.dossier_id)
    number = ctx.uow.numbers.known(command.act)
    if number is None:
        book = _this_year(ctx, dossier.competent, command.document_type)
        number, = ctx.uow.numbers.take((Take(book, command.act, dossier.id, dossier.received_by),), ctx.now)
    year, issued_at = ctx.uow.numbers.written(command.act)
    return {"number": number, "year": year, "issued_on": issued_at.astimezone(VIETNAM).date().isoformat()}


def reserve(ctx: Context, command: ReserveNumbers) -> dict[str, Any]:
    """Raises InvalidInput by field."""
    _refuse_impossible(ctx, command)
    book = _this_year(ctx, command.agency_id, command.document_type.strip())
    first, last = ctx.uow.numbers.reserve(book, command.count)
    expires_at = ctx.now + timedelta(days=command.days)
    block = Reservation(ctx.uow.new_id(), book, command.place, first, last, first, command.reason.strip(),
                        ctx.actor.id, ctx.now, expires_at)
    ctx.uow.numbers.add(block)
    ctx.uow.enqueue("return_numbers", block.id, key=f"return-{block.id}",
                    delay_s=(expires_at - ctx.now).total_seconds())
    return {"reservation_id": block.id, "first": first, "last": last}


def give_back(ctx: Context, command: ReturnNumbers) -> dict[str, Any]:
    """Raises InvalidInput when a person gives numbers back without saying why."""
    block = _block(ctx, command.reservation_id)
    if block.closed_at:
        return {"gaps": 0, "repeated": True}
    by_person = ctx.actor.kind is not ActorKind.SYSTEM
    if by_person and not command.reason.strip():
        raise InvalidInput(problems={"reason": "required"})
    reason = command.reason.strip()[:LONGEST_REASON] if by_person else EXPIRED
    _put_away(ctx, block, reason)
    return {"gaps": len(block.left)}


def choose(ctx: Context, command: ChooseNumbering) -> dict[str, Any]:
    """Takes effect with the next number. What a fast book had set aside and not given stands in the log of gaps."""
    book = _this_year(ctx, command.agency_id, command.document_type)
    ctx.uow.numbers.choose(book, gap_free=command.gap_free)
    for block in ctx.uow.numbers.own_blocks(book) if command.gap_free else ():
        _put_away(ctx, block, GAP_FREE)
    return {"gap_free": command.gap_free}


def _put_away(ctx: Context, block: Reservation, reason: str) -> None:
    """Nobody takes from the block any more, and no number of it is lost without a word."""
    ctx.uow.numbers.log_gaps([NumberGap(block.book, number, reason, ctx.now, ctx.actor.id) for number in block.left])
    ctx.uow.numbers.close(block, ctx.now)


def _block(ctx: Context, reservation_id: str) -> Reservation:
    block = ctx.uow.numbers.reservation(reservation_id)
    if block is None:
        raise NotFound(what="reservation")
    return block


def _this_year(ctx: Context, agency_id: str, document_type: str) -> Book:
    return Book(agency_id, document_type, ctx.now.astimezone(VIETNAM).year)


def _refuse_impossible(ctx: Context, command: ReserveNumbers) -> None:
    problems = {
        "document_type": "" if 0 < len(command.document_type.strip()) <= LONGEST_TYPE else "required",
        "count": "" if 0 < command.count <= MOST_RESERVED else "out_of_range",
        "days": "" if 0 < command.days <= LONGEST_DAYS else "out_of_range",
        "reason": "" if 0 < len(command.reason.strip()) <= LONGEST_REASON else "required",
        "place": "" if ctx.uow.papers.units([command.place]) else "unknown",
    }
    found = {name: code for name, code in problems.items() if code}
    if found:
        raise InvalidInput(problems=found)


HANDLERS: Mapping[type, Handler] = {
    IssueNumber: Handler(issue, only_the_engine, "audit.issue_number", "dossier_id"),
    ReserveNumbers: Handler(reserve, may_keep_books, "audit.reserve_numbers", "agency_id"),
    ReturnNumbers: Handler(give_back, may_return, "audit.return_numbers", "reservation_id"),
    ChooseNumbering: Handler(choose, may_keep_books, "audit.choose_numbering", "agency_id"),
}
