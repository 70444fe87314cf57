"""In a browser: the paper is on the screen a moment after acceptance, the sealed result can be verified by anybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.app.journeys import BIRTH, BIRTH_STEPS
from tests.e2e.test_journeys import do_next_task, file_dossier, wait_for
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]


def test_a_certificate_goes_from_the_counter_to_whoever_doubts_it(visit: Visit) -> None:
    officer = file_dossier(visit("tiepnhan"), "Đăng ký khai sinh", BIRTH)
    assert "01/TNHS" in officer.words
    for login, answers in BIRTH_STEPS[:3]:
        do_next_task(visit(login), answers)
    clerk = visit("vanthu").open("/so-theo-doi")
    clerk.follow("H99.01.01")
    wait_for(clerk, clerk.path, "Đã đóng dấu")
    code = clerk.page.locator("main .mc-code").first.inner_text()
    address = clerk.page.locator("main a[href^='/ket-qua/']").first.get_attribute("href")
    content = clerk.page.request.get(f"{clerk.url}{address}").body()
    assert content.startswith(b"%PDF")
    clerk.open("/con-dau")
    assert "Giấy khai sinh" in clerk.words
    clerk.open("/so-van-ban")
    stranger = visit().open(f"/xac-minh?ma={code}")
    assert "Hợp lệ" in stranger.words
    changed = content[:9000] + bytes([content[9000] ^ 1]) + content[9001:]
    for given, verdict in ((content, "Hợp lệ"), (changed, "Đã bị thay đổi")):
        stranger.open("/xac-minh").page.locator("#tep").set_input_files(
            {"name": "ket-qua.pdf", "mimeType": "application/pdf", "buffer": given})
        assert verdict in stranger.press("Kiểm tra tệp").words
