"""After acceptance the counter puts right what was taken in wrongly; what stood there is kept, the code stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import Engine, load_package
from engine.commands.corrections import CorrectDossier
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.domain.actor import SYSTEM
from engine.domain.change import Change, ChangeKind
from engine.domain.errors import InvalidInput, NotAllowed
from engine.queries import supplements
from engine.queries.task import DossierFile, dossier_file, dossier_variables
from tests.conftest import actor_named
from tests.engine.test_supplements import CHILD


@pytest.fixture
def dossier_id(engine: Engine) -> str:
    engine.execute(PublishPackage(load_package("birth-registration")), SYSTEM)
    return filed(engine, IntakeDecision("accept"))


def filed(engine: Engine, intake: IntakeDecision) -> str:
    command = SubmitDossier("birth-registration", "direct", "commune-centre",
                            {"name": "Trần Thị Bình", "phone": "0912345678"}, CHILD, intake=intake)
    return str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])


def correct(engine: Engine, dossier_id: str, login: str = "tiepnhan2", reason: str = "Gõ nhầm", **what: Any) -> None:
    engine.execute(CorrectDossier(dossier_id, reason, **what), actor_named(engine, login))


def seen(engine: Engine, dossier_id: str) -> DossierFile:
    return engine.read(dossier_file, actor_named(engine, "tiepnhan"), dossier_id)


def test_a_correction_keeps_what_stood_there_and_the_code(engine: Engine, dossier_id: str, clock: Any) -> None:
    before = seen(engine, dossier_id).dossier
    clock.advance(timedelta(hours=1))
    correct(engine, dossier_id, owner={"phone": "0987654321"}, answers={"child_name": "Nguyễn Minh Anh"},
            papers={"identity_document": {"state": "present", "copies": 1}})

    after = seen(engine, dossier_id)
    assert (after.dossier.code, after.dossier.due_at) == (before.code, before.due_at)
    assert after.dossier.owner.phone == "0987654321"
    assert engine.read(dossier_variables, dossier_id)["child_name"] == "Nguyễn Minh Anh"
    (trace,) = engine.read(supplements.corrections_of, dossier_id)
    assert (trace.reason, trace.corrected_by) == ("Gõ nhầm", actor_named(engine, "tiepnhan2").name)
    assert trace.changes == (
        Change(ChangeKind.OWNER, "phone", "0912345678", "0987654321"),
        Change(ChangeKind.ANSWER, "child_name", "Nguyễn Minh An", "Nguyễn Minh Anh"),
        Change(ChangeKind.PAPER, "identity_document", {"state": "required", "copies": 0},
               {"state": "present", "copies": 1}),
    )
    assert engine.verify() == []


@pytest.mark.parametrize(("what", "field"), [
    ({"reason": " ", "owner": {"phone": "0987654321"}}, "reason"),
    ({"owner": {"name": ""}}, "owner_name"),
    ({"owner": {"salary": "1"}}, "salary"),
    ({"answers": {"child_sex": "unknown"}}, "child_sex"),
    ({"papers": {"passport": {"copies": 1}}}, "paper-passport"),
    ({"papers": {"identity_document": {"copies": 10**9}}}, "paper-identity_document"),
    ({"papers": {"identity_document": {"state": "burnt"}}}, "paper-identity_document"),
    ({"owner": {"name": "Trần Thị Bình"}}, "form"),
    ({}, "form"),
])
def test_a_correction_without_reason_or_sense_changes_nothing(engine: Engine, dossier_id: str, what: dict[str, Any],
                                                              field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        correct(engine, dossier_id, **what)
    assert list(refused.value.facts["problems"]) == [field]
    assert engine.read(supplements.corrections_of, dossier_id) == ()


@pytest.mark.parametrize("login", ["hotich", "congan", "giamdoc", "quantri"])
def test_only_the_receiving_counter_corrects(engine: Engine, dossier_id: str, login: str) -> None:
    with pytest.raises(NotAllowed):
        correct(engine, dossier_id, login, owner={"phone": "0987654321"})


@pytest.mark.parametrize("intake", [IntakeDecision("refuse", "Không thuộc thẩm quyền"),
                                    IntakeDecision("supplement", "Thiếu", ("identity_document",))])
@pytest.mark.usefixtures("dossier_id")
def test_what_is_over_or_not_accepted_is_not_corrected(engine: Engine, intake: IntakeDecision) -> None:
    with pytest.raises(NotAllowed):
        correct(engine, filed(engine, intake), owner={"phone": "0987654321"})
