"""More communes like the one of the sample administration: a million dossiers are a province, not one counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import sqlalchemy as sa

from engine.seeding.names import COMMUNES, full_name
from engine.store.tables import account, membership, route, unit

SAMPLE_COMMUNE = "Tân An"
CODES_FROM = 100
"""Agencies of real samples have codes of two digits in this place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where copies of a life happen: what takes the place of the sample's units, their codes and their people."""

    commune: str = SAMPLE_COMMUNE
    words: Mapping[str, str] = field(default_factory=dict)


def places(connection: sa.Connection, count: int, chance: Random) -> list[Place]:
    """The sample's own commune, and as many more as asked for; their units, routes and people are written.

    Nobody can sign in there: the sample's password is known to everybody.
    """
    known = set(connection.scalars(sa.select(unit.c.name)))
    free = [name for name in COMMUNES if not any(name in each for each in known)]
    return [Place(), *(_founded(connection, number, name, chance) for number, name in enumerate(free[:count - 1], 1))]


def _founded(connection: sa.Connection, number: int, commune: str, chance: Random) -> Place:
    units = connection.execute(sa.select(unit).where(unit.c.name.contains(SAMPLE_COMMUNE))).mappings().all()
    local = {row["id"]: f"{row['id']}-{number:03d}" for row in units}
    codes = {row["code"]: _code(row["code"], number) for row in units}
    connection.execute(sa.insert(unit), [
        {**row, "id": local[row["id"]], "code": codes[row["code"]],
         "name": row["name"].replace(SAMPLE_COMMUNE, commune),
         "address": row["address"].replace(SAMPLE_COMMUNE, commune),
         "parent_id": local.get(row["parent_id"], row["parent_id"])} for row in _parents_first(units)])
    _route(connection, local)
    people = _employ(connection, local, number, chance)
    return Place(commune, {**local, **codes, **people, SAMPLE_COMMUNE: commune})


def _parents_first(units: Any) -> list[Any]:
    return sorted(units, key=lambda row: (row["parent_id"] is not None, row["code"]))


def _code(code: str, number: int) -> str:
    """`H99.01.02` becomes `H99.103.02` in the third commune."""
    first, _, rest = code.partition(".")
    return ".".join([first, str(CODES_FROM + number), *rest.split(".")[1:]])


def _route(connection: sa.Connection, local: Mapping[str, str]) -> None:
    rows = connection.execute(sa.select(route).where(route.c.unit_id.in_(local))).mappings().all()
    if rows:
        connection.execute(sa.insert(route), [
            {**row, "unit_id": local[row["unit_id"]],
             "target_unit_id": local.get(row["target_unit_id"], row["target_unit_id"])} for row in rows])


def _employ(connection: sa.Connection, local: Mapping[str, str], number: int, chance: Random) -> dict[str, str]:
    """Everybody of the sample's commune has a counterpart; returns who is whose, by id and by name."""
    rows = connection.execute(sa.select(membership).where(membership.c.unit_id.in_(local))).mappings().all()
    wanted = {row["account_id"] for row in rows}
    people = connection.execute(sa.select(account).where(account.c.id.in_(wanted))).mappings().all()
    ids = {row["id"]: f"{row['id'][:36]}-{number:03d}" for row in people}
    names = {row["name"]: full_name(chance) for row in people}
    if people:
        connection.execute(sa.insert(account), [
            {**row, "id": ids[row["id"]], "login": f"{row['login']}.{number:03d}", "name": names[row["name"]],
             "active": False} for row in people])
        connection.execute(sa.insert(membership), [
            {**row, "unit_id": local[row["unit_id"]], "account_id": ids[row["account_id"]]} for row in rows])
    return {**ids, **names}
