"""What anybody may learn about a dossier, and what nobody may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.security import limiter
from engine.bootstrap import Engine
from engine.testing import FrozenClock, settle
from tests.app.citizens import sent
from tests.app.client import Client
from tests.app.journeys import BIRTH, BIRTH_STEPS, BUSINESS, do_first_task, file_dossier, tracking_path

SignIn = Callable[[str], Client]


def test_the_form_leads_to_the_same_page_as_the_picture(sign_in: SignIn, client: Client) -> None:
    path = tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    _, _, code, secret = path.split("/")
    client.get("/tra-cuu")
    page = client.submit("/tra-cuu", {"code": f" {code} ", "secret": secret})
    assert page.path == path
    assert page.h1 == f"Hồ sơ {code}"


def test_a_wrong_code_and_a_wrong_secret_get_the_same_answer(sign_in: SignIn, client: Client) -> None:
    path = tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    _, _, code, secret = path.split("/")
    wrong_secret = client.get(f"/tra-cuu/{code}/{secret[::-1]}", 404)
    wrong_code = client.get(f"/tra-cuu/{code[:-1]}9/{secret}", 404)
    assert wrong_secret.main == wrong_code.main
    assert "Không có hồ sơ nào khớp" in wrong_code.main


@pytest.mark.parametrize("path", [
    "/tra-cuu/%00/%00", "/tra-cuu/' OR 1=1 --/x", "/tra-cuu/" + "a" * 2000 + "/b", "/tra-cuu/a/" + "ă" * 300,
    "/tra-cuu/%F0%9F%98%80/%F0%9F%98%80", "/tra-cuu/../../etc/passwd",
])
def test_nonsense_is_answered_like_a_wrong_code(client: Client, path: str) -> None:
    client.get(path, 404)


def test_a_dossier_that_waits_for_papers_shows_a_stopped_clock(
        sign_in: SignIn, client: Client, clock: FrozenClock) -> None:
    path = tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    do_first_task(sign_in("hotich"), {"appraisal_decision": "supplement", "reason": "Sai tên mẹ"})
    page = client.get(path)
    assert "Yêu cầu bổ sung giấy tờ" in page.main and "Tạm dừng tính thời gian" in page.main
    assert "Sai tên mẹ" not in page.source
    clock.advance(timedelta(days=3))
    assert "Quá hạn" not in client.get(path).main


def test_what_must_be_paid_is_said_where_people_look(sign_in: SignIn, client: Client) -> None:
    page = client.get(tracking_path(file_dossier(sign_in("tiepnhan"), "household-business", BUSINESS)))
    assert "Cần nộp 150.000" in page.main and "chưa phải làm gì" not in page.main


def test_a_late_dossier_is_shown_as_late(sign_in: SignIn, client: Client, clock: FrozenClock) -> None:
    path = tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    clock.advance(timedelta(days=1))
    assert "Quá hạn" in client.get(path).main


def test_the_page_works_in_english(sign_in: SignIn, client: Client) -> None:
    path = tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    client.get("/")
    client.submit("/ngon-ngu", {"lang": "en"})
    page = client.get(path)
    assert "In progress" in page.main and "left" in page.main


def test_secrets_cannot_be_tried_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    client = Client(app)
    statuses = [client.browser.get(f"/tra-cuu/H99.01.01-260302-0001/guess{n}").status_code for n in range(35)]
    assert statuses[:30] == [404] * 30
    assert set(statuses[30:]) == {429}


def test_the_address_with_the_secret_is_not_told_to_other_sites(client: Client) -> None:
    page = client.get("/tra-cuu")
    assert page.headers["Referrer-Policy"] == "same-origin"


# ------------------------------------------------------------------ what the page weighs and tells
def weight(client: Client, href: str) -> int:
    with client.browser.get(href) as answer:
        return len(answer.data)


def test_the_page_with_everything_it_loads_weighs_less_than_twenty_kilobytes_and_runs_no_script(
        sign_in: SignIn, client: Client) -> None:
    page = client.get(tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)))
    loaded = sum(weight(client, href) for href in page.find("//link/@href"))
    assert len(page.source.encode()) + loaded < 20_000
    assert not page.find("//script") and not page.find("//img")


def test_the_page_says_where_what_next_when_and_how_to_complain(sign_in: SignIn, client: Client) -> None:
    page = client.get(tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)))
    assert "Ủy ban nhân dân xã Tân An" in page.main
    assert "Bạn chưa phải làm gì" in page.main and "Ngày hẹn trả" in page.main and "Còn" in page.main
    assert client.get(page.link("Phản ánh, kiến nghị")).path == "/phan-anh"


def test_nobodys_data_stand_on_the_page(sign_in: SignIn, client: Client) -> None:
    page = client.get(tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)))
    told = ("Trần Thị Bình", "0912 345 678", "Nguyễn Minh An", "012345678901", "Thôn 2")
    assert not [each for each in told if each in page.source]


def test_an_online_submission_is_tracked_before_it_has_a_code(sign_in: SignIn, client: Client) -> None:
    page = client.get(sent(sign_in("congdan")).link("Trang tra cứu"))
    assert page.h1.startswith("Hồ sơ TAM-") and "8 giờ làm việc" in page.main
    assert "Nguyễn Văn Công" not in page.source and "H99.01.01-" not in page.main
    client.get("/tra-cuu")
    reference, secret = page.path.split("/")[-2:]
    assert client.submit("/tra-cuu", {"code": reference.lower(), "secret": secret}).path == page.path
    client.get(f"/tra-cuu/{reference}/{secret[::-1]}", 404)


def test_what_is_missing_is_named_without_the_officers_words(
        sign_in: SignIn, client: Client, engine: Engine) -> None:
    link = sent(sign_in("congdan")).link("Trang tra cứu")
    do_first_task(sign_in("tiepnhan"), {
        "decision": "supplement", "missing": ["live_birth_certificate"], "wrong_fields": ["child_name"],
        "reason": "Tên bà Bình chưa khớp"})
    settle(engine)
    page = client.get(link)
    assert "Giấy chứng sinh" in page.main and "Họ, chữ đệm, tên của trẻ" in page.main
    assert "bà Bình" not in page.source and "Hạn bổ sung" in page.main


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(code=st.text(max_size=60), secret=st.text(max_size=60))
def test_whatever_is_typed_into_the_form_gets_one_of_two_answers(client: Client, code: str, secret: str) -> None:
    client.get("/tra-cuu")
    token = client.page.filled("/tra-cuu")["csrf_token"] if client.page else ""
    answer = client.browser.post("/tra-cuu", data={"csrf_token": token, "code": code, "secret": secret})
    assert answer.status_code == (404 if code.strip() and secret.strip() else 422)


def test_whoever_holds_the_receipt_may_say_how_it_was_once(sign_in: SignIn, client: Client, engine: Engine) -> None:
    path = tracking_path(file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH))
    client.get(f"{path}/danh-gia", 404)
    for login, answers in BIRTH_STEPS:
        do_first_task(sign_in(login), answers)
        settle(engine)
    assert client.get(path).link("Đánh giá") == f"{path}/danh-gia"
    client.get(f"{path.rpartition('/')[0]}/abcdefghijkl/danh-gia", 404)
    client.get(f"{path}/danh-gia")
    client.submit(f"{path}/danh-gia", {}, 422)
    page = client.submit(f"{path}/danh-gia", {"level": "very_satisfied", "comment": "Nhanh"})
    assert "Rất hài lòng" in page.main and not page.find("//form[@class='rate']")
