"""A dossier for which the routes name no competent agency: somebody who answers for intake says who is competent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.commands.starting import start
from engine.domain import procedure, routing
from engine.domain.actor import Role
from engine.domain.errors import Conflict, InvalidInput, NotAllowed


@dataclass(frozen=True, slots=True)
class DispatchDossier:
    """Names a unit for every agency that no route knows; `units` maps agency keys to unit ids. The process begins."""

    dossier_id: str
    units: Mapping[str, str]


def may_dispatch(ctx: Context, command: DispatchDossier) -> None:
    """The head of the centre that received the dossier, or a process administrator. Raises NotFound, NotAllowed."""
    it = ctx.dossier(command.dossier_id)
    if not (ctx.actor.has(Role.CENTRE_HEAD, it.received_by) or ctx.actor.has(Role.PROCESS_ADMIN)):
        raise NotAllowed()


def dispatch(ctx: Context, command: DispatchDossier) -> dict[str, Any]:
    """Raises Conflict when it was decided before, InvalidInput for an agency without a unit, NotFound for the unit."""
    waiting = ctx.uow.organisation.undecided(command.dossier_id)
    if waiting is None:
        raise Conflict()
    unknown, answers = waiting
    lacking = {key: "required" for key in unknown if not command.units.get(key)}
    if lacking:
        raise InvalidInput(problems=lacking)
    chosen = {key: command.units[key] for key in unknown}
    for unit_id in chosen.values():
        ctx.uow.people.unit_code(unit_id)
    it = ctx.dossier(command.dossier_id)
    version = ctx.version(it.version_id)
    lead = procedure.from_mapping(version.facts).lead_agency
    parties = routing.parties(it.received_by, lead, {**ctx.uow.people.routes(it.received_by), **chosen})
    ctx.uow.dossiers.save(replace(it, competent=parties[routing.LEAD]))
    ctx.uow.organisation.decide_competence(it.id, chosen, ctx.actor.id, ctx.now)
    _, opened = start(ctx, version, ctx.dossier(it.id), parties, answers)
    return {"dossier_id": it.id, "opened": [item.task.name for item in opened]}


HANDLERS: Mapping[type, Handler] = {
    DispatchDossier: Handler(dispatch, may_dispatch, "audit.dispatch_dossier", "dossier_id"),
}
