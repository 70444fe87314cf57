"""The system looks at a dossier by itself: time running out, an apology to draft, a due date gone, a result left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler, only_the_engine
from engine.commands.happening import tell
from engine.commands.notices import tell_heads, written_at
from engine.commands.side import begin_side, begun_since
from engine.commands.terms import kind_of, locked, lookouts, rules
from engine.domain import side, watch
from engine.domain.dossier import Dossier
from engine.domain.occasion import Happening, Occasion
from engine.domain.procedure import Kind
from engine.domain.watch import Point


@dataclass(frozen=True, slots=True)
class WatchDossier:
    """The instant for which the dossier was to be watched has come. Harmless when somebody has looked before."""

    dossier_id: str


def look(ctx: Context, command: WatchDossier) -> dict[str, Any]:
    """Everything that has come up since, then the next instant. Raises NotFound.

    The dossier's row is locked first: of two sweeps that overlap the second finds nothing left to do.
    """
    dossier = locked(ctx, command.dossier_id)
    if dossier.watch_at is None or dossier.watch_at > ctx.now:
        return {"dossier_id": dossier.id, "points": []}
    points = lookouts(ctx, dossier)
    found = watch.to_do(points, dossier.watch_at, ctx.now)
    ctx.uow.dossiers.save(replace(dossier, watch_at=watch.next_at(points, ctx.now)))
    for each in found:
        ACTS[each](ctx, dossier)
    return {"dossier_id": dossier.id, "points": [each.value for each in found]}


def _warn(ctx: Context, dossier: Dossier) -> None:
    tell(ctx, Happening(Occasion.DUE_SOON, dossier))


def _apologise(ctx: Context, dossier: Dossier) -> None:
    """Once per term: a draft that the leader closed without a new date is not asked for again."""
    reading = rules(ctx, dossier).read(ctx.uow.dossiers.clock(dossier.id))
    if not begun_since(ctx, dossier, Kind.APOLOGY, reading.since):
        begin_side(ctx, dossier, Kind.APOLOGY, {"requested_by": side.SYSTEM})


def _late(ctx: Context, dossier: Dossier) -> None:
    """The head is told, and the owner of a service; a late petition is flagged, nobody apologises for it."""
    if kind_of(ctx, dossier.version_id) is Kind.SERVICE:
        tell(ctx, Happening(Occasion.OVERDUE, dossier))
    tell_heads(ctx, dossier, "head_overdue", {"due": written_at(dossier.due_at)}, once=written_at(dossier.due_at))
    _escalate(Point.DUE)(ctx, dossier)


def _remind(ctx: Context, dossier: Dossier) -> None:
    tell(ctx, Happening(Occasion.UNCOLLECTED, dossier))


def _escalate(point: Point) -> Callable[[Context, Dossier], None]:
    def to_the_head(ctx: Context, dossier: Dossier) -> None:
        begin_side(ctx, dossier, Kind.ESCALATION, {"requested_by": side.SYSTEM, "request_reason": point.value})

    return to_the_head


ACTS: Mapping[Point, Callable[[Context, Dossier], None]] = {
    Point.WARN: _warn,
    Point.APOLOGY: _apologise,
    Point.DUE: _late,
    Point.APPOINTMENT: _escalate(Point.APPOINTMENT),
    Point.COLLECT: _remind,
    Point.ANSWER: _escalate(Point.ANSWER),
}
"""What is done about each point."""

HANDLERS: Mapping[type, Handler] = {
    WatchDossier: Handler(look, only_the_engine, "audit.watch_dossier", "dossier_id"),
}
