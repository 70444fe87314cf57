"""Small procedures that the system begins beside a dossier, as these tests publish them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.bootstrap import Engine
from engine.commands.definitions import PublishPackage
from engine.domain.actor import SYSTEM
from engine.domain.review import Package
from engine.queries import background
from engine.store.tables import version
from tests.engine.acts import instances_of, rows
from tests.engine.drawing import Pool, end, package, service, start, user
from tests.engine.procedures import FIVE_STEPS

FACTS = """
slug: {kind}
kind: {kind}
name: {{vi: Thử, en: Test}}
field: {{vi: Thử, en: Test}}
legal_basis: [Không]
"""
OFFICER, LEADER = "case_officer", "approver"


def beside(kind: str, *nodes: object, role: str = OFFICER) -> Package:
    """A side procedure of that kind whose steps follow each other at the agency that decides."""
    drawn = package(kind, Pool("Side", "lead", role, [start(), *nodes, end()]))  # type: ignore[list-item]
    forms = {key: data for key, data in drawn.forms.items() if key == "note"}
    return replace(drawn, facts_yaml=FACTS.format(kind=kind).encode(), forms=forms)


APOLOGY = beside("apology", user("Draft"), service("Promise", "reappoint", promised_on='"2026-03-11"', reason="note"))
EXTENSION = beside("extension", user("Ask"), service("Extend", "extend_term", days="5", ground="note"))
WITHDRAWAL = beside("withdrawal", user("Decide"), service("Stop", "stop_dossier", reason="note"), role=LEADER)
ESCALATION = beside("escalation", user("Urge"))
ONLINE = replace(FIVE_STEPS, slug="online-steps", facts_yaml=FIVE_STEPS.facts_yaml.replace(
    b"five-steps", b"online-steps").replace(b"direct:", b"online:"))
ALL = (APOLOGY, EXTENSION, WITHDRAWAL, ESCALATION)


@pytest.fixture
def furnished(engine: Engine) -> Engine:
    """The engine with all of them published."""
    for each in (*ALL, ONLINE):
        engine.execute(PublishPackage(each), SYSTEM)
    return engine


def kinds_beside(engine: Engine, dossier_id: str) -> list[str]:
    """The kinds of the side procedures that the dossier has had, in order."""
    slugs = {row.id: row.slug for row in rows(engine, version)}
    return [slugs[each.version_id] for each in instances_of(engine, dossier_id) if slugs[each.version_id] in
            {package.slug for package in ALL}]


def waiting_for_a_look(engine: Engine) -> list[str]:
    return list(engine.read(background.to_watch, engine.clock.now(), 100))
