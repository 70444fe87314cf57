"""Procedures from the counter to the result, through the pages alone."""

from __future__ import annotations

from collections.abc import Callable

from engine.bootstrap import Engine
from engine.testing import settle
from tests.app.client import Client
from tests.app.journeys import BIRTH, BIRTH_STEPS, do_first_task, file_dossier, tracking_path

SignIn = Callable[[str], Client]


def test_a_birth_registration_goes_from_the_counter_to_its_result(
        engine: Engine, sign_in: SignIn, client: Client) -> None:
    receipt = file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    assert "H99.01.01-260302-0001" in receipt.main
    assert "17:00, 02/03/2026" in receipt.main
    seen = [client.get(tracking_path(receipt)).main]
    for login, answers in BIRTH_STEPS:
        do_first_task(sign_in(login), answers)
        settle(engine)
        seen.append(client.get(tracking_path(receipt)).main)
    assert "Đang xử lý" in seen[0] and "Ủy ban nhân dân xã Tân An" in seen[0] and "Còn " in seen[0]
    assert "Đã xử lý xong" in seen[3] and "Mời bạn đến nhận kết quả" in seen[3]
    assert "Đã trả kết quả" in seen[4]


def test_the_tracking_page_never_names_a_person(sign_in: SignIn, client: Client) -> None:
    receipt = file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    page = client.get(tracking_path(receipt))
    for secret in ("Trần Thị Bình", "Nguyễn Minh An", "0912", "012345678901", "Nguyễn Thị Hoa", "Thôn 2"):
        assert secret not in page.source
    assert len(page.source.encode()) < 20_000
