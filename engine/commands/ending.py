"""Ends instances before their diagrams do: what waits in them is taken back, and the history says so."""

from __future__ import annotations

from collections.abc import Collection

from engine.commands.context import Context
from engine.commands.terms import kind_of
from engine.domain.dossier import Dossier
from engine.domain.instance import Instance
from engine.domain.procedure import Kind
from engine.domain.process import InstanceStatus, NodePhase, Passage, Step, Waits
from engine.ports import Loaded


def end_all_but(ctx: Context, dossier: Dossier, spared: Collection[Kind]) -> None:
    """Ends every instance of the dossier that is not one of these side procedures; its own pools end too."""
    for instance_id in ctx.uow.instances.running(dossier.id):
        instance = ctx.uow.instances.load(instance_id)
        beside = instance.version_id != dossier.version_id
        if not (beside and kind_of(ctx, instance.version_id) in spared):
            _end(ctx, instance)


def end_beside(ctx: Context, dossier: Dossier, kinds: Collection[Kind]) -> None:
    """Ends the side procedures of these kinds that are still open."""
    for each in ctx.uow.instances.followers(dossier.id):
        open_beside = each.version_id != dossier.version_id and each.status not in ENDED
        if open_beside and kind_of(ctx, each.version_id) in kinds:
            _end(ctx, ctx.uow.instances.load(each.instance_id))


ENDED = frozenset({InstanceStatus.COMPLETED, InstanceStatus.TERMINATED})


def _end(ctx: Context, instance: Instance) -> None:
    if instance.status in ENDED:
        return  # it ended while we waited for its lock
    version = ctx.version(instance.version_id)
    waits = ctx.workflow.waits(Loaded(version, instance.process_id, instance.state, instance.variables))
    ctx.uow.instances.record(instance, _taken_back(instance, waits), [], ctx.actor.id, ctx.now)


def _taken_back(instance: Instance, waits: Waits) -> Step:
    named = {each.token_id: (each.node_id, "") for each in waits.timers}
    named |= {each.token_id: (each.node_id, "") for each in waits.subscriptions}
    named |= {each.token_id: (each.node_id, each.name) for each in waits.calls}
    named |= {each.token_id: (each.node_id, each.name) for each in waits.tasks}
    history = [Passage(token, node, name, "", NodePhase.CANCELLED) for token, (node, name) in named.items()]
    return Step(
        state=instance.state, status=InstanceStatus.TERMINATED,
        closed=tuple(each.token_id for each in waits.tasks),
        timers_cleared=tuple((each.token_id, each.slot) for each in waits.timers),
        subscriptions_cleared=tuple((each.token_id, each.slot) for each in waits.subscriptions),
        calls_cancelled=tuple(each.token_id for each in waits.calls), history=tuple(history),
    )
