"""Accounts, units and the routes between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.account import Credential, NewAccount
from engine.domain.actor import Actor, ActorKind, Membership, Role
from engine.domain.errors import NotFound
from engine.domain.organisation import Unit
from engine.store.organisation_rows import stand_ins_of
from engine.store.tables import account, membership, route, unit

ONE_STOP = "one_stop"


class SqlPeopleRows:
    """Implements `ports.PeopleRows`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._unit_codes: dict[str, str] = {}

    def meet(self, unit_id: str | None, code: str | None) -> None:
        """Remembers a unit's code that another query read along."""
        if unit_id and code:
            self._unit_codes[unit_id] = code

    def credential(self, login: str) -> Credential | None:
        """What sign-in needs; None for an unknown login."""
        return self._credential(sa.select(account).where(account.c.login == login.strip().lower()))

    def held_credential(self, login: str) -> Credential | None:
        """The same, locked until the transaction ends, so that two wrong passwords count as two."""
        return self._credential(
            sa.select(account).where(account.c.login == login.strip().lower()).with_for_update())

    def _credential(self, asked: sa.Select[Any]) -> Credential | None:
        row = self._connection.execute(asked).one_or_none()
        if row is None:
            return None
        return Credential(row.id, row.name, row.password_hash, row.active, row.failed_count, row.locked_until,
                          row.session_epoch)

    def save_attempt(self, account_id: str, failed_count: int, locked_until: datetime | None) -> None:
        """How many wrong passwords in a row, and until when they lock the account."""
        self._connection.execute(sa.update(account).where(account.c.id == account_id).values(
            failed_count=failed_count, locked_until=locked_until))

    def add_account(self, it: NewAccount) -> None:
        """A new account with its memberships."""
        self._connection.execute(sa.insert(account).values(
            id=it.id, login=it.login.strip().lower(), name=it.name, password_hash=it.password_hash, kind=it.kind.value,
            active=True, failed_count=0, session_epoch=0, created_at=it.created_at))
        rows = [{"account_id": it.id, "unit_id": m.unit_id, "role": m.role.value} for m in it.memberships]
        if rows:
            self._connection.execute(sa.insert(membership), rows)

    def set_password(self, login: str, password_hash: str) -> str:
        """Ends every session of the account, too. Raises NotFound."""
        account_id: str | None = self._connection.scalar(
            sa.select(account.c.id).where(account.c.login == login.strip().lower()))
        if account_id is None:
            raise NotFound(what="account", login=login)
        self._connection.execute(sa.update(account).where(account.c.id == account_id).values(
            password_hash=password_hash, session_epoch=account.c.session_epoch + 1, failed_count=0, locked_until=None))
        return account_id

    def actor(self, account_id: str) -> Actor | None:
        """An active account as an actor."""
        row = self._connection.execute(
            sa.select(account.c.id, account.c.name, account.c.kind)
            .where(account.c.id == account_id, account.c.active)).one_or_none()
        if row is None:
            return None
        held = self._connection.execute(
            sa.select(membership.c.unit_id, membership.c.role).where(membership.c.account_id == account_id))
        return Actor(row.id, row.name, ActorKind(row.kind),
                     frozenset(Membership(m.unit_id, Role(m.role)) for m in held),
                     stand_ins_of(self._connection, row.id))

    def has_units(self) -> bool:
        """False only in a database that was just made."""
        return self._connection.execute(sa.select(unit.c.id).limit(1)).first() is not None

    def add_units(self, units: Sequence[Unit], routes: Mapping[str, Mapping[str, str]]) -> None:
        """Units (in any order: parents are set last) and the agencies each receiving unit means by a key."""
        self._connection.execute(sa.insert(unit), [
            {"id": u.id, "code": u.code, "name": u.name, "kind": u.kind, "level": u.level, "address": u.address,
             "phone": u.phone} for u in units])
        for child in (u for u in units if u.parent_id):
            self._connection.execute(sa.update(unit).where(unit.c.id == child.id).values(parent_id=child.parent_id))
        rows = [{"unit_id": unit_id, "agency_key": key, "target_unit_id": target}
                for unit_id, targets in routes.items() for key, target in targets.items()]
        self._connection.execute(sa.insert(route), rows)

    def unit(self, unit_id: str) -> Unit:
        """Raises NotFound."""
        row = self._connection.execute(sa.select(unit).where(unit.c.id == unit_id)).one_or_none()
        if row is None:
            raise NotFound(what="unit", unit=unit_id)
        self.meet(row.id, row.code)
        return Unit(row.id, row.code, row.name, row.kind, row.level, row.parent_id, row.address, row.phone)

    def save_unit(self, it: Unit) -> None:
        """A new unit, or other words about one that exists; its code and level stay."""
        known = self._connection.execute(sa.select(unit.c.id).where(unit.c.id == it.id)).first()
        words = {"name": it.name, "parent_id": it.parent_id, "address": it.address, "phone": it.phone}
        if known:
            self._connection.execute(sa.update(unit).where(unit.c.id == it.id).values(**words))
        else:
            self._connection.execute(
                sa.insert(unit).values(id=it.id, code=it.code, kind=it.kind, level=it.level, **words))

    def save_route(self, unit_id: str, agency_key: str, target_id: str | None) -> None:
        """Which unit the key means for dossiers received here; None forgets the key."""
        self._connection.execute(
            sa.delete(route).where(route.c.unit_id == unit_id, route.c.agency_key == agency_key))
        if target_id:
            self._connection.execute(
                sa.insert(route).values(unit_id=unit_id, agency_key=agency_key, target_unit_id=target_id))

    def unit_code(self, unit_id: str) -> str:
        """Raises NotFound."""
        if unit_id not in self._unit_codes:
            self.meet(unit_id, self._connection.scalar(sa.select(unit.c.code).where(unit.c.id == unit_id)))
        if unit_id not in self._unit_codes:
            raise NotFound(what="unit", unit=unit_id)
        return self._unit_codes[unit_id]

    def unit_by_code(self, code: str) -> str | None:
        """The unit's id; None for an unknown code."""
        return self._connection.scalar(sa.select(unit.c.id).where(unit.c.code == code))

    def routes(self, unit_id: str) -> Mapping[str, str]:
        """Which unit each agency key means for dossiers received here."""
        rows = self._connection.execute(
            sa.select(route.c.agency_key, route.c.target_unit_id).where(route.c.unit_id == unit_id))
        return {row.agency_key: row.target_unit_id for row in rows}

    def is_one_stop(self, unit_id: str) -> bool:
        """True for a unit that receives dossiers of every field."""
        return self._connection.scalar(sa.select(unit.c.kind).where(unit.c.id == unit_id)) == ONE_STOP

    def agency_keys(self) -> frozenset[str]:
        """Every agency key that some unit can route."""
        return frozenset(self._connection.scalars(sa.select(route.c.agency_key).distinct()))
