"""The process of a dossier begins: with the units that its receiving unit's routes, or a dispatcher, name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.advance import begin, moment
from engine.commands.context import Context
from engine.commands.instances import new_instance
from engine.domain.dossier import Dossier
from engine.domain.instance import Instance, WorkItem
from engine.domain.process import Version


def start(ctx: Context, version: Version, dossier: Dossier, parties: Mapping[str, str],
          answers: Mapping[str, Any]) -> tuple[Instance, list[WorkItem]]:
    """The first step of the first pool. `parties` say which unit each name of the diagram means."""
    process_id = ctx.workflow.processes(version)[0]
    given = {"received_by": dossier.received_by, "channel": dossier.channel.name.lower(), "dossier_code": None,
             "due_at": None, "accepted_at": None, **answers}
    instance = new_instance(ctx, version.id, process_id, dossier.id, parties, given)
    step = ctx.workflow.start(version, process_id, given, moment(ctx, parties))
    return begin(ctx, instance, step)
