"""All that citizens do in the portal, in a browser: as a guest on a telephone, and the same again without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.citizens import CHILD, PDF
from tests.e2e.test_journeys import PATIENCE_S, wait_for
from tests.e2e.visitor import TELEPHONE, Visitor
from tests.server import Server

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]

WAYS = {
    "on a telephone": ({"viewport": TELEPHONE, "has_touch": True}, "0912 345 671", "Lê Thị Thu"),
    "without scripts": ({"java_script_enabled": False}, "0912 345 672", "Trần Văn Hạnh"),
}
"""How somebody comes, the telephone his code is sent to, and who he is."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> tuple[dict[str, object], str, str]:
    return WAYS[request.param]


@pytest.fixture
def guest(visit: Visit, server: Server, way: tuple[dict[str, object], str, str]) -> Visitor:
    """Somebody without an account, who has found a procedure and proved his telephone."""
    options, phone, _ = way
    somebody = visit(**options).open("/")
    somebody.fill({"q": "khai sinh"}).press("Tìm")
    somebody.follow("Đăng ký khai sinh").follow("Nộp hồ sơ trực tuyến")
    somebody.follow("Nhận mã qua điện thoại").fill({"contact": phone}).press("Gửi mã")
    code = code_for(server.data / "outbox", phone.replace(" ", ""))
    return somebody.fill({"code": code}).press("Tiếp tục")


def code_for(outbox: Path, phone: str) -> str:
    """The six digits that were sent to a telephone."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        sent = [text for file in outbox.glob("*.txt") if (text := file.read_text("utf-8")).startswith(phone)]
        if sent:
            return re.findall(r"\b\d{6}\b", sent[-1])[0]
        assert time.monotonic() < deadline, f"no code for {phone}"
        time.sleep(0.2)


def hand_in(somebody: Visitor, name: str) -> Visitor:
    """Chooses a file for the only paper that every birth needs."""
    somebody.page.locator("[name=files-live_birth_certificate]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": PDF})
    return somebody


def task_of(officer: Visitor, owner: str, step: str) -> Visitor:
    """Opens a step of somebody's dossier; waits for the worker where it begins by itself."""
    link = officer.page.locator("main table tr", has_text=owner).locator("th a", has_text=step)
    deadline = time.monotonic() + PATIENCE_S
    while officer.open("/viec").page.locator("main table").count() == 0 or link.count() == 0:
        assert time.monotonic() < deadline, officer.words
        time.sleep(0.5)
    with officer.page.expect_navigation():
        link.first.click()
    return officer.judge()


def test_a_guest_applies_stops_halfway_completes_what_was_marked_and_withdraws(
        visit: Visit, guest: Visitor, way: tuple[dict[str, object], str, str]) -> None:
    options, _, owner = way
    mine, counter = apply_with_a_break(guest, owner), visit("tiepnhan", **options)
    complete_what_was_marked(guest, counter, owner)
    wait_for(guest, mine, "H99.01.01-")
    tracked_by_whoever_has_the_codes(guest, visit(**options), owner)
    guest.open(mine).follow("Rút hồ sơ").press("Đề nghị rút hồ sơ")
    assert "Hãy nêu lý do" in guest.words
    guest.fill({"reason": "Nộp nhầm thủ tục"}).press("Đề nghị rút hồ sơ")
    assert "Đã gửi đề nghị rút hồ sơ" in guest.words
    for path in ("/cong-dan/thong-bao", "/cong-dan/giay-to", "/tai-khoan", "/tai-khoan/xoa"):
        guest.open(path)


def apply_with_a_break(guest: Visitor, owner: str) -> str:
    """Makes every mistake once, leaves, comes back, sends; returns the address of the dossier."""
    guest.fill({"whom": "self"}).press("Bắt đầu khai").press("Lưu và tiếp tục")
    assert "Vui lòng điền" in guest.words
    guest.fill({**CHILD, "dossier_owner__name": owner, "filing__received_by": "commune-centre"})
    guest.press("Lưu và tiếp tục").press("Lưu và tiếp tục")
    assert "Chưa có tệp" in guest.words
    hand_in(guest, "mo.pdf").press("Tải tệp lên").press("Lưu, làm tiếp sau")
    assert "Đã lưu" in guest.words
    guest.open("/cong-dan/ho-so").follow("Đăng ký khai sinh")
    assert "mo.pdf" in guest.words
    guest.press("Lưu và tiếp tục").press("Lưu và tiếp tục").press("Nộp hồ sơ")
    assert "TAM-" in guest.words
    return guest.path


def complete_what_was_marked(guest: Visitor, counter: Visitor, owner: str) -> None:
    """The officer marks a paper and a field, the guest answers both, the officer accepts."""
    mine = guest.path
    task_of(counter, owner, "Kiểm tra hồ sơ").fill({
        "decision": "supplement", "missing": ["live_birth_certificate"], "wrong_fields": ["child_name"],
        "reason": "Ảnh mờ; tên con chưa khớp"}).press("Hoàn thành việc này")
    wait_for(guest, mine, "Bổ sung ngay")
    guest.follow("Bổ sung ngay").fill({"child_name": "Nguyễn Minh Anh"}).press("Gửi bổ sung")
    assert "Chưa có tệp" in guest.words
    hand_in(guest, "ro-hon.pdf").press("Gửi bổ sung")
    assert "Đã gửi nội dung bổ sung" in guest.words and "ro-hon.pdf" in guest.words
    task_of(counter, owner, "bổ sung").fill({"decision": "accept"}).press("Hoàn thành việc này")


def tracked_by_whoever_has_the_codes(guest: Visitor, stranger: Visitor, owner: str) -> None:
    """Both codes open the page that names nobody; one of them opens nothing."""
    address = guest.page.locator("main a[href^='/tra-cuu/']").first.get_attribute("href") or ""
    code, secret = address.split("/")[2:]
    stranger.open("/tra-cuu").fill({"code": code, "secret": "SAI"}).press("Tra cứu")
    assert "Không có hồ sơ nào khớp" in stranger.words
    stranger.fill({"code": code, "secret": secret}).press("Tra cứu")
    assert "Ủy ban nhân dân xã Tân An" in stranger.words and owner not in stranger.words


def test_a_complaint_is_filed_and_classified(visit: Visit, way: tuple[dict[str, object], str, str]) -> None:
    options, phone, owner = way
    citizen = visit("congdan", **options).open("/phan-anh").follow("Gửi phản ánh, kiến nghị").press("Bắt đầu khai")
    citizen.fill({"petition_kind": "complaint", "about": "delay", "about_agency": "Phòng Kinh tế xã Tân An",
                  "content": "Hồ sơ quá hẹn ba ngày mà không có thông báo", "dossier_owner__name": owner,
                  "dossier_owner__id_number": phone.replace(" ", ""), "dossier_owner__phone": phone,
                  "filing__received_by": "commune-centre"})
    citizen.press("Lưu và tiếp tục").press("Lưu và tiếp tục").press("Lưu và tiếp tục").press("Nộp hồ sơ")
    mine = citizen.path
    assert "Hệ thống đã nhận phản ánh, kiến nghị" in citizen.words
    officer = task_of(visit("tiepnhan", **options), owner, "Phân loại")
    assert "Đã hoàn thành" in officer.fill({"decision": "accept"}).press("Hoàn thành việc này").words
    wait_for(citizen, mine, "Đang xử lý")


@pytest.mark.parametrize("options", [options for options, *_ in WAYS.values()], ids=WAYS)
def test_the_open_pages_answer_somebody_who_only_looks(visit: Visit, options: dict[str, object]) -> None:
    somebody = visit(**options)
    assert "Không tìm thấy thủ tục nào" in somebody.open("/thu-tuc").fill({"q": "xyzzy"}).press("Tìm").words
    somebody.open("/thu-tuc/household-business/to-khai")
    somebody.open("/thu-tuc/household-business/to-khai?mau=1")
    assert "Lệ phí đăng ký hộ kinh doanh: 150.000 đồng" in somebody.open("/thu-tuc/household-business").words
    somebody.open("/xac-minh")
