"""Through the gateway: the payer's pages, the door for notices, the books of a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.bootstrap import Engine, PaymentSettings
from engine.gateways.payments import open_gateway
from engine.store.dossier_tables import dossier
from engine.store.fee_tables import gateway_transaction
from engine.testing import settle
from tests.app.client import Client, a_file
from tests.conftest import actor_named
from tests.engine import costly
from tests.engine.acts import rows
from tests.engine.costly import begin, due, rewritten, signed, statement, told

SignIn = Callable[[str], Client]
NOTICE = "/cong-thanh-toan/thong-bao"


@pytest.fixture
def owed(engine: Engine) -> str:
    """A dossier whose applicant owes 500,000 đồng."""
    costly.publish(engine)
    officer = actor_named(engine, "tiepnhan")
    dossier_id = costly.file(engine, officer, "paid-by-himself")
    costly.assess(engine, officer, dossier_id, 500_000)
    return dossier_id


@pytest.fixture
def pending(engine: Engine, owed: str) -> Any:
    """The payment that the applicant began."""
    return begin(engine, actor_named(engine, "tiepnhan"), owed)


def paid(engine: Engine, dossier_id: str) -> bool:
    settle(engine)
    return not due(engine, dossier_id)


def post(app: Flask, body: bytes | str, kind: str = "application/json") -> tuple[int, Any]:
    answer = app.test_client().post(NOTICE, data=body, content_type=kind)
    return answer.status_code, answer.get_json(silent=True)


def test_a_payer_goes_to_the_gateway_pays_and_comes_back(
        engine: Engine, client: Client, owed: str, pending: Any) -> None:
    page = client.get(f"/thanh-toan/{pending.id}")
    assert "500.000 đồng" in page.main and "Nguyễn Văn An" not in page.text
    page = client.get(page.link("Sang cổng thanh toán"))
    assert page.h1 == "Cổng thanh toán thử" and "Không có tiền thật" in page.main
    page = client.submit(page.path, {"act": "pay", "telling": "once"})
    assert page.h1 == "Đã thanh toán" and page.path == f"/thanh-toan/{pending.id}"
    assert paid(engine, owed)
    assert page.link("Quay lại hồ sơ") == "/ho-so-cua-toi"


@pytest.mark.parametrize(("telling", "settled"), [("twice", True), ("never", False), ("wrong", False)])
def test_the_gateway_may_tell_twice_never_or_wrongly(
        engine: Engine, client: Client, owed: str, pending: Any, telling: str, settled: bool) -> None:
    page = client.get(f"/thanh-toan/{pending.id}/di")
    client.submit(page.path, {"act": "pay", "telling": telling})
    assert paid(engine, owed) is settled
    assert len(costly.receipts(engine, owed)) == int(settled)


def test_who_gives_up_is_told_that_nothing_was_taken(engine: Engine, client: Client, owed: str, pending: Any) -> None:
    page = client.get(f"/thanh-toan/{pending.id}/di")
    page = client.submit(page.path, {"act": "give_up"})
    assert page.h1 == "Bạn đã hủy thanh toán"
    assert not paid(engine, owed)
    assert client.get(f"/thanh-toan/{pending.id}/di").path == f"/thanh-toan/{pending.id}"


def test_a_lost_notice_is_sent_later_or_made_good_by_the_file(
        engine: Engine, client: Client, sign_in: SignIn, owed: str, pending: Any) -> None:
    client.get(f"/thanh-toan/{pending.id}/di")
    client.submit(f"/cong-thanh-toan-thu/{pending.reference}", {"act": "pay", "telling": "never"})
    cashier = sign_in("thungan")
    csv = cashier.browser.get("/cong-thanh-toan-thu/doi-soat/2026-03-02").data
    cashier.get("/doi-soat")
    page = cashier.submit("/doi-soat", {"day": "02/03/2026", "file": a_file("ngay.csv", csv)})
    assert "đang được ghi sổ" in page.main and not page.find("//input[@name='resolution']")
    settle(engine)
    assert "Khớp nhờ tệp đối soát" in cashier.get(page.path).main
    assert paid(engine, owed)
    cashier.get("/cong-thanh-toan-thu")
    assert "Đã gửi kết quả" in cashier.submit(f"/cong-thanh-toan-thu/{pending.reference}/gui-lai").main
    assert len(costly.receipts(engine, owed)) == 1


def test_only_accountants_of_the_unit_are_asked_what_became_of_its_money(
        engine: Engine, sign_in: SignIn, owed: str, pending: Any) -> None:
    costly.tell(engine, told(pending.reference, 1))
    (kept,) = rows(engine, gateway_transaction)
    for login, asked in (("thungan", True), ("giamdocpl", False)):
        page = sign_in(login).get("/doi-soat")
        assert kept.transaction_id in page.main
        assert bool(page.find("//input[@name='resolution']")) is asked


def test_a_payment_that_was_paid_in_cash_says_so(engine: Engine, client: Client, owed: str, pending: Any) -> None:
    costly.collect(engine, actor_named(engine, "tiepnhan"), owed)
    page = client.get(f"/thanh-toan/{pending.id}")
    assert page.h1 == "Lần thanh toán này đã được thay thế"
    assert not page.find("//a[contains(@href, '/di')]")


@pytest.mark.parametrize("path", ["/thanh-toan/khong-co", "/thanh-toan/%00", "/thanh-toan/khong-co/di",
                                  "/cong-thanh-toan-thu/KHONGCO", "/cong-thanh-toan-thu/..%2F..%2Fetc",
                                  "/cong-thanh-toan-thu/" + "A" * 300])
def test_an_address_that_leads_nowhere_is_not_found(client: Client, path: str) -> None:
    client.get(path, 404)


# ------------------------------------------------------------------ the door for notices
def test_a_signed_notice_needs_no_token_and_is_taken_again_and_again(
        engine: Engine, app: Flask, owed: str, pending: Any) -> None:
    body = json.dumps(told(pending.reference, 500_000))
    assert [post(app, body) for _ in range(3)] == [(200, {"MaLoi": "00"})] * 3
    assert paid(engine, owed)
    assert len(costly.receipts(engine, owed)) == 1


def test_a_notice_that_nobody_signed_is_refused(engine: Engine, app: Flask, owed: str, pending: Any) -> None:
    signed = told(pending.reference, 500_000)
    for changed in ({"MaXacThuc": "0" * 64}, {"SoTien": "1"}, {"SoTien": "-500000"}, {"MaXacThuc": None}):
        assert post(app, json.dumps(signed | changed)) == (403, {"MaLoi": "97"})
    assert not paid(engine, owed)


@pytest.mark.parametrize(("body", "kind"), [
    (b"", "application/json"), (b"{", "application/json"), (b"[]", "application/json"), (b"null", "application/json"),
    (b'"text"', "application/json"), (b"[" * 15_000, "application/json"), (b'{"a":' * 2500, "application/json"),
    (b"\xff\xfe", "application/json"), (b"1" * 10_000, "application/json"),
    (b"{}", "text/plain"), (b"MaThamChieu=1", "application/x-www-form-urlencoded"), (b"{}", ""),
])
def test_what_is_no_message_is_refused_without_harm(app: Flask, body: bytes, kind: str) -> None:
    assert post(app, body, kind) == (400, {"MaLoi": "99"})


def test_a_huge_notice_is_refused_before_it_is_read(app: Flask) -> None:
    assert post(app, b'{"a": "' + b"x" * 200_000 + b'"}')[0] == 413


def test_an_empty_message_is_unsigned(app: Flask) -> None:
    assert post(app, b"{}") == (403, {"MaLoi": "97"})


def test_without_a_gateway_there_is_no_door_no_play_and_no_payment(
        engine: Engine, app: Flask, client: Client, pending: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_gateway(PaymentSettings(), engine.settings.data_dir) is None
    object.__setattr__(engine, "payments", None)
    client.get(f"/cong-thanh-toan-thu/{pending.reference}", 404)
    assert "Sang cổng thanh toán" not in client.get(f"/thanh-toan/{pending.id}").main
    client.get(f"/thanh-toan/{pending.id}/di", 503)


# ------------------------------------------------------------------ the books
def test_differences_are_listed_and_explained(engine: Engine, app: Flask, sign_in: SignIn) -> None:
    post(app, json.dumps(told("MCNOBODY", 77_000, "GD9")))
    cashier = sign_in("thungan")
    page = cashier.get("/doi-soat")
    assert "77.000 đồng" in page.main and "Không rõ mã tham chiếu" in page.main
    (action,) = page.find("//form[contains(@action, '/giao-dich/')]/@action")
    assert "Hãy ghi lý do" in cashier.submit(action).main
    assert "Không có khoản nào chờ giải quyết" in cashier.submit(action, {"resolution": "Đã hoàn tiền"}).main
    csv = statement(("GD9", "MCNOBODY", 77_000), ("GD8", "MCOTHER", 1000))
    page = cashier.submit("/doi-soat", {"day": "02/03/2026", "file": a_file("ngay.csv", csv)})
    assert "Chỉ có ở cổng thanh toán" in page.main
    action = page.find("//form[contains(@action, '/chenh-lech/')]/@action")[0]
    assert "Ngân hàng xác nhận" in cashier.submit(action, {"resolution": "Ngân hàng xác nhận"}).main


@pytest.mark.parametrize(("day", "content", "words"), [
    ("02/03/2026", b"", "không có chữ ký"), ("02/03/2026", signed(b""), "Tệp thiếu cột"),
    ("02/03/2026", signed(b"\xff\xfe"), "không phải CSV"),
    ("02/03/2026", statement(("GD1", "MC1", 1)).replace(b",1,", b",2,"), "đã bị sửa"),
    ("01/03/2026", statement(("GD1", "MC1", 1)), "giao dịch của ngày khác"), ("", statement(), "Hãy chọn ngày"),
    ("31/02/2026", statement(), "Hãy chọn ngày"),
    ("02/03/2026", rewritten(statement(("GD1", "MC1", 1)), b",1,", b",x,"), "Dòng 2"),
    ("02/03/2026", statement(("GD1", "MC1", 1), ("GD1", "MC1", 1)), "lặp lại"),
])
def test_a_file_that_cannot_be_compared_says_what_is_wrong(
        sign_in: SignIn, day: str, content: bytes, words: str) -> None:
    cashier = sign_in("thungan")
    cashier.get("/doi-soat")
    page = cashier.submit("/doi-soat", {"day": day, "file": a_file("ngay.csv", content)}, 422)
    assert words in page.main


def test_the_books_are_closed_to_officers_who_do_not_keep_them(sign_in: SignIn) -> None:
    for login, status in (("tiepnhan", 403), ("hotich", 403), ("giamdoc", 200), ("thungan", 200)):
        sign_in(login).get("/doi-soat", status)


def test_an_applicant_pays_for_his_own_dossier_and_opens_his_receipt(
        engine: Engine, sign_in: SignIn, owed: str) -> None:
    citizen, someone = actor_named(engine, "congdan"), sign_in("congdan")
    with engine.database.begin() as connection:
        connection.execute(sa.update(dossier).where(dossier.c.id == owed).values(submitted_by=citizen.id))
    own = f"/cong-dan/ho-so/{owed}"
    assert "500.000 đồng" in someone.get(own).main
    page = someone.submit(f"{own}/thanh-toan")
    page = someone.get(page.link("Sang cổng thanh toán"))
    page = someone.submit(page.path, {"act": "pay", "telling": "twice"})
    assert page.h1 == "Đã thanh toán" and page.link("Quay lại hồ sơ") == own
    assert paid(engine, owed)
    page = someone.get(someone.get(own).link("BLN/26-0000001"))
    assert "Năm trăm nghìn đồng" in page.main and page.link("Quay lại hồ sơ") == own
