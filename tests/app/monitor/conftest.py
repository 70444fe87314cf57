"""An admin, and a dossier that stands still because of an expression."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import Engine
from engine.commands.definitions import PublishPackage
from engine.domain.actor import SYSTEM, Actor
from engine.store.tables import instance
from tests.app.client import Client
from tests.engine import acts
from tests.engine.drawing import Pool, catch, end, milestone, package, script, start, throw, timer, user

ACCEPTED = milestone("Accepted", nationalStatus="2", clock="start")
BRITTLE = package("brittle", Pool("Main", "receiving", "reception_officer", [
    start(), user("Receive", "intake-check", "receive"), ACCEPTED, script("Reckon", "doubled = subject * 2"),
    user("Return"), end(),
]))
LONELY = package("lonely", Pool("Main", "receiving", "reception_officer", [
    start(), user("Receive", "intake-check", "receive"), throw("Ask", "nobody_listens"), catch("Hear", "never_said"),
    user("Return"), end(),
]))
PATIENT = package("patient", Pool("Main", "receiving", "reception_officer", [
    start(), user("Receive", "intake-check", "receive"), ACCEPTED, timer("Wait", "P2D"), user("Return"), end(),
]))


@pytest.fixture
def admin(sign_in: Callable[[str], Client]) -> Client:
    """The process administrator of the sample commune."""
    return sign_in("quantri")


@pytest.fixture
def running(engine: Engine, actor: Callable[[str], Actor]) -> Callable[..., str]:
    """Publishes a package, files a dossier that passes its intake check, and gives the id of its first instance."""
    def run(given=BRITTLE) -> str:
        engine.execute(PublishPackage(given), SYSTEM)
        dossier_id = acts.received(engine, actor("tiepnhan"), given.slug)
        return str(acts.rows(engine, instance, business_key=dossier_id)[0].id)
    return run
