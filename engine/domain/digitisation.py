"""Which way a component may go while its papers are made electronic (domain.md 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.dossier import ComponentState
from engine.domain.errors import DomainError
from engine.domain.vault import FileSource

_S = ComponentState
STEPS: Mapping[ComponentState, frozenset[ComponentState]] = {
    _S.REQUIRED: frozenset({_S.PRESENT, _S.REPLACED_BY_DATA, _S.PENDING_CHECK, _S.NOT_APPLICABLE}),
    _S.PENDING_CHECK: frozenset({_S.PRESENT, _S.REPLACED_BY_DATA, _S.REQUIRED, _S.NOT_APPLICABLE}),
    _S.PRESENT: frozenset({_S.PENDING_CHECK, _S.REQUIRED, _S.REPLACED_BY_DATA}),
    _S.REPLACED_BY_DATA: frozenset({_S.REQUIRED, _S.PENDING_CHECK, _S.PRESENT}),
    _S.NOT_APPLICABLE: frozenset({_S.REQUIRED}),
}
"""A paper found wanting is asked for again; what does not apply must be asked for before it can be there."""

MOST_PAGES = 10_000


class ComponentMoveRefused(DomainError):
    """A component does not go that way; `facts` have `current` and `to`."""

    code = "component_move_refused"


def refuse_impossible(current: ComponentState, to: ComponentState, source: FileSource, original_seen: bool) -> None:
    """Raises ComponentMoveRefused for a way there is not, and for a scan whose original nobody saw.

    A scan counts as present only when an officer compared it with the paper (NĐ 45/2020 Art. 25).
    """
    if to is not current and to not in STEPS[current]:
        raise ComponentMoveRefused(**_facts(current, to))
    if to is _S.PRESENT and source is FileSource.PAPER_SCAN and not original_seen:
        raise ComponentMoveRefused(**_facts(current, to))


def _facts(current: ComponentState, to: ComponentState) -> Mapping[str, Any]:
    return {"current": current, "to": to}
