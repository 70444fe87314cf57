"""Citizens of these tests: how they come in, and what they hand in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.bootstrap import Engine
from engine.commands.citizens import EnterByIdentity
from engine.commands.definitions import PublishPackage
from engine.domain.actor import SYSTEM, Actor
from engine.queries.people import account_by_id
from tests.engine.procedures import FIVE_STEPS

FOR_AN = {"name": "Nguyễn Văn An"}


def citizen(engine: Engine, subject: str = "an", **told: Any) -> Actor:
    """Somebody for whom an identity provider vouches; the same subject is the same person."""
    entered = engine.execute(EnterByIdentity(subject, "https://id.example", told.pop("name", "Nguyễn Văn An"), **told),
                             SYSTEM)
    account = engine.read(account_by_id, entered["account_id"])
    assert account is not None
    return account.actor


ONLINE = """
slug: {slug}
code: "9.999998"
name: {{vi: Thủ tục trực tuyến, en: Online procedure}}
field: {{vi: Thử, en: Test}}
execution_level: commune
channels: {{direct: {{term: 5 working_day, fee: 0}}, online: {{term: 5 working_day, fee: 0}}}}
components: [{{key: identity, name: {{vi: Giấy tờ, en: Paper}}, required: false}}]
lead_agency: civil_status
agencies: [civil_status, commune_police]
legal_basis: [Không]
results: [{{key: result, name: {{vi: Kết quả, en: Result}}}}]
authorisation: {authorisation}
"""


def publish_online(engine: Engine) -> None:
    """Three procedures that citizens may file, which differ in who may do it for another."""
    for slug, authorisation in (("plain", "allowed"), ("guarded", "certified"), ("personal", "forbidden")):
        facts = ONLINE.format(slug=slug, authorisation=authorisation).encode()
        engine.execute(PublishPackage(replace(FIVE_STEPS, slug=slug, facts_yaml=facts)), SYSTEM)
