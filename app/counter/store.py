"""What the owner's electronic store holds already, so that nobody asks for it again (NĐ 45/2020/NĐ-CP Art. 16)."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from app.wiring import current_actor, current_engine
from engine.commands.reading import OpenStore
from engine.domain.dossier import Party
from engine.domain.procedure import ProcedureFacts
from engine.domain.vault import ReusedPaper, VaultPaper, identity_of
from engine.queries.vault import usable


def stored(facts: ProcedureFacts, owner: Party, unit_id: str, *, consent: bool) -> dict[str, list[VaultPaper]]:
    """Valid papers by component, and a line about the look.

    Nothing until the owner's identification number is written down and he said yes.
    """
    types = {each.key: each.paper_type for each in facts.components if each.paper_type}
    identity = identity_of(owner.id_number)
    if not types or not identity or not consent:
        return {}
    engine, actor = current_engine(), current_actor()
    engine.execute(OpenStore(unit_id, identity, consent), actor)
    found = engine.read(usable, actor, identity, types.values(), engine.today())
    return {key: [each for each in found if each.paper_type == wanted] for key, wanted in types.items()}


def chosen(fields: MultiDict[str, str]) -> tuple[ReusedPaper, ...]:
    """The papers of the store that the officer ticked."""
    ticked = (each.partition("/") for each in fields.getlist("reuse"))
    return tuple(ReusedPaper(key, paper_id) for key, _, paper_id in ticked)
