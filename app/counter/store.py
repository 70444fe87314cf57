"""What the owner's electronic store holds already, so that nobody asks for it again (NĐ 45/2020/NĐ-CP Art. 16)."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app import reading
from app.wiring import current_actor, current_engine
from engine.domain.dossier import Party
from engine.domain.procedure import ProcedureFacts
from engine.domain.vault import ReusedPaper, VaultPaper, identity_of
from engine.queries.vault import usable


def stored(facts: ProcedureFacts, owner: Party) -> dict[str, list[VaultPaper]]:
    """Valid papers by component; nothing until the owner's identification number is written down."""
    types = {each.key: each.paper_type for each in facts.components if each.paper_type}
    if not types or not identity_of(owner.id_number):
        return {}
    engine = current_engine()
    found = engine.read(usable, current_actor(), owner.id_number, types.values(), engine.today())
    for dossier_id in {each.dossier_id for each in found}:
        reading.note(dossier_id, "/kho")
    return {key: [each for each in found if each.paper_type == wanted] for key, wanted in types.items()}


def chosen(fields: MultiDict[str, str]) -> tuple[ReusedPaper, ...]:
    """The papers of the store that the officer ticked."""
    ticked = (each.partition("/") for each in fields.getlist("reuse"))
    return tuple(ReusedPaper(key, paper_id) for key, _, paper_id in ticked)
