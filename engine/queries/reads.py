"""Who looked at whose data: for auditors, who see that somebody looked and never at what he saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from engine.domain.actor import ActorKind
from engine.queries.paging import Page, page_of
from engine.store.citizen_tables import online_filing
from engine.store.dossier_tables import dossier
from engine.store.file_tables import read_log
from engine.store.tables import account


@dataclass(frozen=True, slots=True)
class ReadFilter:
    """What an auditor asked for; empty values ask for everything. `person` is a login or part of a name."""

    dossier: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One look. The dossier is named by its code or temporary reference; at the counter it may have neither yet."""

    at: datetime
    person: str
    login: str
    kind: ActorKind
    dossier_id: str
    dossier_code: str
    what: str
    reason: str


def reads(conn: Connection, asked: ReadFilter, page: int = 1) -> Page[ReadRow]:
    """Looks, the latest first."""
    return page_of(conn, _matching(asked).order_by(read_log.c.at.desc(), read_log.c.id.desc()), page, _row)


def _matching(asked: ReadFilter) -> Select[Any]:
    named = func.coalesce(dossier.c.code, online_filing.c.reference)
    found = select(read_log, account.c.name, account.c.login, named.label("code")).select_from(
        read_log.join(dossier, dossier.c.id == read_log.c.dossier_id)
        .outerjoin(online_filing, online_filing.c.dossier_id == dossier.c.id)
        .outerjoin(account, account.c.id == read_log.c.actor_id))
    if asked.dossier:
        found = found.where(or_(named == asked.dossier, dossier.c.id == asked.dossier))
    if asked.person:
        found = found.where(or_(account.c.login == asked.person.lower(),
                                account.c.name.icontains(asked.person, autoescape=True)))
    limits = [read_log.c.at >= asked.since] if asked.since else []
    limits += [read_log.c.at < asked.until] if asked.until else []
    return found.where(and_(True, *limits))


def _row(row: Row[Any]) -> ReadRow:
    return ReadRow(row.at, row.name or "", row.login or "", ActorKind(row.actor_kind), row.dossier_id, row.code or "",
                   row.what, row.reason)
