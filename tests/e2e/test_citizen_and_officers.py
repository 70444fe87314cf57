"""From "I want to" to "here it is" in a browser: a citizen and officers, every page judged on both sizes of screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.app.citizens import CHILD, PDF
from tests.app.journeys import BIRTH_STEPS
from tests.e2e.test_journeys import do_next_task, file_dossier, wait_for
from tests.e2e.visitor import TELEPHONE, Visitor

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]

WAYS = {
    "on a telephone": {"viewport": TELEPHONE, "has_touch": True},
    "without scripts": {"java_script_enabled": False},
}


def apply_online(citizen: Visitor) -> str:
    """Form, papers, how to receive the result, check, send; returns the address of the dossier."""
    citizen.open("/thu-tuc").follow("Đăng ký khai sinh").follow("Nộp hồ sơ trực tuyến")
    citizen.fill({"whom": "self"}).press("Bắt đầu khai")
    citizen.fill({**CHILD, "filing__received_by": "commune-centre"}).press("Lưu và tiếp tục")
    citizen.page.locator("[name=files-live_birth_certificate]").set_input_files(
        {"name": "giay-chung-sinh.pdf", "mimeType": "application/pdf", "buffer": PDF})
    citizen.press("Lưu và tiếp tục")
    while "Nộp hồ sơ" not in buttons(citizen):
        citizen.press("Lưu và tiếp tục")
    citizen.press("Nộp hồ sơ")
    return citizen.path


def buttons(somebody: Visitor) -> list[str]:
    return [text.strip() for text in somebody.page.locator("main button").all_inner_texts()]


@pytest.mark.parametrize("way", WAYS)
def test_a_citizen_applies_and_five_officers_bring_it_to_its_result(visit: Visit, way: str) -> None:
    citizen = visit("congdan", **WAYS[way])
    mine = apply_online(citizen)
    assert "giay-chung-sinh.pdf" in citizen.words
    counter = visit("tiepnhan", **WAYS[way])
    assert "Đã hoàn thành" in do_next_task(counter, {"decision": "accept"})
    wait_for(citizen, mine, "Đang xử lý")
    for (login, answers), truth in zip(
            BIRTH_STEPS, ("Đang xử lý", "Đang xử lý", "Đã xử lý xong", "Đã trả kết quả"), strict=True):
        do_next_task(counter if login == "tiepnhan" else visit(login, **WAYS[way]), answers)
        wait_for(citizen, mine, truth)


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
