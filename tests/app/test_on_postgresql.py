"""The same pages on the other database: what SQLite forgives, PostgreSQL does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import create_app
from app.config import Settings
from app.security import limiter
from engine import bootstrap
from engine.testing import settle
from tests.app.client import Client
from tests.app.journeys import BIRTH, BIRTH_STEPS, do_first_task, dossier_id_of, file_dossier, tracking_path
from tests.conftest import open_frozen

pytestmark = pytest.mark.postgres


def test_a_birth_registration_goes_from_the_counter_to_its_result(
        postgresql_url: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_frozen(postgresql_url, tmp_path)
    bootstrap.install(engine, demo=True)
    app = create_app(engine, settings)
    monkeypatch.setattr(limiter, "enabled", False)
    receipt = file_dossier(Client(app).sign_in("tiepnhan"), "birth-registration", BIRTH)
    for login, answers in BIRTH_STEPS:
        officer = Client(app).sign_in(login)
        do_first_task(officer, answers)
        settle(engine)
        for path in ("/viec?xem=mine", "/viec?xem=halted&thu-tuc=birth-registration", "/ho-so?q=bình", "/thu-tuc"):
            officer.get(path)
        for tab in ("", "/giay-to", "/lich-su", "/so-do"):
            officer.get(f"/ho-so/{dossier_id_of(receipt)}{tab}")
    assert "Đã trả kết quả" in Client(app).get(tracking_path(receipt)).main
    engine.close()
