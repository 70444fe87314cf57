"""Why a step stands open again: an automatic one that followed it could not be done, and the diagram caught that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.domain.process import NodePhase
from engine.queries.outline import HUMAN
from engine.store.tables import history


@dataclass(frozen=True, slots=True)
class SentBack:
    """Both as they are written on the diagram: the step that was tried, and the event that caught its failure."""

    tried: str
    caught: str


def sent_back(conn: Connection, instance_id: str) -> SentBack | None:
    """What has been caught since somebody last completed a step of this instance; None where nothing has."""
    of_it = select(history).where(history.c.instance_id == instance_id).order_by(history.c.seq.desc()).limit(1)
    failed = conn.execute(of_it.where(history.c.phase == NodePhase.FAILED.value)).one_or_none()
    by_hand = history.c.phase == NodePhase.COMPLETED.value, history.c.type.in_(HUMAN)
    done = conn.execute(of_it.where(*by_hand)).one_or_none()
    if failed is None or "caught_by" not in failed.data or (done is not None and done.seq > failed.seq):
        return None
    caught = conn.execute(of_it.where(history.c.node_id == failed.data["caught_by"])).one_or_none()
    return SentBack(failed.name, caught.name) if caught is not None else None
