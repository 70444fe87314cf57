"""In a browser: the analyst hands in a diagram and publishes it, the admin watches the tokens move."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import load_package
from tests.app.journeys import CHILD_GROUP, CHILD_GROUP_STEPS
from tests.e2e.test_journeys import do_next_task, file_dossier
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]


def diagram() -> bytes:
    return load_package("birth-registration").diagram


def upload(analyst: Visitor, name: str, content: bytes) -> Visitor:
    analyst.open("/thiet-ke").follow("Tải lên quy trình").fill({"slug": "birth-registration"})
    analyst.page.locator("#files").set_input_files({"name": name, "mimeType": "application/xml", "buffer": content})
    return analyst.press("Tải lên và kiểm tra")


def test_an_analyst_corrects_a_diagram_and_publishes_it(visit: Visit) -> None:
    analyst = upload(visit("phantich"), "hong.bpmn", diagram().replace(b'value="case_officer"', b'value="wizard"'))
    assert "Chưa công bố được" in analyst.words and "wizard" in analyst.words
    analyst.page.locator(".mc-diagram svg").first.wait_for()
    changed = diagram().replace("Thẩm định hồ sơ".encode(), "Thẩm định kỹ hồ sơ".encode())
    upload(analyst, "moi.bpmn", changed).follow("Diễn tập các tình huống")
    assert "Không đạt" not in analyst.words
    analyst.page.go_back()
    analyst.fill({"decision_number": "12/QĐ-UBND"}).press("Công bố phiên bản mới")
    assert "Đã công bố phiên bản 2" in analyst.words


def test_an_admin_sees_the_tokens_of_the_group_move(visit: Visit) -> None:
    file_dossier(visit("tiepnhan"), "Liên thông", CHILD_GROUP)
    for login, answers in CHILD_GROUP_STEPS[:3]:
        do_next_task(visit(login), answers)
    do_next_task(visit("congan"), CHILD_GROUP_STEPS[3][1])
    admin = visit("quantri").open("/giam-sat").follow("Quy trình đang chạy")
    admin.fill({"slug": "child-birth-residence-insurance"}).press("Lọc").follow("H99.01.01")
    admin.page.locator(".mc-diagram svg").first.wait_for()
    assert "Process_Police" in admin.words and "Process_SocialInsurance" in admin.words
    assert "•••••••••903" in admin.words and "012345678903" not in admin.page.content()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_their_pages_are_clean_in_both_languages(visit: Visit, language: str) -> None:
    rooms = {"phantich": ("/thiet-ke", "/thiet-ke/tai-len", "/thiet-ke/quy-trinh/household-business"),
             "quantri": ("/giam-sat", "/giam-sat/quy-trinh", "/giam-sat/su-co", "/giam-sat/thong-diep?status=all",
                         "/giam-sat/hen-gio")}
    for login, paths in rooms.items():
        somebody = visit(login)
        somebody.page.context.add_cookies([{"name": "lang", "value": language, "url": somebody.url}])
        for path in paths:
            somebody.open(path)
        assert somebody.page.locator("html").get_attribute("lang") == language


def test_their_pages_work_without_javascript(visit: Visit) -> None:
    analyst = visit("phantich", java_script_enabled=False)
    assert "Phiên bản 1" in analyst.open("/thiet-ke/quy-trinh/household-business").words
    assert "Giám sát" in visit("quantri", java_script_enabled=False).open("/giam-sat").words
