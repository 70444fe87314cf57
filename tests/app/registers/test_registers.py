"""The registers in front of people: papers of a dossier, the follow-up book, numbers, seals, and who is kept out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from engine.bootstrap import Engine
from engine.queries import papers as queries
from engine.store.paper_tables import number_gap, result
from engine.testing import FrozenClock, settle
from tests.app.client import Client, a_file
from tests.app.journeys import BIRTH_STEPS
from tests.engine.acts import rows
from tests.papers.lives import accepted, completed, step

SignIn = Callable[[str], Client]


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def fetched(client: Client, path: str, mimetype: str = "application/pdf") -> bytes:
    answer = client.browser.get(path)
    assert (answer.status_code, answer.mimetype) == (200, mimetype), answer.text[:300]
    return answer.data


def test_an_officer_opens_the_signed_receipt_before_any_job_ran(engine: Engine, sign_in: SignIn) -> None:
    dossier_id = accepted(engine)
    officer = sign_in("tiepnhan")
    page = officer.get(f"/ho-so/{dossier_id}/phieu")
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in page.main and "01/TNHS" in page.main
    assert "Chưa có kết quả" in page.main
    text = text_of(fetched(officer, page.link("Giấy tiếp nhận hồ sơ")))
    assert "(Liên: Lưu)" in text and "(Liên: Giao khách hàng)" in text and "Trần Thị Bình" in text


def test_the_control_slip_tells_every_hand_over(engine: Engine, sign_in: SignIn) -> None:
    dossier_id = completed(engine)
    text = text_of(fetched(sign_in("tiepnhan"), f"/ho-so/{dossier_id}/phieu-kiem-soat"))
    assert "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ" in text
    givers = ["Nguyễn Thị Hoa", "Trần Minh Đức", "Hoàng Văn Nam", "Bùi Thị Mai"]
    assert [text.index(f"Người giao: {each}") for each in givers] == sorted(
        text.index(f"Người giao: {each}") for each in givers)
    assert "Người nhận: Trần Minh Đức" in text and "Trước hạn" in text


def test_the_control_slip_stays_as_it_was_when_the_dossier_was_returned(
        engine: Engine, clock: FrozenClock, sign_in: SignIn) -> None:
    dossier_id = completed(engine)
    step(engine, dossier_id, "tiepnhan", {**BIRTH_STEPS[-1][1], "identity_checked": True})
    settle(engine)
    clerk = sign_in("tiepnhan")
    first = fetched(clerk, f"/ho-so/{dossier_id}/phieu-kiem-soat")
    text = text_of(first)
    assert "01/KSHS" in text and "Người giao: Bùi Thị Mai" in text and "Người nhận: Nguyễn Thị Hoa" in text
    clock.advance(timedelta(hours=3))
    assert fetched(clerk, f"/ho-so/{dossier_id}/phieu-kiem-soat") == first


def test_strangers_see_neither_papers_nor_results(engine: Engine, sign_in: SignIn, client: Client) -> None:
    dossier_id = completed(engine)
    (slip,), (given,) = (engine.read(query, dossier_id) for query in (queries.papers_of, queries.results_of))
    police = sign_in("congan")
    for path in (f"/ho-so/{dossier_id}/phieu", f"/phieu/{slip.id}", f"/ket-qua/{given.id}",
                 f"/ho-so/{dossier_id}/phieu-kiem-soat"):
        police.get(path, 404)
        assert client.browser.get(path).status_code == 303


def test_the_book_lists_dossiers_of_the_year_and_goes_out_as_spreadsheet_and_print(
        engine: Engine, sign_in: SignIn) -> None:
    first, second = completed(engine), accepted(engine, name='=HYPERLINK("http://x")')
    officer = sign_in("tiepnhan")
    page = officer.get("/so-theo-doi?nam=2026")
    assert page.main.index("260302-0001") < page.main.index("260302-0002") and "Đăng ký khai sinh" in page.main
    assert "Không có hồ sơ" in officer.get("/so-theo-doi?nam=2025").main
    assert "Không có hồ sơ" in officer.get("/so-theo-doi?nam=2026&thang=4").main
    assert "260302-0001" in officer.get("/so-theo-doi?nam=abc&thang=99&don-vi=x").main
    book = zipfile.ZipFile(BytesIO(fetched(
        officer, "/so-theo-doi.xlsx?nam=2026", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))
    assert "=HYPERLINK" in book.read("xl/sharedStrings.xml").decode()
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    printed = text_of(fetched(officer, "/so-theo-doi.pdf?nam=2026"))
    assert "SỔ THEO DÕI HỒ SƠ" in printed and "Mẫu số 07" in printed and "260302-0002" in printed
    assert "Mẫu số 06" in text_of(fetched(officer, "/so-theo-doi.pdf?nam=2024"))
    assert first != second


def test_a_batch_is_handed_over_on_one_note(engine: Engine, sign_in: SignIn) -> None:
    chosen = [accepted(engine, name=f"Trần Thị {letter}") for letter in "ABC"]
    officer = sign_in("tiepnhan")
    officer.get("/so-theo-doi")
    answer = officer.post("/so-theo-doi/ban-giao", {"ho-so": chosen[:2]})
    text = text_of(answer.data)
    assert "GIẤY BÀN GIAO HỒ SƠ" in text and "Bên nhận: Ủy ban nhân dân xã Tân An" in text
    assert "260302-0001" in text and "260302-0002" in text and "260302-0003" not in text
    assert officer.post("/so-theo-doi/ban-giao").status_code == 303
    assert "In giấy bàn giao" not in sign_in("giamdoc").get("/so-theo-doi").main


def test_a_clerk_sets_numbers_aside_and_gives_them_back(engine: Engine, sign_in: SignIn) -> None:
    clerk = sign_in("vanthu")
    clerk.get("/so-van-ban")
    fields = {"agency": "commune-committee", "document_type": "Quyết định", "place": "commune-centre", "count": "3",
              "days": "30", "reason": "trực tại trung tâm"}
    page = clerk.submit("/so-van-ban/giu-so", {**fields, "count": "0", "reason": ""}, 422)
    assert "Nhập từ 1 đến 1000 số" in page.main and "Nhập lý do" in page.main
    page = clerk.submit("/so-van-ban/giu-so", fields)
    assert "Đã giữ các số từ 1 đến 3" in page.main
    (action,) = page.find("//form[contains(@action, '/tra-so')]/@action")
    clerk.submit(action, {"reason": ""}, 422)
    page = clerk.submit(action, {"reason": "hết đợt"})
    assert "hết đợt" in page.main and len(rows(engine, number_gap)) == 3


def test_a_clerk_keeps_the_register_of_seals(engine: Engine, sign_in: SignIn) -> None:
    completed(engine)
    clerk = sign_in("vanthu")
    page = clerk.get("/con-dau")
    assert "Giấy khai sinh 1/2026/TPHT-KS" in page.main and "Bùi Thị Mai" in page.main
    fields = {"owner": "commune-committee", "kind": "second", "keeper_unit": "commune-centre"}
    assert "dấu hiệu phân biệt" in clerk.submit("/con-dau", {**fields, "sign": ""}, 422).main
    page = clerk.submit("/con-dau", {**fields, "sign": "TTPVHCC"})
    assert "TTPVHCC" in page.main and "Con dấu thứ hai" in page.main


def test_a_leader_revokes_with_a_reason_and_the_page_says_so(engine: Engine, sign_in: SignIn) -> None:
    dossier_id = completed(engine)
    leader = sign_in("lanhdao")
    leader.get(f"/ho-so/{dossier_id}/phieu")
    action = f"/ho-so/{dossier_id}/thu-hoi"
    assert "Nhập lý do thu hồi" in leader.submit(action, {"reason": " "}, 422).main
    page = leader.submit(action, {"reason": "Sai ngày sinh"})
    assert "Đã thu hồi" in page.main and "Sai ngày sinh" in page.main
    assert not page.find(f"//form[@action='{action}']")


@pytest.fixture
def certificate(engine: Engine) -> bytes:
    """The signed and sealed result of a registered birth."""
    (given,) = engine.read(queries.results_of, completed(engine))
    assert given.print
    return engine.files.get(given.print.path)


def verified(client: Client, content: bytes, status: int = 200) -> str:
    client.get("/xac-minh")
    return client.submit("/xac-minh", {"tep": a_file("ket-qua.pdf", content)}, status).main


def test_anybody_verifies_a_result_by_its_file(client: Client, certificate: bytes) -> None:
    told = verified(client, certificate)
    assert "Hợp lệ" in told and "Hoàng Văn Nam" in told and "Giấy khai sinh" in told
    assert "Nguyễn Minh An" not in told and "Trần Thị Bình" not in told


def test_a_file_with_one_changed_byte_is_called_altered(client: Client, certificate: bytes) -> None:
    changed = bytearray(certificate)
    changed[len(changed) // 8] ^= 1
    told = verified(client, bytes(changed))
    assert "Đã bị thay đổi" in told and "Nội dung còn nguyên vẹn" not in told


def test_anybody_verifies_a_result_by_its_code(client: Client, certificate: bytes) -> None:
    page = client.get("/xac-minh?ma=H99.01.01-260302-0001-KQ(1)")
    assert "Hợp lệ" in page.main and "1/2026/TPHT-KS" in page.main and "Trần Thị Bình" not in page.main
    assert "Không có kết quả nào mang mã này" in client.get("/xac-minh?ma=H99.01.01-260302-0009-KQ(1)", 404).main


def test_a_revoked_result_is_called_revoked_by_code_and_by_file(
        engine: Engine, client: Client, sign_in: SignIn, certificate: bytes) -> None:
    leader = sign_in("lanhdao")
    (row,) = rows(engine, result)
    dossier_id = row.dossier_id
    leader.get(f"/ho-so/{dossier_id}/phieu")
    leader.submit(f"/ho-so/{dossier_id}/thu-hoi", {"reason": "Sai ngày sinh"})
    for told in (verified(client, certificate), client.get("/xac-minh?ma=H99.01.01-260302-0001-KQ(1)").main):
        assert "Đã thu hồi" in told and "không còn giá trị" in told and "Sai ngày sinh" not in told


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 garbage", b"%PDF-1.7 /ByteRange [0 1 2 3]"])
def test_a_file_that_is_no_document_of_ours_breaks_nothing(client: Client, content: bytes) -> None:
    client.get("/xac-minh")
    answer = client.browser.post("/xac-minh", data={"csrf_token": client._token(), "tep": a_file("x.pdf", content)})
    assert answer.status_code in (200, 422) and "Hợp lệ" not in answer.text
