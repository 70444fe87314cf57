"""Before a dossier is accepted: it is complete, and the officer has seen the others that may be the same one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.commands.asking import ASKS, facts_of
from engine.commands.context import Context
from engine.commands.terms import kind_of
from engine.domain.dossier import Dossier
from engine.domain.errors import InvalidInput
from engine.domain.procedure import Kind
from engine.domain.twin import TwinsUnseen, owner_keys
from engine.forms import answers as form_answers
from engine.forms import schema as form_schema
from engine.forms.answers import AnswerProblem

ACCEPTS = "accept"
"""The answer by which a dossier is accepted at intake."""


def recognise(ctx: Context, dossier: Dossier) -> None:
    """Remembers under which names the owner is found again. Whoever complains twice complains about two things."""
    if kind_of(ctx, dossier.version_id) is not Kind.PETITION:
        ctx.uow.changes.recognise(dossier.id, owner_keys(dossier.owner))


def refuse_unseen(ctx: Context, dossier: Dossier | None, seen: bool) -> None:
    """Raises TwinsUnseen unless the officer said that he saw them, or there are none."""
    if dossier is None or seen:
        return
    hashes = ctx.uow.changes.hashes(dossier.id)
    found = ctx.uow.changes.twins(dossier.slug, owner_keys(dossier.owner), hashes, dossier.id)
    if found:
        raise TwinsUnseen(count=len(found))


def refuse_gaps(problems: Mapping[str, AnswerProblem], decision: str, marked: Collection[str]) -> None:
    """What is handed in is complete, unless it is refused or its gaps are marked. Raises InvalidInput by field.

    What is written must be readable in any case.
    """
    forgiven = set(problems) if decision not in ("", ACCEPTS, ASKS) else set(marked) if decision == ASKS else set()
    held = {key: each for key, each in problems.items() if each.code != "required" or key not in forgiven}
    if held:
        raise InvalidInput(problems=held)


def refuse_incomplete(ctx: Context, dossier: Dossier | None, known: Mapping[str, Any], asked: str) -> None:
    """Nothing that was left open when the counter asked for more is accepted. Raises InvalidInput for `asked`."""
    if dossier is None or dossier.accepted_at is not None:
        return
    version = ctx.version(dossier.version_id)
    form = form_schema.published(version.forms[facts_of(ctx, dossier).application_form])
    _, problems = form_answers.check(form, known, {}, ctx.hidden)
    open_still = sum(each.code == "required" for each in problems.values())
    if open_still:
        raise InvalidInput(problems={asked: AnswerProblem("application_gaps", {"count": open_still})})
