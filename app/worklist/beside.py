"""What an officer should see beside a step's form: dossiers that may be the same, what the applicant changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.wiring import current_actor, current_engine
from app.worklist.changed import ChangeLine, lines
from engine.domain import supplement
from engine.domain.dossier import NationalStatus
from engine.domain.supplement import SupplementRequest
from engine.queries import supplements
from engine.queries.supplements import PostMark, SeenTwin
from engine.queries.task import DossierFile, Task


@dataclass(frozen=True, slots=True)
class Beside:
    """`changes` answer the latest request; `waiting` is the request nobody has answered; `late` is the index's word."""

    twins: tuple[SeenTwin, ...]
    answered: SupplementRequest | None
    changes: tuple[ChangeLine, ...]
    waiting: SupplementRequest | None
    late: bool
    post_mark: PostMark | None


def beside(it: Task, file: DossierFile) -> Beside:
    """Twins only where a dossier is accepted or not: later it is too late to notice."""
    engine, dossier = current_engine(), file.dossier
    receives = it.may_complete and it.facts.get("kind") == "receive"
    requests = engine.read(supplements.requests_of, dossier.id)
    answered = next((each for each in reversed(requests) if each.answered_at and each.changes), None)
    asked = dossier.national_status is NationalStatus.SUPPLEMENT_REQUESTED
    return Beside(
        twins=engine.read(supplements.twins_of, current_actor(), dossier) if receives else (),
        answered=answered, changes=lines(answered.changes, file) if answered else (),
        waiting=_waiting(requests) if asked else None, late=supplement.counts_as_late(requests),
        post_mark=engine.read(supplements.post_mark, dossier.id) if receives else None)


def _waiting(requests: Sequence[SupplementRequest]) -> SupplementRequest | None:
    last = requests[-1] if requests else None
    return last if last and last.answered_at is None else None
