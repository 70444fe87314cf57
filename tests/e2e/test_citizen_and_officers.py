"""From "I want to" to "here it is" in a browser: a citizen and officers, every page judged on both sizes of screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.app.citizens import CHILD, PDF
from tests.app.journeys import BIRTH_STEPS, BUSINESS
from tests.e2e.test_journeys import do_next_task, file_dossier, tracking, wait_for
from tests.e2e.visitor import DESK, TELEPHONE, Visitor

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]

WAYS = {
    "on a telephone": {"viewport": TELEPHONE, "has_touch": True},
    "without scripts": {"java_script_enabled": False},
}
OWNERS = {
    "on a telephone": {"dossier_owner__name": "Nguyễn Văn Công", "dossier_owner__id_number": "079088001234"},
    "without scripts": {"dossier_owner__name": "Trần Thị Bình", "dossier_owner__id_number": "079088001235",
                        "dossier_owner__phone": "0912 345 678"},
}
"""Two births of one person with one paper would be held for the same dossier, and rightly."""

RETURNS = {"tiepnhan": "tiepnhan2"}
"""Whoever takes a dossier in need not be there when its result is handed over: a colleague does that."""

BUSINESS_STEPS = (
    ("kinhte", {"appraisal_decision": "approve", "name_checked": "on"}, "Đang xử lý"),
    ("lanhdao", {"approval_decision": "sign"}, "Đang xử lý"),
    ("vanthu", {"document_symbol": "HKD", "copies_sealed": "1", "sealed": "on"}, "Đã xử lý xong"),
    ("tiepnhan", {"decision": "returned", "receiver_name": "Lê Văn Tâm", "return_method": "counter",
                  "identity_checked": "on"}, "Đã trả kết quả"),
)
COPY = {
    "dossier_owner__name": "Nguyễn Thị Thảo", "document_name": "Bằng tốt nghiệp đại học",
    "issued_by": "Trường Đại học Kinh tế", "pages": "3", "copies": "5", "requester_name": "Nguyễn Thị Thảo",
    "decision": "accept",
}
COPY_STEPS = (
    ("hotich", {"appraisal_decision": "approve", "original_seen": "on"}, "Đang xử lý"),
    ("lanhdao", {"approval_decision": "sign"}, "Đang xử lý"),
    ("vanthu", {"document_symbol": "SCT/BS", "copies_sealed": "5", "sealed": "on"}, "Đã xử lý xong"),
    ("tiepnhan", {"decision": "returned", "receiver_name": "Nguyễn Thị Thảo", "return_method": "counter",
                  "identity_checked": "on"}, "Đã trả kết quả"),
)


def apply_online(citizen: Visitor, procedure: str, answers: Mapping[str, Any], paper: str, name: str) -> str:
    """Form, papers, how to receive the result, check, send; returns the address of the dossier."""
    citizen.open("/thu-tuc").follow(procedure).follow("Nộp hồ sơ trực tuyến")
    citizen.fill({"whom": "self"}).press("Bắt đầu khai")
    citizen.fill({**answers, "filing__received_by": "commune-centre"}).press("Lưu và tiếp tục")
    citizen.page.locator(f"[name=files-{paper}]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": PDF + repr(answers).encode()})
    citizen.press("Lưu và tiếp tục")
    while "Nộp hồ sơ" not in buttons(citizen):
        citizen.press("Lưu và tiếp tục")
    citizen.press("Nộp hồ sơ")
    assert name in citizen.words
    return citizen.path


def buttons(somebody: Visitor) -> list[str]:
    return [text.strip() for text in somebody.page.locator("main button").all_inner_texts()]


@pytest.mark.parametrize("way", WAYS)
def test_a_citizen_applies_and_five_officers_bring_it_to_its_result(visit: Visit, way: str) -> None:
    citizen = visit("congdan", **WAYS[way])
    mine = apply_online(citizen, "Đăng ký khai sinh", {**CHILD, **OWNERS[way]}, "live_birth_certificate",
                        "giay-chung-sinh.pdf")
    counter = visit("tiepnhan", **WAYS[way])
    assert "Đã hoàn thành" in do_next_task(counter, {"decision": "accept"})
    wait_for(citizen, mine, "Đang xử lý")
    for (login, answers), truth in zip(
            BIRTH_STEPS, ("Đang xử lý", "Đang xử lý", "Đã xử lý xong", "Đã trả kết quả"), strict=True):
        do_next_task(visit(RETURNS.get(login, login), **WAYS[way]), answers)
        wait_for(citizen, mine, truth)
    receives_and_rates(citizen, "Giấy khai sinh")


def receives_and_rates(citizen: Visitor, result: str) -> None:
    """Downloads the sealed result from the page of the dossier and says how it was."""
    wait_for(citizen, citizen.path, f"{result} ")
    address = citizen.page.locator("main a[href*='/ket-qua/']").first.get_attribute("href")
    assert citizen.page.request.get(f"{citizen.url}{address}").body().startswith(b"%PDF")
    citizen.fill({"level": "satisfied"}).press("Gửi đánh giá")
    assert "Bạn đã đánh giá" in citizen.words


def test_a_business_is_registered_at_a_desk_and_its_charge_paid_online(visit: Visit) -> None:
    citizen, counter = visit("congdan", viewport=DESK), visit("tiepnhan", viewport=DESK)
    asked = {key: value for key, value in BUSINESS.items() if not key.startswith("dossier_") and key != "decision"}
    mine = apply_online(citizen, "Đăng ký thành lập hộ kinh doanh", asked, "registration_request", "giay-de-nghi.pdf")
    assert "Đã hoàn thành" in do_next_task(counter, {"decision": "accept"})
    wait_for(citizen, mine, "Thanh toán trực tuyến")
    citizen.press("Thanh toán trực tuyến 150.000 đồng").follow("Sang cổng thanh toán").press("Thanh toán")
    wait_for(citizen, citizen.path, "Đã thanh toán")
    wait_for(citizen, mine, "Đang xử lý")
    for login, answers, truth in BUSINESS_STEPS:
        do_next_task(visit(RETURNS.get(login, login), viewport=DESK), answers)
        wait_for(citizen, mine, truth)
    receives_and_rates(citizen, "Giấy chứng nhận đăng ký hộ kinh doanh")


def test_copies_are_certified_for_somebody_who_stands_at_the_counter_and_pays_in_cash(visit: Visit) -> None:
    counter, citizen = visit("tiepnhan"), visit(viewport=TELEPHONE)
    path = tracking(file_dossier(counter, "Chứng thực bản sao", COPY))
    cashier = visit("thungan").open("/thu-phi").follow("H99").press("Thu tiền và cấp biên lai")
    cashier.follow("BLP")
    assert "Hai mươi lăm nghìn đồng" in cashier.words
    for login, answers, truth in COPY_STEPS:
        do_next_task(counter if login == "tiepnhan" else visit(login), answers)
        wait_for(citizen, path, truth)


def test_what_an_officer_has_begun_to_write_is_there_after_the_tab_was_closed(visit: Visit) -> None:
    file_dossier(visit("tiepnhan"), "Đăng ký khai sinh", birth())
    officer = open_first_task(visit("hotich"))
    with officer.page.expect_response("**/nhap") as kept:
        officer.page.locator("[name=appraisal_note]").fill("Mới xem giấy chứng sinh")
    assert kept.value.status == 204
    path = officer.path
    again = officer.open("/viec").open(path)
    assert again.page.locator("[name=appraisal_note]").input_value() == "Mới xem giấy chứng sinh"
    assert "đã được điền lại" in again.words


def birth() -> Mapping[str, Any]:
    return {**CHILD, "dossier_owner__name": "Lê Thị Thu", "dossier_owner__address": "Thôn 4, xã Tân An",
            "dossier_owner__phone": "0912 345 679", "decision": "accept"}


def open_first_task(somebody: Visitor) -> Visitor:
    somebody.open("/viec")
    with somebody.page.expect_navigation():
        somebody.page.locator("main table th a").first.click()
    return somebody.judge()
