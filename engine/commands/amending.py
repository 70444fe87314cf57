"""The application of a dossier as its running instances know it, read and put right without a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.commands.asking import facts_of
from engine.commands.context import Context
from engine.domain.dossier import Dossier
from engine.domain.instance import Instance
from engine.forms import schema as form_schema
from engine.forms.schema import Form


def running(ctx: Context, dossier_id: str) -> list[Instance]:
    """The instances of the dossier that have not ended, locked, the first to begin first."""
    return [ctx.uow.instances.load(each) for each in ctx.uow.instances.running(dossier_id)]


def application_form(ctx: Context, it: Dossier) -> Form:
    """The form that the applicant filled in."""
    return form_schema.published(ctx.version(it.version_id).forms[facts_of(ctx, it).application_form])


def application(form: Form, instances: Sequence[Instance]) -> dict[str, Any]:
    """The answers by key; where agencies know different ones, the instance that began with the application is right."""
    known: dict[str, Any] = {}
    for instance in instances:
        known = {**instance.variables, **known}
    return {each.key: known.get(each.key) for each in form.fields}


def rewrite(ctx: Context, instances: Sequence[Instance], values: Mapping[str, Any]) -> None:
    """Gives every instance that knows one of these answers the new one."""
    for instance in instances:
        mine = {key: value for key, value in values.items() if key in instance.variables}
        if mine:
            ctx.uow.instances.rewrite(instance, mine, ctx.now)
