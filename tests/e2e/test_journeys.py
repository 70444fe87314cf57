"""The promise of the product, in a browser: from the counter to the result, and the citizen sees the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.app.journeys import BIRTH, BIRTH_STEPS, CHILD_GROUP, CHILD_GROUP_STEPS
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]
PATIENCE_S = 20


def file_dossier(officer: Visitor, procedure: str, fields: Mapping[str, Any]) -> Visitor:
    officer.open("/tiep-nhan").follow(procedure).fill(fields).press("Ghi nhận hồ sơ")
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in officer.words
    return officer


def do_next_task(somebody: Visitor, answers: Mapping[str, Any]) -> str:
    """Waits for the worker where the work comes from another agency; returns what the banner says."""
    deadline = time.monotonic() + PATIENCE_S
    while somebody.open("/viec").page.locator("main table th a").count() == 0:
        assert time.monotonic() < deadline, somebody.words
        time.sleep(0.5)
    with somebody.page.expect_navigation():
        somebody.page.locator("main table th a").first.click()
    somebody.judge().fill(answers).press("Hoàn thành việc này")
    return somebody.words


def tracking(receipt: Visitor) -> str:
    return receipt.page.get_by_role("link", name="Mở trang tra cứu hồ sơ").get_attribute("href") or ""


def wait_for(somebody: Visitor, path: str, words: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while words not in somebody.open(path).words:
        assert time.monotonic() < deadline, f"{words!r} never came: {somebody.words}"
        time.sleep(0.5)


def test_a_birth_registration_reaches_its_result_and_the_citizen_sees_the_truth(visit: Visit) -> None:
    counter, citizen = visit("tiepnhan"), visit()
    path = tracking(file_dossier(counter, "Đăng ký khai sinh", BIRTH))
    wait_for(citizen, path, "Ủy ban nhân dân xã Tân An")
    for (login, answers), truth in zip(
            BIRTH_STEPS, ("Đang xử lý", "Đang xử lý", "Đã xử lý xong", "Đã trả kết quả"), strict=True):
        assert "Đã hoàn thành" in do_next_task(visit(login), answers)
        wait_for(citizen, path, truth)
    counter.open("/ho-so").follow("H99.01.01")
    for tab in ("Giấy tờ", "Lịch sử", "Sơ đồ"):
        counter.follow(tab)
    counter.page.locator(".mc-diagram svg").first.wait_for()


def test_four_agencies_share_one_dossier(visit: Visit) -> None:
    counter, citizen = visit("tiepnhan"), visit()
    path = tracking(file_dossier(counter, "Liên thông", CHILD_GROUP))
    for login, answers in CHILD_GROUP_STEPS:
        do_next_task(visit(login), answers)
    wait_for(citizen, path, "Đã trả kết quả")


def test_everything_but_the_diagram_works_without_javascript(visit: Visit) -> None:
    counter = visit("tiepnhan", java_script_enabled=False)
    path = tracking(file_dossier(counter, "Đăng ký khai sinh", BIRTH))
    for login, answers in BIRTH_STEPS:
        assert "Đã hoàn thành" in do_next_task(visit(login, java_script_enabled=False), answers)
    wait_for(visit(java_script_enabled=False), path, "Đã trả kết quả")


def test_a_mistake_at_the_counter_leads_to_its_field(visit: Visit) -> None:
    counter = visit("tiepnhan")
    counter.open("/tiep-nhan").follow("Đăng ký khai sinh").fill({"child_name": "Nguyễn Minh An"})
    counter.press("Ghi nhận hồ sơ")
    counter.page.get_by_role("link", name="Vui lòng điền: Nơi sinh.").click()
    assert counter.page.evaluate("document.activeElement.name") == "child_birth_place"
    assert counter.page.locator("[name=child_name]").input_value() == "Nguyễn Minh An"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_open_pages_are_clean_in_both_languages(visit: Visit, language: str) -> None:
    citizen = visit()
    citizen.page.context.add_cookies([{"name": "lang", "value": language, "url": citizen.url}])
    for path in ("/", "/thu-tuc", "/thu-tuc/child-birth-residence-insurance", "/tra-cuu", "/dang-nhap"):
        citizen.open(path)
    assert citizen.page.locator("html").get_attribute("lang") == language


def test_a_keyboard_alone_reaches_the_main_content(visit: Visit) -> None:
    citizen = visit().open("/")
    citizen.page.keyboard.press("Tab")
    assert citizen.page.evaluate("document.activeElement.className") == "govuk-skip-link"
    citizen.page.keyboard.press("Enter")
    assert citizen.page.url.endswith("#main")
