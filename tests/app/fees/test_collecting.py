"""At the counter: what is owed is seen before, collected once, and printed three times."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from engine.bootstrap import Engine
from engine.commands.corrections import CorrectDossier
from engine.commands.definitions import PublishPackage
from engine.domain.actor import SYSTEM
from tests.app.client import Client, Page
from tests.app.journeys import BUSINESS, dossier_id_of, file_dossier, first_task, pay_at_the_counter
from tests.conftest import actor_named
from tests.engine import costly

SignIn = Callable[[str], Client]
LANGUAGES = ("vi", "en")


@pytest.fixture
def dossier_id(sign_in: SignIn) -> str:
    """A household business that was accepted and owes 150,000 đồng."""
    return dossier_id_of(file_dossier(sign_in("tiepnhan"), "household-business", BUSINESS))


def in_english(somebody: Client) -> Client:
    somebody.get("/")
    somebody.submit("/ngon-ngu", {"lang": "en"})
    return somebody


def test_the_cost_is_shown_before_anything_is_filled_in_at_the_counter_and_on_the_portal(
        sign_in: SignIn, client: Client) -> None:
    for page in (client.get("/thu-tuc/household-business"), sign_in("tiepnhan").get("/tiep-nhan/household-business")):
        assert "Lệ phí đăng ký hộ kinh doanh: 150.000 đồng" in page.main


def test_the_counter_reckons_the_fee_from_the_answers_without_filing_anything(engine: Engine, sign_in: SignIn) -> None:
    costly.publish(engine)
    officer = sign_in("tiepnhan")
    officer.get("/tiep-nhan/paid-at-the-counter")
    page = officer.submit("/tiep-nhan/paid-at-the-counter", {"copies": "5", "reckon": "1"})
    assert "hồ sơ này phải nộp 168.000 đồng" in page.main      # 5 copies, the registration, and the result's paper
    assert page.find("//input[@name='copies']/@value") == ["5"]
    assert not engine.read(lambda conn: conn.exec_driver_sql("select 1 from dossier").first())


def test_answers_that_tell_no_amount_come_back_to_the_counter_with_everything_typed(
        engine: Engine, sign_in: SignIn) -> None:
    costly.publish(engine)
    fields = {"dossier_owner__name": "An", "subject": "thử", "decision": "accept"}
    page = file_dossier(sign_in("tiepnhan"), "paid-at-the-counter", fields, 422)
    assert "Chưa tính được Phí bản sao" in page.main
    assert page.find("//input[@name='subject']/@value") == ["thử"]


def test_the_task_leads_to_the_cash_desk_and_cannot_be_answered_by_hand(sign_in: SignIn, dossier_id: str) -> None:
    officer = sign_in("tiepnhan")
    task = first_task(officer)
    assert "150.000 đồng" in task.main and not task.find("//input[@name='fee_state']")
    assert task.link("Thu tiền") == f"/thu-phi/{dossier_id}"
    answer = officer.post(task.path, {"fee_state": "paid"})
    assert answer.status_code == 303
    assert "Hồ sơ còn khoản phải nộp" in officer.get("/viec").main


def test_money_is_taken_receipts_are_given_and_the_dossier_goes_on(sign_in: SignIn, dossier_id: str) -> None:
    officer = sign_in("tiepnhan")
    page = pay_at_the_counter(officer)
    assert "Đã thu 150.000 đồng" in page.main
    assert "BLL/26-0000001" in page.main
    assert "Không có khoản nào chờ thu" in officer.get("/thu-phi").main
    assert "Thẩm định" in first_task(sign_in("kinhte")).h1
    assert "Đã nộp" in officer.get(f"/ho-so/{dossier_id}").main


def test_a_receipt_prints_its_three_copies_in_vietnamese_with_the_amount_in_words(
        sign_in: SignIn, dossier_id: str) -> None:
    officer = in_english(sign_in("thungan"))
    page = officer.get(pay_at_the_counter(officer).link("BLL"))
    assert "Một trăm năm mươi nghìn đồng" in page.main
    answer = officer.browser.get(page.link("three copies"))
    assert "bien-lai-BLL-26-0000001.pdf" in answer.headers["Content-Disposition"]
    copies = [unicodedata.normalize("NFC", " ".join(each.extract_text().split()))
              for each in PdfReader(BytesIO(answer.data)).pages]
    assert [text.split(" TRUNG TÂM")[0] for text in copies] == [
        "Liên 1: lưu tại nơi thu", "Liên 2: giao người nộp", "Liên 3: kế toán"]
    for words in ("Một trăm năm mươi nghìn đồng", "150.000 đồng", "Lê Văn Tâm", "BLL/26", "0000001", "Phan Thị Thu",
                  "BIÊN LAI THU LỆ PHÍ", "Tiền mặt"):
        assert all(words in text for text in copies)
    assert sign_in("tiepnhanpl").browser.get(page.link("three copies")).status_code == 404


def test_a_double_click_gives_one_receipt(sign_in: SignIn, dossier_id: str) -> None:
    officer = sign_in("tiepnhan")
    page = officer.get(f"/thu-phi/{dossier_id}")
    sent = page.filled(page.path)
    assert [officer.browser.post(page.path, data=sent).status_code for _ in range(3)] == [303] * 3
    assert len(officer.get(f"/thu-phi/{dossier_id}").find("//a[starts-with(@href, '/bien-lai/')]")) == 1


def test_somebody_faster_is_told_of_and_no_error_page_is_shown(sign_in: SignIn, dossier_id: str) -> None:
    slow = sign_in("tiepnhan2")
    slow.get(f"/thu-phi/{dossier_id}")
    pay_at_the_counter(sign_in("tiepnhan"))
    assert "Không còn gì phải nộp" in slow.submit(f"/thu-phi/{dossier_id}").main


@pytest.mark.parametrize("fields", [
    {"line": None}, {"line": "another"}, {"line": "\x00"}, {"method": "barter"}, {"method": None},
])
def test_what_cannot_be_collected_comes_back_with_the_reason(
        sign_in: SignIn, dossier_id: str, fields: dict[str, str | None]) -> None:
    officer = sign_in("tiepnhan")
    officer.get(f"/thu-phi/{dossier_id}")
    page = officer.submit(f"/thu-phi/{dossier_id}", fields, 422)
    assert page.find("//*[contains(@class, 'govuk-error-summary')]")


def test_money_of_another_unit_does_not_exist(sign_in: SignIn, dossier_id: str) -> None:
    receipt = pay_at_the_counter(sign_in("tiepnhan")).link("BLL")
    for path in (f"/thu-phi/{dossier_id}", receipt):
        sign_in("tiepnhanpl").get(path, 404)
        sign_in("hotich").get(path, 403 if path.startswith("/thu-phi") else 404)
    assert "Không có khoản nào chờ thu" in sign_in("tiepnhanpl").get("/thu-phi").main


def test_money_is_given_back_after_a_refusal_with_a_reason(engine: Engine, sign_in: SignIn) -> None:
    costly.publish(engine)
    officer = actor_named(engine, "tiepnhan")
    dossier_id = costly.file(engine, officer, "stopped-in-the-end")
    costly.collect(engine, officer, dossier_id)
    task = costly.open_task(engine, dossier_id)
    engine.execute(costly.CompleteTask(task, {}), officer)
    cashier = sign_in("thungan")
    cashier.get(f"/thu-phi/{dossier_id}")
    assert "Hãy ghi lý do" in cashier.submit(f"/thu-phi/{dossier_id}/hoan-tra").main
    page = cashier.submit(f"/thu-phi/{dossier_id}/hoan-tra", {"reason": "Hồ sơ bị từ chối"})
    assert "Đã hoàn trả" in page.main and "Đã thu hồi" in page.main
    assert "đã bị thu hồi" in cashier.get(page.link("BLP")).main


def test_what_a_correction_left_paid_too_much_is_found_and_given_back(engine: Engine, sign_in: SignIn) -> None:
    costly.publish(engine)
    officer = actor_named(engine, "tiepnhan")
    dossier_id = costly.file(engine, officer, "paid-at-the-counter")
    costly.collect(engine, officer, dossier_id)
    engine.execute(CorrectDossier(dossier_id, "Ghi nhầm số bản", answers={"copies": 1}), officer)
    cashier = in_english(sign_in("thungan"))
    assert "VND 4.000 paid too much, to be given back" in cashier.get("/thu-phi").main
    cashier.get(f"/thu-phi/{dossier_id}")
    page = cashier.submit(f"/thu-phi/{dossier_id}/hoan-tra", {"reason": "Đã sửa số bản"})
    assert "the receipt revoked" in page.main and "to be given back" not in page.main
    assert len(page.find("//a[starts-with(@href, '/bien-lai/')]")) == 3


def test_the_exemption_is_offered_and_asks_for_its_paper(engine: Engine, sign_in: SignIn) -> None:
    costly.publish(engine)
    dossier_id = costly.file(engine, actor_named(engine, "tiepnhan"), "paid-at-the-counter")
    officer = sign_in("tiepnhan")
    page = officer.get(f"/thu-phi/{dossier_id}")
    (name,) = page.find("//select/@name")
    line_id = name.removeprefix("exempt-")
    page = officer.submit(page.path, {name: "poor", "line": line_id}, 422)
    assert "Giấy tờ chứng minh được miễn chưa có" in page.main


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_money_is_complete_in_both_languages(
        engine: Engine, sign_in: SignIn, dossier_id: str, language: str) -> None:
    def read(page: Page) -> None:
        assert "fees." not in page.text and "fee." not in page.text and "label." not in page.text

    cashier = sign_in("thungan")
    if language == "en":
        in_english(cashier)
    read(cashier.get("/thu-phi"))
    read(cashier.get(f"/thu-phi/{dossier_id}"))
    paid = pay_at_the_counter(cashier)
    read(paid)
    read(cashier.get(paid.link("BLL")))
    read(cashier.get("/doi-soat"))
    read(cashier.get("/cong-thanh-toan-thu"))


def test_a_procedure_may_be_published_whose_decision_table_sets_the_fee(engine: Engine) -> None:
    package = costly.with_decision()
    assert engine.execute(PublishPackage(package), SYSTEM)["version_id"]
    dossier_id = costly.file(engine, actor_named(engine, "tiepnhan"), package.slug)
    assert [line.amount for line in costly.lines(engine, dossier_id)] == [20_000]
