"""After acceptance the receiving counter may put right what was taken in wrongly: with a reason and a trace.

The code of the dossier, its clock and its due date stay as they are (NĐ 45/2020 Art. 12.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from engine.commands import amending
from engine.commands.context import Context
from engine.commands.guarding import recognise
from engine.commands.handler import Handler
from engine.commands.happening import Happening, tell
from engine.commands.reckoning import reckon_anew
from engine.domain import change
from engine.domain.actor import Role
from engine.domain.change import Change, ChangeKind
from engine.domain.dossier import FINAL, ComponentState, Dossier, DossierComponent, Party
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.instance import Instance
from engine.domain.occasion import Occasion
from engine.forms import answers as form_answers

MOST_COPIES = 999


@dataclass(frozen=True, slots=True)
class CorrectDossier:
    """`owner` has fields of Party, `answers` keys of the application form; what is left out stays as it is.

    `papers` maps keys of components to any of `state`, `originals`, `copies`.
    """

    dossier_id: str
    reason: str
    owner: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def may_correct(ctx: Context, command: CorrectDossier) -> None:
    """Reception officers of the receiving unit, from acceptance until the end. Raises NotFound, NotAllowed."""
    it = ctx.dossier(command.dossier_id)
    mine = ctx.actor.has(Role.RECEPTION_OFFICER, it.received_by)
    if it.accepted_at is None or it.national_status in FINAL or not mine:
        raise NotAllowed(status=int(it.national_status))


def correct(ctx: Context, command: CorrectDossier) -> dict[str, Any]:
    """Raises FeeUndetermined, InvalidInput (by field; `reason` when it is missing, `form` when nothing differs)."""
    instances = amending.running(ctx, command.dossier_id)
    it = ctx.dossier(command.dossier_id)
    if not command.reason.strip():
        raise InvalidInput(problems={"reason": "required"})
    owner = _owner(it, command.owner)
    made = (*change.changes(ChangeKind.OWNER, asdict(it.owner), asdict(owner)),
            *_answers(ctx, it, instances, command.answers), *_papers(ctx, it, command.papers))
    if not made:
        raise InvalidInput(problems={"form": "nothing_changed"})
    ctx.uow.dossiers.save(replace(it, owner=owner))
    later = ctx.dossier(it.id)
    recognise(ctx, later)
    correction = ctx.uow.changes.add_correction(it.id, command.reason.strip(), made, ctx.actor.id, ctx.now)
    reckon_anew(ctx, later, made)
    tell(ctx, Happening(Occasion.CORRECTED, ctx.dossier(it.id), {}))
    return {"dossier_id": it.id, "correction_id": correction, "changes": len(made)}


def _owner(it: Dossier, given: Mapping[str, str]) -> Party:
    strange = sorted(set(given) - set(Party.__dataclass_fields__))
    if strange:
        raise InvalidInput(problems={key: "unknown" for key in strange})
    owner = replace(it.owner, **{key: str(value).strip() for key, value in given.items()})
    if not owner.name:
        raise InvalidInput(problems={"owner_name": "required"})
    return owner


def _answers(ctx: Context, it: Dossier, instances: list[Instance], given: Mapping[str, Any]) -> tuple[Change, ...]:
    """The published form checks the whole application with the corrections in it; hidden questions lose theirs."""
    if not given:
        return ()
    form = amending.application_form(ctx, it)
    before = amending.application(form, instances)
    values, problems = form_answers.check(form, {**before, **given}, {}, ctx.hidden)
    if problems:
        raise InvalidInput(problems=problems)
    made = change.changes(ChangeKind.ANSWER, before, values)
    amending.rewrite(ctx, instances, {each.key: each.new for each in made})
    return made


def _papers(ctx: Context, it: Dossier, given: Mapping[str, Mapping[str, Any]]) -> tuple[Change, ...]:
    known = ctx.uow.changes.papers(it.id)
    strange = {f"paper-{key}": "unknown" for key in given if key not in known}
    if strange:
        raise InvalidInput(problems=strange)
    made: list[Change] = []
    for key, told in given.items():
        values = _paper(known[key], told)
        before = {**asdict(known[key]), "state": known[key].state.value}
        different = {name: value for name, value in values.items() if before[name] != value}
        if different:
            ctx.uow.changes.set_paper(it.id, key, different)
            made.append(Change(ChangeKind.PAPER, key, {name: before[name] for name in different}, different))
    return tuple(made)


def _paper(known: DossierComponent, told: Mapping[str, Any]) -> dict[str, Any]:
    """State and numbers as they can be stored. Raises InvalidInput."""
    try:
        state = ComponentState(told.get("state", known.state.value))
        originals, copies = int(told.get("originals", known.originals)), int(told.get("copies", known.copies))
    except (TypeError, ValueError) as wrong:
        raise InvalidInput(problems={f"paper-{known.key}": "unknown"}) from wrong
    if not (0 <= originals <= MOST_COPIES and 0 <= copies <= MOST_COPIES):
        raise InvalidInput(problems={f"paper-{known.key}": "unknown"})
    return {"state": state.value, "originals": originals, "copies": copies}


HANDLERS: Mapping[type, Handler] = {
    CorrectDossier: Handler(correct, may_correct, "audit.correct_dossier", "dossier_id"),
}
