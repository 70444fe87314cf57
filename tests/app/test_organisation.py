"""Who works where and when: the pages of administrators and heads, and who is kept out of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.app.client import Client
from tests.app.journeys import BIRTH, file_dossier, first_task

SignIn = Callable[[str], Client]
PAGES = ("/to-chuc/don-vi", "/to-chuc/lich", "/to-chuc/phan-cong", "/to-chuc/vang-mat", "/to-chuc/dieu-phoi")


def option(client: Client, select: str, words: str) -> str:
    """The value of the choice that says this."""
    assert client.page
    return str(client.page.find(f"//select[@name='{select}']/option[contains(., '{words}')]/@value")[0])


@pytest.mark.parametrize(("login", "open_pages"), [
    ("quantri", set(PAGES)), ("giamdoc", {"/to-chuc/vang-mat", "/to-chuc/dieu-phoi"}),
    ("truongphong", {"/to-chuc/vang-mat"}), ("tiepnhan", set()), ("phantich", set()),
])
def test_everybody_opens_only_what_is_his_to_decide(sign_in: SignIn, login: str, open_pages: set[str]) -> None:
    client = sign_in(login)
    for path in PAGES:
        client.get(path, 200 if path in open_pages else 403)


def test_a_stand_in_finds_the_work_of_who_is_away_and_it_is_marked(sign_in: SignIn) -> None:
    file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    head = sign_in("lanhdao")
    head.get("/to-chuc/vang-mat")
    fields = {"account_id": option(head, "account_id", "hotich)"), "ends_on": "06/03/2026",
              "stand_in_id": option(head, "stand_in_id", "(kinhte)")}
    assert "Trần Minh Đức" in head.submit("/to-chuc/vang-mat", fields).main
    stand_in = sign_in("kinhte")
    assert "Làm thay Trần Minh Đức" in stand_in.get("/viec").main
    task = first_task(stand_in)
    assert "đang vắng mặt" in task.main
    stand_in.submit(task.path, {"appraisal_decision": "approve"})
    assert "Võ Quốc Bảo" in sign_in("hotich").get(sign_in("hotich").get("/ho-so").find("//tbody//a/@href")[0]
                                                  + "/lich-su").main


@pytest.mark.parametrize("fields", [{"ends_on": "hôm qua"}, {"ends_on": "01/01/2020"}, {"stand_in_id": "nobody"},
                                    {"capacity": "PGĐ", "ends_on": "06/03/2026"}])
def test_an_absence_that_makes_no_sense_is_told_and_not_kept(sign_in: SignIn, fields: dict[str, str]) -> None:
    head = sign_in("lanhdao")
    head.get("/to-chuc/vang-mat")
    answer = head.post("/to-chuc/vang-mat", {"account_id": option(head, "account_id", "hotich)"),
                                             "starts_on": "02/03/2026", **fields})
    assert answer.status_code == 303
    page = head.get("/to-chuc/vang-mat")
    assert "Không ai vắng mặt" in page.main


def test_a_holiday_is_previewed_applied_and_taken_back(sign_in: SignIn) -> None:
    household = {"dossier_owner__name": "Lê Văn Tâm", "business_name": "Hộ kinh doanh Minh Tâm",
                 "founded_by": "individual", "owner_name": "Lê Văn Tâm", "owner_id_number": "012345678902",
                 "business_address": "Thôn 2", "business_lines": "Bán lẻ", "capital": "50.000.000",
                 "decision": "accept"}
    receipt = file_dossier(sign_in("tiepnhan"), "household-business", household)
    admin = sign_in("quantri")
    admin.get("/to-chuc/lich")
    preview = admin.submit("/to-chuc/lich/xem-truoc", {"first": "03/03/2026", "name": "Bão số 1"})
    assert preview.find("//span[@class='mc-stat__value']/text()")[0] == "1"
    page = admin.submit("/to-chuc/lich")
    assert "Bão số 1" in page.main
    late = sign_in("tiepnhan").get(receipt.path.replace("/giay-tiep-nhan", "")).main
    admin.submit(page.find("//form[contains(@action, 'hoan-tac')]/@action")[0])
    back = sign_in("tiepnhan").get(receipt.path.replace("/giay-tiep-nhan", "")).main
    assert late != back
    assert "Đã hoàn tác lúc" in admin.get("/to-chuc/lich").main


@pytest.mark.parametrize("fields", [{}, {"first": "32/13/2026", "kind": "holiday"},
                                    {"first": "03/03/2026", "kind": "party"}, {"unit_id": "nowhere", "first": "x"},
                                    {"first": "04/03/2026", "last": "03/03/2026", "kind": "holiday"}])
def test_a_change_of_nothing_is_told(sign_in: SignIn, fields: dict[str, str]) -> None:
    for path in ("/to-chuc/lich", "/to-chuc/lich/xem-truoc"):
        assert sign_in("quantri").post(path, fields).status_code == 303
    assert "Các lần thay đổi lịch" not in sign_in("quantri").get("/to-chuc/lich").main


def test_units_and_routes_are_kept_and_a_code_belongs_to_one_unit(sign_in: SignIn) -> None:
    admin = sign_in("quantri")
    admin.get("/to-chuc/don-vi")
    new = {"name": "Trạm Y tế xã Tân An", "code": "H99.01.77"}
    page = admin.submit("/to-chuc/don-vi", new)
    path = page.link("Trạm Y tế xã Tân An")
    admin.get("/to-chuc/don-vi")
    assert "chưa đúng" in admin.submit("/to-chuc/don-vi", {**new, "name": "Khác"}).text
    admin.get(path)
    routed = admin.submit(f"{path}/tuyen", {"agency_key": "civil_status",
                                            "target_id": option(admin, "target_id", "xã Tân An")})
    assert "civil_status" in routed.main
    admin.post(f"{path}/tuyen", {"agency_key": "<script>", "target_id": "x"})
    assert "&lt;script" not in admin.get(path).source
    admin.get("/to-chuc/don-vi/khong-co", 404)


def test_work_is_shared_once_the_administrator_says_so(sign_in: SignIn) -> None:
    admin = sign_in("quantri")
    admin.get("/to-chuc/phan-cong")
    admin.post("/to-chuc/phan-cong", {"unit_id": "commune-committee", "role": "case_officer", "wanted": "1"})
    assert "Tự giao theo khối lượng" in admin.get("/to-chuc/phan-cong").main
    file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    assert len(sign_in("hotich").get("/viec?xem=mine").find("//tbody/tr")) == 1


def test_a_dossier_without_a_route_waits_until_the_head_sends_it_on(sign_in: SignIn) -> None:
    admin, head = sign_in("quantri"), sign_in("giamdoc")
    admin.post("/to-chuc/don-vi/commune-centre/tuyen", {"agency_key": "civil_status"})
    page = file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    assert "hàng chờ điều phối" in page.text
    queue = head.get("/to-chuc/dieu-phoi")
    action = queue.find("//main//form/@action")[0]
    head.submit(action, {"unit-civil_status": "commune-committee"})
    assert "Không có hồ sơ nào chờ" in head.get("/to-chuc/dieu-phoi").main
    assert "Kiểm tra hồ sơ" in sign_in("tiepnhan").get("/viec").main
