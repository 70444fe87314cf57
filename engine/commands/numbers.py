"""Document numbers: one sequence per agency, document type and year (NĐ 30/2020 restarts numbers each year)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.context import Context
from engine.commands.handler import Handler
from engine.commands.instances import only_the_engine
from engine.domain.calendar import VIETNAM
from engine.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class IssueNumber:
    """Asks for the number of one document. The same `act` gets the same number again."""

    dossier_id: str
    document_type: str
    act: str


def issue(ctx: Context, command: IssueNumber) -> dict[str, Any]:
    """Numbers belong to the competent agency, wherever they are issued. Raises NotFound."""
    dossier = ctx.uow.dossiers.get(command.dossier_id)
    if dossier is None:
        raise NotFound(what="dossier")
    year = ctx.now.astimezone(VIETNAM).year
    number = ctx.uow.dossiers.issue_number(
        command.act, dossier.competent, command.document_type, year, dossier.id, ctx.now)
    return {"number": number, "year": year}


HANDLERS: Mapping[type, Handler] = {
    IssueNumber: Handler(issue, only_the_engine, "audit.issue_number", "dossier_id"),
}
