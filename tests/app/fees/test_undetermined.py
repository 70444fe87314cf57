"""Answers that tell no fee are refused on the page on which they were typed, and nothing of them is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.bootstrap import Engine
from engine.commands.applicants import Wishes
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import SubmitDossier
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM, Actor
from tests.app.client import Client
from tests.conftest import actor_named
from tests.engine import costly
from tests.engine.acts import open_task

SignIn = Callable[[str], Client]
DIRECT = b"direct: {term: 5 working_day}"
UNTOLD = "Chưa tính được Phí bản sao"


@pytest.fixture
def officer(engine: Engine) -> Actor:
    facts = costly.ASKED_AGAIN.facts_yaml.replace(DIRECT, DIRECT + b", online: {term: 5 working_day}")
    engine.execute(PublishPackage(replace(costly.ASKED_AGAIN, facts_yaml=facts)), SYSTEM)
    return actor_named(engine, "tiepnhan")


def asked(engine: Engine, officer: Actor, dossier_id: str) -> str:
    """The path of the request for the number of copies."""
    marked = {"wrong_fields": ["copies"], "reason": "Sai"}
    engine.execute(CompleteTask(open_task(engine, dossier_id), marked), officer)
    return f"/ho-so/{dossier_id}/bo-sung"


def kept(somebody: Client, path: str, **fields: str) -> bool:
    """Whether the page that refused them still shows the answers, beside the reason."""
    somebody.get(path)
    page = somebody.submit(path, {"copies": "-1", **fields}, 422)
    return UNTOLD in page.main and page.filled(path)["copies"] == "-1"


def test_at_the_counter_an_answered_request_and_a_correction_keep_what_was_typed(
        engine: Engine, officer: Actor, sign_in: SignIn) -> None:
    dossier_id = costly.file(engine, officer, "asked-again")
    counter = sign_in("tiepnhan")
    assert kept(counter, f"/ho-so/{dossier_id}/dinh-chinh", reason="Gõ nhầm")
    assert kept(counter, asked(engine, officer, dossier_id))


def test_an_applicant_who_answers_a_request_keeps_what_he_typed(
        engine: Engine, officer: Actor, sign_in: SignIn) -> None:
    citizen = actor_named(engine, "congdan")
    filed = engine.execute(SubmitDossier(
        "asked-again", "online", "commune-centre", {"name": "Nguyễn Văn An"}, costly.ASKED,
        wishes=Wishes()), citizen)
    engine.execute(CompleteTask(open_task(engine, filed["dossier_id"]), {"decision": "accept"}), officer)
    assert kept(sign_in("congdan"), f"/cong-dan{asked(engine, officer, filed['dossier_id'])}")
