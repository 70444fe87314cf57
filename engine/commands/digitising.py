"""Making papers electronic: where each came from, whether the original was seen, and new versions of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context
from engine.commands.dossiers import may_work_on_papers
from engine.commands.filing import UploadedFile, attach_all, keep_files
from engine.commands.handler import Handler
from engine.domain.digitisation import MOST_PAGES, refuse_impossible
from engine.domain.dossier import ComponentState
from engine.domain.errors import Conflict, InvalidInput, NotFound
from engine.domain.vault import Digitisation, FileSource


@dataclass(frozen=True, slots=True)
class DigitiseComponent:
    """What an officer found about one component: its state, where its file came from, how many pages it has."""

    dossier_id: str
    component_key: str
    state: str
    source: str
    original_seen: bool = False
    pages: int = 0


@dataclass(frozen=True, slots=True)
class ReplaceFile:
    """A better file takes the place of one; the earlier one is kept and shown as an earlier version."""

    dossier_id: str
    attachment_id: str
    file: UploadedFile

    @property
    def files(self) -> tuple[UploadedFile, ...]:
        """One file, taken in like many."""
        return (self.file,)


def digitise(ctx: Context, command: DigitiseComponent) -> dict[str, Any]:
    """Raises NotFound (component), InvalidInput, ComponentMoveRefused."""
    component = ctx.uow.changes.papers(command.dossier_id).get(command.component_key)
    if component is None:
        raise NotFound(what="component")
    state, source = _chosen(command)
    refuse_impossible(component.state, state, source, command.original_seen)
    ctx.uow.changes.set_paper(command.dossier_id, component.key, {"state": state.value})
    ctx.uow.files.digitise(Digitisation(command.dossier_id, component.key, source, command.original_seen,
                                        command.pages, ctx.now, ctx.actor.id))
    return {"dossier_id": command.dossier_id, "before": component.state.value, "state": state.value}


def replace_file(ctx: Context, command: ReplaceFile) -> dict[str, Any]:
    """Raises NotFound for a file that is not of this dossier, Conflict when somebody replaced it first.

    Raises ResultGuarded for the document that the agency made itself.
    """
    earlier = ctx.uow.files.attachment(command.attachment_id)
    if earlier is None or earlier.dossier_id != command.dossier_id:
        raise NotFound(what="attachment")
    if earlier.id not in {each.id for each in ctx.uow.files.current(command.dossier_id)}:
        raise Conflict(what="attachment")
    file = UploadedFile(earlier.component_key, command.file.filename, "", b"")
    (new_id,) = attach_all(ctx, command.dossier_id, (file,), ctx.prepared, replaces=earlier.id)
    return {"dossier_id": command.dossier_id, "attachment_id": new_id}


def _chosen(command: DigitiseComponent) -> tuple[ComponentState, FileSource]:
    problems = {}
    if command.state not in {each.value for each in ComponentState}:
        problems["state"] = "not_choice"
    if command.source not in {each.value for each in FileSource}:
        problems["source"] = "not_choice"
    if not 0 <= command.pages <= MOST_PAGES:
        problems["pages"] = "max"
    if problems:
        raise InvalidInput(problems=problems)
    return ComponentState(command.state), FileSource(command.source)


HANDLERS: Mapping[type, Handler] = {
    DigitiseComponent: Handler(digitise, may_work_on_papers, "audit.digitise_component", "dossier_id"),
    ReplaceFile: Handler(replace_file, may_work_on_papers, "audit.replace_file", "dossier_id", keep_files),
}
