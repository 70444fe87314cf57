"""Procedures from the counter to the result, through the pages alone."""

from __future__ import annotations

from collections.abc import Callable

from engine.bootstrap import Engine
from engine.testing import settle
from tests.app.client import Client
from tests.app.journeys import (
    BIRTH,
    BIRTH_STEPS,
    CHILD_GROUP,
    CHILD_GROUP_STEPS,
    do_first_task,
    dossier_id_of,
    file_dossier,
    tracking_path,
)

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
    assert "Đã xử lý xong" in seen[3] and "Mời bạn nhận kết quả" in seen[3]
    assert "Đã trả kết quả" in seen[4]
    summary = sign_in("tiepnhan").get(f"/ho-so/{dossier_id_of(receipt)}").main
    assert "1/2026/TPHT-KS" in summary and "Ngày 02/03/2026" in summary


def test_a_group_of_procedures_runs_across_four_agencies_with_one_dossier_and_one_clock(
        engine: Engine, sign_in: SignIn, client: Client) -> None:
    receipt = file_dossier(sign_in("tiepnhan"), "child-birth-residence-insurance", CHILD_GROUP)
    settle(engine)
    held = []
    for login, answers in CHILD_GROUP_STEPS:
        tracking = client.get(tracking_path(receipt))
        assert "08:30, 05/03/2026" in tracking.main
        held.append(tracking.find("//dt[text()='Đang ở']/following-sibling::dd")[0].text_content())
        do_first_task(sign_in(login), answers)
        settle(engine)
    assert "Công an xã Tân An" in held[3] and "Bảo hiểm xã hội cơ sở Tân An" in held[3]
    assert "Đã trả kết quả" in client.get(tracking_path(receipt)).main
    history = sign_in("tiepnhan").get(f"/ho-so/{dossier_id_of(receipt)}/lich-su").main
    assert all(unit in history for unit in ("Ủy ban nhân dân", "Công an xã", "Bảo hiểm xã hội", "Trung tâm"))


def test_the_tracking_page_never_names_a_person(sign_in: SignIn, client: Client) -> None:
    receipt = file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    page = client.get(tracking_path(receipt))
    for secret in ("Trần Thị Bình", "Nguyễn Minh An", "0912", "012345678901", "Nguyễn Thị Hoa", "Thôn 2"):
        assert secret not in page.source
    assert len(page.source.encode()) < 20_000


def test_the_citizen_reads_what_each_agency_has_done(engine: Engine, sign_in: SignIn, client: Client) -> None:
    receipt = file_dossier(sign_in("tiepnhan"), "child-birth-residence-insurance", CHILD_GROUP)
    settle(engine)
    before = client.get(tracking_path(receipt)).find("//ol[@class='steps']/li")
    for login, answers in CHILD_GROUP_STEPS[:3]:
        do_first_task(sign_in(login), answers)
        settle(engine)
    after = client.get(tracking_path(receipt)).find("//ol[@class='steps']/li")
    assert len(after) > len(before)
