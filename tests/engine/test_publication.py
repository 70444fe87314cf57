"""Publishing: the gate refuses, the same content is the same version, a running dossier keeps the one it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.bootstrap import Engine
from engine.commands.definitions import PublishDraft, PublishPackage, UploadDraft
from engine.domain.actor import SYSTEM
from engine.domain.errors import DiagramRefused, NotAllowed
from engine.domain.review import Package
from engine.queries.counter import offered_procedure
from engine.store.tables import instance
from engine.testing import FrozenClock
from tests.conftest import actor_named
from tests.engine.acts import rows, submit
from tests.engine.procedures import FIVE_STEPS

BROKEN = replace(FIVE_STEPS, diagram=FIVE_STEPS.diagram.replace(b'targetRef="Main_Appraise"', b'targetRef="Nowhere"'))
RENAMED = replace(FIVE_STEPS, diagram=FIVE_STEPS.diagram.replace(b'name="Approve"', b'name="Sign"'))


def test_a_draft_may_be_broken_but_is_never_published(engine: Engine) -> None:
    analyst = actor_named(engine, "phantich")
    draft = engine.execute(UploadDraft(BROKEN), analyst)
    assert draft["publishable"] is False
    with pytest.raises(DiagramRefused) as refused:
        engine.execute(PublishDraft(draft["draft_id"]), analyst)
    assert refused.value.facts["problems"]


def test_a_good_draft_becomes_the_next_version_once(engine: Engine) -> None:
    analyst = actor_named(engine, "phantich")
    draft = engine.execute(UploadDraft(RENAMED), analyst)
    first = engine.execute(PublishDraft(draft["draft_id"], "12/QĐ-UBND"), analyst)
    again = engine.execute(PublishDraft(draft["draft_id"], "12/QĐ-UBND"), analyst)
    assert (first["number"], again["number"], again["repeated"]) == (2, 2, True)


@pytest.mark.parametrize("login", ["tiepnhan", "lanhdao", "quantri"])
def test_only_procedure_control_uploads_and_publishes(engine: Engine, login: str) -> None:
    with pytest.raises(NotAllowed):
        engine.execute(UploadDraft(RENAMED), actor_named(engine, login))
    with pytest.raises(NotAllowed):
        engine.execute(PublishPackage(RENAMED), actor_named(engine, login))


def test_a_running_dossier_keeps_the_version_it_was_filed_under(engine: Engine) -> None:
    officer = actor_named(engine, "tiepnhan")
    submit(engine, officer, "five-steps")
    engine.execute(PublishPackage(RENAMED), SYSTEM)
    submit(engine, officer, "five-steps")
    assert [engine.version(row.version_id).number for row in rows(engine, instance)] == [1, 2]


def test_better_rehearsals_do_not_make_another_law(engine: Engine) -> None:
    rehearsed = replace(FIVE_STEPS, scenarios_yaml=b"scenarios: [{name: another}]")
    assert engine.execute(PublishPackage(rehearsed), SYSTEM)["repeated"] is True


def test_a_form_changed_is_a_new_version(engine: Engine) -> None:
    changed: Package = replace(FIVE_STEPS, forms={**FIVE_STEPS.forms, "note": FIVE_STEPS.forms["intake-check"]})
    assert engine.execute(PublishPackage(changed), SYSTEM)["number"] == 2


def test_a_version_applies_from_its_day_and_not_before(engine: Engine) -> None:
    officer, clock = actor_named(engine, "tiepnhan"), engine.clock
    assert isinstance(clock, FrozenClock)
    engine.execute(PublishPackage(RENAMED, "12/QĐ-UBND", engine.today() + timedelta(days=1)), SYSTEM)
    submit(engine, officer, "five-steps")
    assert engine.read(offered_procedure, "five-steps", engine.today()).number == 1
    clock.advance(timedelta(days=1))
    submit(engine, officer, "five-steps")
    assert engine.read(offered_procedure, "five-steps", engine.today()).number == 2
    assert [engine.version(row.version_id).number for row in rows(engine, instance)] == [1, 2]


def test_going_back_to_an_older_content_is_a_new_version_but_a_start_undoes_nothing(engine: Engine) -> None:
    engine.execute(PublishPackage(RENAMED), SYSTEM)
    started = engine.execute(PublishPackage(FIVE_STEPS, unless_known=True), SYSTEM)
    assert (started["number"], started["repeated"]) == (1, True)
    assert engine.read(offered_procedure, "five-steps", engine.today()).number == 2
    back = engine.execute(PublishPackage(FIVE_STEPS), SYSTEM)
    assert (back["number"], back["repeated"]) == (3, False)
    assert engine.read(offered_procedure, "five-steps", engine.today()).number == 3
