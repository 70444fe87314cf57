"""The marked request: exactly what the officer marked may be changed, once, in time; a second one needs a leader."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import Engine, load_package
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.commands.filing import UploadedFile
from engine.commands.supplements import AnswerSupplement, ApproveSupplement
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM
from engine.domain.change import Change, ChangeKind
from engine.domain.errors import InvalidInput, NotAllowed
from engine.domain.supplement import (
    NotMarked,
    SupplementClosed,
    SupplementExpired,
    SupplementLimit,
    SupplementPhase,
)
from engine.queries import supplements
from engine.queries.task import dossier_file, dossier_variables
from tests.conftest import actor_named
from tests.engine.acts import open_task

CHILD = {
    "child_name": "Nguyễn Minh An", "child_sex": "female", "child_birth_date": "2026-02-20",
    "child_birth_place": "Trạm Y tế xã Tân An", "child_ethnicity": "Kinh", "child_nationality": "Việt Nam",
    "child_home_town": "Xã Tân An", "mother_name": "Trần Thị Bình", "mother_id_number": "012345678901",
    "requester_relation": "parent",
}
PAPER = UploadedFile("live_birth_certificate", "chung-sinh.pdf", "application/pdf", b"%PDF-1.4 giay chung sinh")
MARKS = {"missing": ["live_birth_certificate"], "wrong_fields": ["mother_name"], "reason": "Tên mẹ chưa khớp"}


@pytest.fixture
def birth(engine: Engine) -> None:
    engine.execute(PublishPackage(load_package("birth-registration")), SYSTEM)


def filed(engine: Engine, intake: IntakeDecision | None = None) -> str:
    command = SubmitDossier("birth-registration", "direct", "commune-centre", {"name": "Trần Thị Bình"}, CHILD,
                            intake=intake)
    return str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])


def asked_at_work(engine: Engine) -> str:
    """Accepted, then asked for more by the officer who appraises."""
    dossier_id = filed(engine, IntakeDecision("accept"))
    ask(engine, dossier_id)
    return dossier_id


def ask(engine: Engine, dossier_id: str) -> None:
    answers = {"appraisal_decision": "supplement", **MARKS}
    engine.execute(CompleteTask(open_task(engine, dossier_id), answers), actor_named(engine, "hotich"))


def give(engine: Engine, dossier_id: str, login: str = "tiepnhan", **given: Any) -> dict[str, Any]:
    given = {"answers": {"mother_name": "Trần Thị Bình An"}, "files": (PAPER,), **given}
    return engine.execute(AnswerSupplement(dossier_id, **given), actor_named(engine, login))


def handed_over(engine: Engine, dossier_id: str) -> None:
    """The counter confirms that everything has come, and the work goes on."""
    engine.execute(CompleteTask(open_task(engine, dossier_id), {"supplied_on": "2026-03-02"}),
                   actor_named(engine, "tiepnhan"))


pytestmark = pytest.mark.usefixtures("birth")


def test_what_the_officer_marks_becomes_a_request_with_a_period(engine: Engine) -> None:
    dossier_id = asked_at_work(engine)

    request = engine.read(supplements.open_request, dossier_id)

    assert request is not None
    assert (request.missing, request.wrong_fields) == (("live_birth_certificate",), ("mother_name",))
    assert (request.phase, request.reason) == (SupplementPhase.PROCESSING, "Tên mẹ chưa khớp")
    assert request.due_at.date().isoformat() == "2026-04-13"    # 30 working days; the Hung Kings' day is off
    assert request.asked_by == actor_named(engine, "hotich").id


def test_a_reason_is_forgotten_by_the_next_step_that_asks_for_one(engine: Engine) -> None:
    dossier_id = filed(engine, IntakeDecision("supplement", "Sai tên mẹ", (), ("mother_name",)))
    give(engine, dossier_id, files=())
    engine.execute(CompleteTask(open_task(engine, dossier_id), {"decision": "accept"}), actor_named(engine, "tiepnhan"))
    assert engine.read(dossier_variables, dossier_id)["reason"] is None


def test_a_request_at_the_counter_belongs_to_intake(engine: Engine) -> None:
    decision = IntakeDecision("supplement", "Sai tên mẹ", ("identity_document",), ("mother_name", "child_name"))
    request = engine.read(supplements.open_request, filed(engine, decision))

    assert request is not None
    assert request.phase is SupplementPhase.INTAKE
    assert request.wrong_fields == ("child_name", "mother_name")    # in the order of the form


def test_the_answer_changes_the_marked_and_keeps_what_stood_there(engine: Engine) -> None:
    dossier_id = asked_at_work(engine)

    give(engine, dossier_id)

    assert engine.read(supplements.open_request, dossier_id) is None
    (request,) = engine.read(supplements.requests_of, dossier_id)
    assert request.changes == (
        Change(ChangeKind.ANSWER, "mother_name", "Trần Thị Bình", "Trần Thị Bình An"),
        Change(ChangeKind.PAPER, "live_birth_certificate", "required", "pending_check"),
        Change(ChangeKind.FILE, "live_birth_certificate", None, "chung-sinh.pdf"),
    )
    assert engine.read(dossier_variables, dossier_id)["mother_name"] == "Trần Thị Bình An"
    file = engine.read(dossier_file, actor_named(engine, "tiepnhan"), dossier_id)
    assert [each.filename for each in file.attachments] == ["chung-sinh.pdf"]
    handed_over(engine, dossier_id)
    assert engine.verify() == []


@pytest.mark.parametrize("given", [
    {"answers": {"child_name": "Nguyễn Minh Anh"}},
    {"answers": {"mother_name": "Trần Thị Bình", "decision": "accept"}},
    {"files": (PAPER, UploadedFile("power_of_attorney", "uq.pdf", "application/pdf", b"%PDF-1.4 uy quyen"))},
    {"handed": ("identity_document",)},
])
def test_whatever_was_not_marked_is_refused_and_nothing_is_changed(engine: Engine, given: dict[str, Any]) -> None:
    dossier_id = asked_at_work(engine)
    with pytest.raises(NotMarked):
        give(engine, dossier_id, **given)
    assert engine.read(supplements.open_request, dossier_id) is not None
    assert engine.read(dossier_variables, dossier_id)["child_name"] == "Nguyễn Minh An"


def test_a_marked_paper_must_come_and_a_marked_answer_must_be_usable(engine: Engine) -> None:
    dossier_id = asked_at_work(engine)
    with pytest.raises(InvalidInput) as lacking:
        give(engine, dossier_id, files=())
    assert lacking.value.facts["problems"] == {"paper-live_birth_certificate": "required"}
    with pytest.raises(InvalidInput) as unusable:
        give(engine, dossier_id, answers={"mother_name": "x" * 2000})
    assert list(unusable.value.facts["problems"]) == ["mother_name"]


def test_the_counter_may_take_the_paper_itself(engine: Engine) -> None:
    dossier_id = asked_at_work(engine)
    give(engine, dossier_id, files=(), handed=("live_birth_certificate",))
    (request,) = engine.read(supplements.requests_of, dossier_id)
    assert Change(ChangeKind.PAPER, "live_birth_certificate", "required", "present") in request.changes


def test_a_request_is_answered_once_and_not_after_its_period(engine: Engine, clock: Any) -> None:
    first, second = asked_at_work(engine), asked_at_work(engine)
    give(engine, first)
    with pytest.raises(SupplementClosed):
        give(engine, first)
    clock.advance(timedelta(days=50))
    with pytest.raises(SupplementExpired) as late:
        give(engine, second)
    assert late.value.facts["due_at"].startswith("2026-04-13")


def test_nobody_answers_where_nothing_is_asked(engine: Engine) -> None:
    with pytest.raises(SupplementClosed):
        give(engine, filed(engine, IntakeDecision("accept")))


@pytest.mark.parametrize("login", ["hotich", "congan", "quantri", "lanhdao"])
def test_only_the_counter_answers_for_the_applicant(engine: Engine, login: str) -> None:
    dossier_id = asked_at_work(engine)
    with pytest.raises(NotAllowed):
        give(engine, dossier_id, login)


def test_a_second_request_waits_for_a_leaders_reason_and_is_late_in_the_index(engine: Engine) -> None:
    dossier_id = asked_at_work(engine)
    give(engine, dossier_id)
    handed_over(engine, dossier_id)
    with pytest.raises(SupplementLimit) as refused:
        ask(engine, dossier_id)
    assert refused.value.facts["most"] == 1
    assert not engine.read(supplements.counts_as_late, dossier_id)

    with pytest.raises(NotAllowed):
        engine.execute(ApproveSupplement(dossier_id, "Cần thêm"), actor_named(engine, "hotich"))
    with pytest.raises(InvalidInput):
        engine.execute(ApproveSupplement(dossier_id, "  "), actor_named(engine, "lanhdao"))
    engine.execute(ApproveSupplement(dossier_id, "Phát sinh giấy tờ mới"), actor_named(engine, "lanhdao"))
    ask(engine, dossier_id)

    asked = engine.read(supplements.asked_of, dossier_id)
    assert [each.leave for each in asked] == ["", "Phát sinh giấy tờ mới"]
    assert engine.read(supplements.counts_as_late, dossier_id)


def test_what_was_asked_at_intake_does_not_count(engine: Engine) -> None:
    dossier_id = filed(engine, IntakeDecision("supplement", "Thiếu", ("live_birth_certificate",)))
    give(engine, dossier_id, answers={})
    engine.execute(CompleteTask(open_task(engine, dossier_id), {"decision": "accept"}),
                   actor_named(engine, "tiepnhan"))
    ask(engine, dossier_id)
    phases = [each.phase for each in engine.read(supplements.requests_of, dossier_id)]
    assert phases == [SupplementPhase.INTAKE, SupplementPhase.PROCESSING]


def test_a_request_that_the_counter_settles_by_itself_is_closed(engine: Engine) -> None:
    dossier_id = asked_at_work(engine)
    handed_over(engine, dossier_id)
    (request,) = engine.read(supplements.requests_of, dossier_id)
    assert request.answered_at == engine.clock.now()
    assert request.changes == ()
