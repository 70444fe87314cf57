"""A diagram asked the applicant for more: the marked request is written down, within the number the rules allow.

The marks are variables of the instance: `missing` (keys of papers), `wrong_fields` (keys of the application form) and
`reason`, as the officer's form set them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.commands.context import Context
from engine.domain import procedure, supplement, time_limit
from engine.domain.dossier import Dossier
from engine.domain.occasion import Happening, Occasion
from engine.domain.procedure import ProcedureFacts
from engine.domain.supplement import SupplementLimit, SupplementPhase, SupplementRequest
from engine.forms import schema as form_schema

ASKS = "supplement"
"""The answer by which an officer asks for more, whatever the question is called."""

_CLOSING = frozenset({Occasion.ACCEPTED, Occasion.SUPPLEMENT_RECEIVED})


def note_request(ctx: Context, happening: Happening) -> None:
    """The listener: writes the request when it is made, and closes it when the dossier goes on."""
    if happening.occasion is Occasion.SUPPLEMENT_REQUESTED:
        _write(ctx, happening.dossier, happening.variables)
    elif happening.occasion in _CLOSING:
        for each in ctx.uow.changes.requests(happening.dossier.id):
            if each.answered_at is None:
                ctx.uow.changes.answer(each.id, (), ctx.actor.id, ctx.now)


def refuse_over_limit(ctx: Context, dossier: Dossier | None, answers: Mapping[str, Any]) -> None:
    """Before a step is completed whose answer asks for more. Raises SupplementLimit."""
    if dossier is None or dossier.accepted_at is None or ASKS not in _texts(answers.values()):
        return
    most = facts_of(ctx, dossier).rules(dossier.rule_pack).max_supplements
    if not supplement.used_up(ctx.uow.changes.requests(dossier.id), most):
        return
    if ctx.uow.changes.unused_approval(dossier.id) is None:
        raise SupplementLimit(most=most, dossier=dossier.code or dossier.id)


def facts_of(ctx: Context, dossier: Dossier) -> ProcedureFacts:
    """The procedure as it was published when the dossier was filed."""
    return procedure.from_mapping(ctx.version(dossier.version_id).facts)


def _write(ctx: Context, dossier: Dossier, variables: Mapping[str, Any]) -> None:
    facts = facts_of(ctx, dossier)
    asked = form_schema.published(ctx.version(dossier.version_id).forms[facts.application_form])
    request = SupplementRequest(
        id=ctx.uow.new_id(), dossier_id=dossier.id, reason=str(variables.get("reason") or ""),
        phase=SupplementPhase.PROCESSING if dossier.accepted_at else SupplementPhase.INTAKE,
        missing=_known(variables.get("missing"), (each.key for each in facts.components)),
        wrong_fields=_known(variables.get("wrong_fields"), (each.key for each in asked.fields)),
        asked_at=ctx.now, asked_by=ctx.actor.id, due_at=_due_at(ctx, dossier, facts))
    ctx.uow.changes.add_request(request)
    approval = ctx.uow.changes.unused_approval(dossier.id)
    if approval and request.phase is SupplementPhase.PROCESSING:
        ctx.uow.changes.use_approval(approval, request.id)


def _due_at(ctx: Context, dossier: Dossier, facts: ProcedureFacts) -> datetime:
    days = facts.rules(dossier.rule_pack).supplement_due_days
    ends_at = time_limit.due_at(
        ctx.now, time_limit.parse(f"{days} working_day"), ctx.calendars.of(dossier.received_by))
    assert ends_at is not None, "a term in working days ends"
    return ends_at.astimezone(UTC)


def _known(marked: object, keys: Iterable[str]) -> tuple[str, ...]:
    """In the order of the procedure; a variable that is no list marks nothing."""
    chosen = marked if isinstance(marked, list) else []
    return tuple(key for key in keys if key in chosen)


def _texts(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
