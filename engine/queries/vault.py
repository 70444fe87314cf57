"""What a person's electronic store holds, for the person himself and for the officer he stands before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select

from engine.domain.actor import Actor, Role
from engine.domain.citizen import Assurance
from engine.domain.errors import NotFound
from engine.domain.vault import PaperStanding, VaultPaper, identity_of
from engine.store.citizen_tables import citizen_profile
from engine.store.file_rows import as_vault_paper
from engine.store.file_tables import vault_paper


def proven_identity(conn: Connection, account_id: str) -> str:
    """The identification number that an identity provider vouched for; empty when the citizen only typed one."""
    row = conn.execute(select(citizen_profile.c.id_number).where(
        citizen_profile.c.account_id == account_id,
        citizen_profile.c.assurance == Assurance.PROVEN.value)).one_or_none()
    return identity_of(row.id_number) if row else ""


def own_papers(conn: Connection, actor: Actor) -> tuple[VaultPaper, ...]:
    """The store of the citizen who asks, the newest first; empty without a proven identity."""
    identity = proven_identity(conn, actor.id)
    return papers_of(conn, identity) if identity else ()


def own_paper(conn: Connection, actor: Actor, paper_id: str) -> VaultPaper:
    """One paper of the citizen's own store. Raises NotFound for anybody else's."""
    found = next((each for each in own_papers(conn, actor) if each.id == paper_id), None)
    if found is None:
        raise NotFound(what="paper")
    return found


def papers_of(conn: Connection, identity: str) -> tuple[VaultPaper, ...]:
    """Everything kept for this identification number. The caller has checked that it is the owner's."""
    asked = select(vault_paper).where(vault_paper.c.identity == identity_of(identity), vault_paper.c.identity != "")
    rows = conn.execute(asked.order_by(vault_paper.c.kept_at.desc(), vault_paper.c.id.desc()))
    return tuple(as_vault_paper(row) for row in rows)


def usable(conn: Connection, actor: Actor, identity: str, types: Iterable[str], on: date) -> tuple[VaultPaper, ...]:
    """Valid papers of these types for the owner at the counter; the newest of each type first.

    Raises NotFound unless the actor receives dossiers: nobody browses other people's stores.
    """
    if not actor.has(Role.RECEPTION_OFFICER):
        raise NotFound(what="vault")
    wanted = set(types)
    return tuple(each for each in papers_of(conn, identity)
                 if each.paper_type in wanted and each.standing(on) is PaperStanding.VALID)
