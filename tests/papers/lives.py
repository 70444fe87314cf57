"""A birth that is registered from the counter to the sealed certificate, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bootstrap import Engine
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.commands.tasks import CompleteTask
from engine.store.tables import work_item
from engine.testing import settle
from tests.conftest import actor_named
from tests.engine.acts import rows

BIRTH = {
    "child_name": "Nguyễn Minh An", "child_sex": "female", "child_birth_date": "2026-02-20",
    "child_birth_place": "Trạm Y tế xã Tân An", "child_ethnicity": "Kinh", "child_nationality": "Việt Nam",
    "child_home_town": "Xã Tân An", "mother_name": "Trần Thị Bình", "mother_id_number": "012345678901",
    "requester_relation": "parent",
}
APPRAISED = ("hotich", {"appraisal_decision": "approve", "register_entry": "12/2026", "appraisal_note": "Đủ"})
SIGNED = ("lanhdao", {"signing_decision": "sign"})
SEALED = ("vanthu", {"document_symbol": "TPHT-KS", "copies_sealed": 1, "sealed": True})


def accepted(engine: Engine, **changed: Any) -> str:
    """A birth registration that the counter has just taken in; returns its id."""
    owner = {"name": "Trần Thị Bình", "phone": "0912 345 678", "address": "Thôn 2, xã Tân An"}
    command = SubmitDossier(
        "birth-registration", "direct", "commune-centre", {**owner, **changed}, BIRTH,
        components=({"key": "live_birth_certificate", "state": "present", "originals": 1},),
        intake=IntakeDecision("accept"))
    return str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])


def step(engine: Engine, dossier_id: str, login: str, answers: Mapping[str, Any]) -> None:
    """Somebody completes the one step that waits."""
    (item,) = rows(engine, work_item, business_key=dossier_id, status="open")
    engine.execute(CompleteTask(item.id, answers), actor_named(engine, login))


def completed(engine: Engine) -> str:
    """A birth registration whose certificate is signed and sealed; returns its id."""
    dossier_id = accepted(engine)
    for login, answers in (APPRAISED, SIGNED, SEALED):
        step(engine, dossier_id, login, answers)
        settle(engine)
    return dossier_id
