"""Coming in, staying in, going out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app import create_app
from app.config import Settings
from app.security import limiter
from engine.bootstrap import Engine
from engine.commands.accounts import SetPassword
from engine.domain.actor import SYSTEM
from engine.testing import FrozenClock
from tests.app.client import PASSWORD, Client, multipart

SignIn = Callable[[str], Client]


def attempt(client: Client, login: str, password: str, status: int) -> str:
    client.get("/dang-nhap")
    return client.submit("/dang-nhap", {"login": login, "password": password}, status).main


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client) -> None:
    wrong, unknown = attempt(client, "hotich", "sai", 401), attempt(client, "khongco", "sai", 401)
    assert wrong == unknown
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in wrong


def test_what_was_typed_stays_but_never_the_password(client: Client) -> None:
    client.get("/dang-nhap")
    page = client.submit("/dang-nhap", {"login": "hotich", "password": "bimat123"}, 401)
    assert page.filled("/dang-nhap")["login"] == "hotich"
    assert "bimat123" not in page.source


def test_an_empty_form_is_not_an_attempt(client: Client) -> None:
    assert "cả tên đăng nhập và mật khẩu" in attempt(client, "hotich", "", 422)


def test_five_wrong_passwords_lock_the_account_for_a_while(client: Client, clock: FrozenClock) -> None:
    for _ in range(5):
        attempt(client, "hotich", "sai", 401)
    told = attempt(client, "hotich", PASSWORD, 429)
    assert "tạm khóa" in told and "sau 08:45, 02/03/2026" in told
    clock.advance(timedelta(minutes=16))
    assert "Việc cần làm" in attempt(client, "hotich", PASSWORD, 200)


def test_a_new_password_ends_every_session_of_the_account(engine: Engine, sign_in: SignIn) -> None:
    officer = sign_in("hotich")
    engine.execute(SetPassword("hotich", "mat-khau-moi"), SYSTEM)
    assert officer.get("/viec").h1 == "Đăng nhập"


def test_nothing_of_a_session_survives_sign_in(client: Client) -> None:
    client.get("/dang-nhap")
    with client.browser.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    client.submit("/dang-nhap", {"login": "hotich", "password": PASSWORD})
    with client.browser.session_transaction() as session:
        assert "planted" not in session
        assert session["csrf_token"] != before


def test_signing_out_takes_a_post_and_ends_the_session(sign_in: SignIn) -> None:
    officer = sign_in("hotich")
    officer.get("/dang-xuat", 405)
    officer.get("/viec")
    assert "đã đăng xuất" in officer.submit("/dang-xuat").main
    assert officer.get("/viec").h1 == "Đăng nhập"


@pytest.mark.parametrize("target", [
    "https://xau.example/", "//xau.example/", "/\\xau.example", "javascript:alert(1)", "http:xau", "/viec\r\nX: 1",
])
def test_nobody_is_sent_to_another_site_after_signing_in(client: Client, target: str) -> None:
    client.get("/dang-nhap")
    token = client.page.filled("/dang-nhap")["csrf_token"] if client.page else ""
    answer = client.browser.post("/dang-nhap", data={
        "csrf_token": token, "login": "hotich", "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/viec")


def test_demo_accounts_are_shown_in_a_demonstration_only(client: Client, engine: Engine, settings: Settings) -> None:
    assert "vanthu" in client.get("/dang-nhap").main
    real = Client(create_app(engine, replace(settings, demo=False)))
    assert "vanthu" not in real.get("/dang-nhap").source


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: Client) -> None:
    cookie = client.browser.get("/dang-nhap").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_over_https_cookies_are_secure_and_the_browser_is_told_to_stay(engine: Engine, settings: Settings) -> None:
    app = create_app(engine, replace(settings, public_url="https://motcua.example"))
    answer = app.test_client().get("/dang-nhap", base_url="https://motcua.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_language_is_chosen_once_and_kept(client: Client) -> None:
    client.get("/")
    assert client.submit("/ngon-ngu", {"lang": "en"}).h1 == "Public services, clear at every step"
    assert client.get("/dang-nhap").tree.get("lang") == "en"
    client.submit("/ngon-ngu", {"lang": "xx"})
    assert client.get("/").tree.get("lang") == "en"


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 422)])
def test_visitors_behind_our_own_proxy_are_told_apart_and_nobody_elses_word_is_taken(
        engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, proxies: int, status: int) -> None:
    client = Client(create_app(engine, replace(settings, proxies=proxies)))
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    client.get("/dang-nhap")
    fields = client.page.filled("/dang-nhap") if client.page else {}
    for number in range(31):
        header = {"X-Forwarded-For": f"203.0.113.{number}"}
        answer = client.browser.post("/dang-nhap", data=fields, headers=header)
    assert answer.status_code == status


def test_a_stranger_cannot_fill_the_memory_of_the_server(client: Client) -> None:
    for body, kind in ((b"login=" + b"x" * 2_000_000, "application/x-www-form-urlencoded"),
                       multipart({"login": "x" * 2_000_000})):
        assert client.browser.post("/dang-nhap", data=body, content_type=kind).status_code == 413


def test_a_stranger_is_turned_away_before_his_upload_is_read(client: Client) -> None:
    answer = client.browser.post("/tiep-nhan/birth-registration", data=b"x", content_type="multipart/form-data")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dang-nhap")


def test_too_many_attempts_from_one_address_are_turned_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    client = Client(app)
    for _ in range(30):
        client.post("/dang-nhap", {"login": "", "password": ""})
    answer = client.post("/dang-nhap", {"login": "", "password": ""})
    assert answer.status_code == 429
    assert "quá nhanh" in answer.text and int(answer.headers["Retry-After"]) > 0


# ------------------------------------------------------------------ one's own password
def test_officers_change_their_password_and_other_sessions_end(sign_in: SignIn, app: Flask) -> None:
    officer, elsewhere = sign_in("hotich"), sign_in("hotich")
    page = officer.get(officer.get("/viec").link("Trần Minh Đức"))
    assert page.find("//button[@data-prevent-double-click='true']")
    page = officer.submit("/mat-khau", {"old": PASSWORD, "password": "mot-mat-khau-moi", "again": "mot-mat-khau-moi"})
    assert "Đã đặt mật khẩu" in page.main
    assert officer.get("/viec").h1 == "Việc cần làm"
    assert elsewhere.get("/viec").h1 == "Đăng nhập"
    assert "Việc cần làm" in attempt(Client(app), "hotich", "mot-mat-khau-moi", 200)


@pytest.mark.parametrize(("old", "new", "again", "told"), [
    ("sai", "mot-mat-khau-moi", "mot-mat-khau-moi", "đang dùng không đúng"),
    (PASSWORD, "ngan", "ngan", "ít nhất 8 ký tự"),
    (PASSWORD, "mot-mat-khau-moi", "mot-mat-khau-khac", "không giống nhau"),
])
def test_a_password_that_is_not_changed_says_why(
        sign_in: SignIn, old: str, new: str, again: str, told: str) -> None:
    officer = sign_in("hotich")
    officer.get("/mat-khau")
    page = officer.submit("/mat-khau", {"old": old, "password": new, "again": again}, 422)
    assert told in page.main and new not in page.source


def test_guessing_the_old_password_locks_the_account_as_at_the_door(sign_in: SignIn) -> None:
    officer = sign_in("hotich")
    officer.get("/mat-khau")
    tried = {"old": "sai", "password": "mot-mat-khau-moi", "again": "mot-mat-khau-moi"}
    for _ in range(5):
        officer.submit("/mat-khau", tried, 422)
    assert "tạm khóa" in officer.submit("/mat-khau", tried | {"old": PASSWORD}, 429).main
