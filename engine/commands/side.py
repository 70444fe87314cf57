"""Procedures that run beside a dossier's own: apology, extension, withdrawal, escalation. All of them are diagrams.

They are instances with the same business key that follow another version. What they decide reaches the dossier through
delegates only, so that the facts of two diagrams never speak at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from engine.commands.advance import begin, moment
from engine.commands.context import Context
from engine.commands.ending import ENDED
from engine.commands.instances import new_instance
from engine.commands.terms import kind_of
from engine.domain import routing, side
from engine.domain.calendar import VIETNAM
from engine.domain.dossier import Dossier
from engine.domain.errors import ProcedureNotInForce
from engine.domain.instance import Following
from engine.domain.procedure import Kind
from engine.domain.process import InstanceStatus, Version

log = logging.getLogger(__name__)


def begin_side(ctx: Context, dossier: Dossier, kind: Kind, variables: Mapping[str, str]) -> str | None:
    """Starts the latest published procedure of that kind beside the dossier; the id of its instance.

    The caller holds the dossier's lock (`terms.locked`). One that is open already is left alone and its id returned.
    None when no such procedure is published: then the invariants of `motcua verify` say what is missing. A person who
    asks for one uses `ask_side` and hears it at once.
    """
    opened = next((each.instance_id for each in beside(ctx, dossier, kind) if each.status not in ENDED), None)
    version = ctx.uow.versions.latest_of_kind(kind.value, ctx.now.astimezone(VIETNAM).date())
    if opened or version is None:
        if version is None:
            log.warning("no procedure of the kind %s is published; dossier %s goes without", kind.value, dossier.id)
        return opened
    return _start(ctx, dossier, version, variables)


def ask_side(ctx: Context, dossier: Dossier, kind: Kind, requested_by: str, reason: str) -> str:
    """Begins what a person asked for. Raises ProcedureNotInForce: nobody could ever decide on the request."""
    draft = {side.REASONS[kind]: reason} if kind in side.REASONS else {}
    begun = begin_side(ctx, dossier, kind, {"requested_by": requested_by, "request_reason": reason, **draft})
    if begun is None:
        raise ProcedureNotInForce(kind=kind.value)
    return begun


def beside(ctx: Context, dossier: Dossier, kind: Kind) -> list[Following]:
    """Every instance of a side procedure that the dossier has had, the oldest first."""
    return [each for each in ctx.uow.instances.followers(dossier.id)
            if each.version_id != dossier.version_id and kind_of(ctx, each.version_id) is kind]


def begun_since(ctx: Context, dossier: Dossier, kind: Kind, since: datetime | None) -> bool:
    """True when such a procedure was begun after that instant and not taken back."""
    return any(each.status is not InstanceStatus.TERMINATED and (since is None or each.started_at >= since)
               for each in beside(ctx, dossier, kind))


def _start(ctx: Context, dossier: Dossier, version: Version, variables: Mapping[str, str]) -> str:
    agencies = {f"{routing.AGENCY}{key}": unit for key, unit in ctx.uow.people.routes(dossier.received_by).items()}
    parties = {**agencies, routing.RECEIVING: dossier.received_by, routing.LEAD: dossier.competent}
    given = {
        "received_by": dossier.received_by, "channel": dossier.channel.name.lower(), "dossier_code": dossier.code,
        "due_at": _iso(dossier.due_at), "accepted_at": _iso(dossier.accepted_at),
        **dict.fromkeys(side.GIVEN, ""), "owner_name": dossier.owner.name, "procedure_name": dossier.procedure_name,
        **variables,
    }
    process_id = ctx.workflow.processes(version)[0]
    instance = new_instance(ctx, version.id, process_id, dossier.id, parties, given)
    begin(ctx, instance, ctx.workflow.start(version, process_id, given, moment(ctx, parties)))
    return instance.id


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(VIETNAM).isoformat() if at else None
