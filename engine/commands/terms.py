"""A dossier's term as commands reckon it: the rules it lives by, an event into its ledger, when to look at it next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.commands.context import Context
from engine.domain import clock_ledger, procedure, time_limit, watch
from engine.domain.clock_ledger import ClockEvent, ClockKind
from engine.domain.dossier import Dossier
from engine.domain.errors import NotFound
from engine.domain.procedure import Kind
from engine.domain.ticking import Rules
from engine.domain.watch import Lookout


def locked(ctx: Context, dossier_id: str) -> Dossier:
    """The dossier, which nobody else changes before the commit. Raises NotFound."""
    dossier = ctx.uow.dossiers.lock(dossier_id)
    if dossier is None:
        raise NotFound(what="dossier")
    return dossier


def rules(ctx: Context, dossier: Dossier) -> Rules:
    """The term it was filed under, its receiving unit's calendar, its pack with what its procedure overrules."""
    facts = procedure.from_mapping(ctx.version(dossier.version_id).facts)
    calendar = ctx.calendars.of(dossier.received_by)
    return Rules(time_limit.parse(dossier.term), calendar, facts.rules(dossier.rule_pack))


def written(ctx: Context, dossier: Dossier, ledger: Sequence[ClockEvent], event: ClockEvent) -> Dossier:
    """Stores the sealed event; the dossier says what its ledger now says, and is not saved yet."""
    ctx.uow.dossiers.append_clock(event)
    grown = [*ledger, event]
    reading = rules(ctx, dossier).read(grown)
    return replace(
        dossier, clock=clock_ledger.state(grown), clock_head=event.hash, due_at=reading.due_at(),
        original_due_at=clock_ledger.original_due_at(grown), reappointed_at=reading.reappointed_at,
    )


def lookouts(ctx: Context, dossier: Dossier) -> tuple[Lookout, ...]:
    """When the system must look at the dossier as it stands now. Only services are apologised for."""
    by, ledger = rules(ctx, dossier), ctx.uow.dossiers.clock(dossier.id)
    spent = clock_ledger.count(ledger, ClockKind.REAPPOINTED) >= by.pack.max_reappointments
    apologise = kind_of(ctx, dossier.version_id) is Kind.SERVICE and not spent
    return watch.lookouts(dossier, by.read(ledger), by.pack, apologise=apologise)


def watched(ctx: Context, dossier: Dossier) -> Dossier:
    """The dossier with its next instant of the watch, after its state or its clock changed."""
    return replace(dossier, watch_at=watch.first_at(lookouts(ctx, dossier), ctx.now))


def saved(ctx: Context, before: Dossier, after: Dossier) -> Dossier:
    """Stores what a command made of its dossier's state or clock. Returns it with its watch set."""
    after = watched(ctx, after)
    ctx.uow.dossiers.save(after)
    if before.due_at is not None and after.due_at != before.due_at:
        ctx.uow.dossiers.redate_work(after.id, after.due_at)
    return after


def kind_of(ctx: Context, version_id: str) -> Kind:
    """Whom a published procedure serves."""
    return Kind(ctx.version(version_id).facts.get("kind") or Kind.SERVICE.value)
