"""Citizens come in without an account, with one, or by an electronic identity; and keep what they told themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey

from app import config, create_app
from app.config import CLAIMS, IdentityProvider, Settings
from app.security import limiter
from engine.bootstrap import Engine
from engine.domain.citizen import Assurance, CitizenProfile
from engine.queries.citizens import profile_of
from engine.queries.people import actor_by_login
from engine.store.citizen_tables import citizen_identity, citizen_profile
from engine.store.notice_tables import notice
from engine.testing import FrozenClock
from tests.app.citizens import APPLY
from tests.app.client import PASSWORD, Client
from tests.app.identity_provider import CLIENT, SECRET
from tests.app.identity_provider import IdentityProvider as Provider
from tests.conftest import actor_named
from tests.engine.acts import rows

SignIn = Callable[[str], Client]
PHONE = "0912 345 678"


def last_code(engine: Engine) -> str:
    """Out of the letter that waits to be sent."""
    letter = rows(engine, notice, event="contact_code")[-1]
    found = re.search(r"\b\d{6}\b", letter.text)
    assert found
    return found.group()


def come_in(client: Client, engine: Engine, contact: str = PHONE, wanted: str = "") -> Client:
    client.get(f"/dang-nhap/ma{wanted}")
    client.submit("/dang-nhap/ma", {"contact": contact})
    client.submit("/dang-nhap/ma/xac-nhan", {"code": last_code(engine)})
    return client


def profile(engine: Engine, login: str) -> CitizenProfile:
    actor = engine.read(actor_by_login, login)
    assert actor
    found = engine.read(profile_of, actor.id)
    assert found
    return found


def test_a_guest_comes_in_by_code_and_goes_on_where_he_wanted(client: Client, engine: Engine) -> None:
    page = client.get(APPLY)
    client.get(page.link("Nhận mã qua điện thoại"))
    client.submit("/dang-nhap/ma", {"contact": PHONE})
    assert client.submit("/dang-nhap/ma/xac-nhan", {"code": last_code(engine)}).path == APPLY


def test_the_code_is_on_no_page(client: Client, engine: Engine) -> None:
    client.get("/dang-nhap/ma")
    page = client.submit("/dang-nhap/ma", {"contact": PHONE})
    assert last_code(engine) not in page.source
    assert last_code(engine) not in client.submit("/dang-nhap/ma/xac-nhan", {"code": "x"}, 422).source


def test_a_wrong_code_is_refused_and_says_what_to_do(client: Client, engine: Engine) -> None:
    client.get("/dang-nhap/ma")
    client.submit("/dang-nhap/ma", {"contact": PHONE})
    code = last_code(engine)
    page = client.submit("/dang-nhap/ma/xac-nhan", {"code": f"{(int(code) + 1) % 1_000_000:06d}"}, 422)
    assert "không đúng hoặc đã hết hạn" in page.main
    assert client.submit("/dang-nhap/ma/xac-nhan", {"code": f"{code[:3]} {code[3:]}"}).h1 == "Hồ sơ của tôi"


@pytest.mark.parametrize("contact", ["", "không", "1", "a@b", "<script>", "0" * 500])
def test_nonsense_is_no_contact(client: Client, contact: str) -> None:
    client.get("/dang-nhap/ma")
    assert "0912345678" in client.submit("/dang-nhap/ma", {"contact": contact}, 422).main


def test_a_code_without_having_asked_for_one_leads_to_the_start(client: Client) -> None:
    assert client.get("/dang-nhap/ma/xac-nhan").path == "/dang-nhap/ma"
    client.get("/dang-nhap/ma")
    assert client.post("/dang-nhap/ma/xac-nhan", {"code": "123456"}).status_code == 303


def test_codes_cannot_be_asked_for_without_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    client = Client(app)
    client.get("/dang-nhap/ma")
    token = client.page.filled("/dang-nhap/ma")["csrf_token"] if client.page else ""
    sent = ({"csrf_token": token, "contact": f"09123456{n:02d}"} for n in range(12))
    statuses = [client.browser.post("/dang-nhap/ma", data=each).status_code for each in sent]
    assert statuses[:10] == [303] * 10 and set(statuses[10:]) == {429}


def test_one_address_cannot_use_up_the_codes_of_a_contact(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    statuses = []
    for n in range(7):
        stranger = Client(app)
        stranger.get("/dang-nhap/ma")
        fields = {**stranger.page.filled("/dang-nhap/ma"), "contact": ("0912345678", "+84 912 345 678")[n % 2]}
        sender = {"REMOTE_ADDR": "203.0.113.9" if n == 6 else "203.0.113.1"}
        statuses.append(stranger.browser.post("/dang-nhap/ma", data=fields, environ_overrides=sender).status_code)
    assert statuses == [303] * 5 + [429, 303]


def test_a_guest_chooses_a_password_and_comes_back_with_it(client: Client, engine: Engine, app: Flask) -> None:
    come_in(client, engine)
    client.get("/tai-khoan")
    assert "ít nhất 8 ký tự" in client.submit("/tai-khoan/mat-khau", {"password": "ngắn"}, 422).main
    assert "Đã đặt mật khẩu" in client.submit("/tai-khoan/mat-khau", {"password": "mat-khau-cua-toi"}).main
    again = Client(app)
    again.get("/dang-nhap")
    page = again.submit("/dang-nhap", {"login": "+84 912 345 678", "password": "mat-khau-cua-toi"})
    assert page.h1 == "Hồ sơ của tôi"


def test_nobody_else_is_told_who_has_an_account(client: Client, engine: Engine) -> None:
    come_in(client, engine)
    client.get("/tai-khoan")
    client.submit("/dang-xuat")
    assert "0912345678" not in client.get("/dang-nhap").source


def test_citizens_correct_what_they_told(client: Client, engine: Engine) -> None:
    come_in(client, engine)
    client.get("/tai-khoan")
    page = client.submit("/tai-khoan", {
        "name": "Lê Thị Dung", "birth_date": "05/09/1990", "email": "dung@vidu.vn", "language": "en",
        "notice_channels": ["email", "zalo"]})
    assert "Đã lưu" in page.main
    told = profile(engine, "0912345678")
    assert (told.name, told.birth_date, told.language) == ("Lê Thị Dung", date(1990, 9, 5), "en")
    assert told.notice_channels == ("email", "zalo")


def test_what_is_wrong_in_a_profile_is_said_at_its_field(client: Client, engine: Engine) -> None:
    come_in(client, engine)
    client.get("/tai-khoan")
    page = client.submit("/tai-khoan", {"name": "", "email": "không phải thư", "birth_date": "31/02/1990"}, 422)
    assert all(page.find(f"//a[@href='#field-{key}']") for key in ("name", "email", "birth_date"))
    assert page.filled("/tai-khoan")["email"] == "không phải thư"


def test_an_account_is_taken_back_by_its_owner(client: Client, engine: Engine) -> None:
    come_in(client, engine)
    client.get("/tai-khoan/xoa")
    assert "đã được xóa" in client.submit("/tai-khoan/xoa").main
    assert client.get("/tai-khoan").h1 == "Đăng nhập"
    assert not [row for row in rows(engine, citizen_profile) if row.phone == "0912345678" and not row.id_number]


def test_what_an_identity_provider_vouched_for_is_shown_and_not_asked(sign_in: SignIn) -> None:
    page = sign_in("congdan").get("/tai-khoan")
    assert "079088001234" in page.main and not page.find("//input[@name='id_number']")


# ------------------------------------------------------------------ electronic identity
@pytest.fixture
def provider() -> Iterator[Provider]:
    """Somebody who vouches for people."""
    running = Provider()
    running.person = {"sub": "vn-1", "name": "Phạm Văn Đạt", "identity_number": "079090001234",
                      "birthdate": "1990-05-20", "assurance_level": "2"}
    yield running
    running.stop()


@pytest.fixture
def visitor(engine: Engine, settings: Settings, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody before a service that knows the provider."""
    known = IdentityProvider(provider.issuer, "VNeID", CLIENT, SECRET, CLAIMS, frozenset({"2", "high"}))
    app = create_app(engine, replace(settings, public_url="http://localhost", identity=known))
    monkeypatch.setattr(limiter, "enabled", False)
    return Client(app)


def vouched(visitor: Client, start: str = "/dang-nhap/dinh-danh") -> str:
    """Goes to the provider as a browser would; returns the address to which it sends back."""
    there = visitor.browser.get(start).headers["Location"]
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=5).headers["Location"])
    return f"{back.path}?{back.query}"


def test_an_electronic_identity_opens_an_account_with_what_it_vouches_for(visitor: Client) -> None:
    link = visitor.get("/dang-nhap").link("VNeID")
    assert visitor.get(vouched(visitor, link)).h1 == "Hồ sơ của tôi"
    page = visitor.get("/tai-khoan")
    assert all(each in page.main for each in ("Phạm Văn Đạt", "079090001234", "20/05/1990", "Đã xác thực định danh"))


def test_the_same_identity_is_the_same_account(visitor: Client, engine: Engine) -> None:
    for _ in range(2):
        visitor.get(vouched(visitor))
    assert len([row for row in rows(engine, citizen_profile) if row.id_number == "079090001234"]) == 1


def test_a_weak_assurance_vouches_for_nothing(visitor: Client, provider: Provider, engine: Engine) -> None:
    provider.person["assurance_level"] = "1"
    visitor.get(vouched(visitor))
    (row,) = [row for row in rows(engine, citizen_profile) if row.name == "Phạm Văn Đạt"]
    assert row.assurance == Assurance.DECLARED.value


SAME_NUMBER = {"identity_number": "079088001234", "name": "Nguyễn Văn Công"}
OFFER, CONSENT = "/dang-nhap/dinh-danh/lien-ket", "/tai-khoan/dinh-danh/lien-ket"


def test_an_account_with_the_same_number_is_linked_after_its_password(visitor: Client, provider: Provider) -> None:
    provider.person.update(SAME_NUMBER)
    page = visitor.get(vouched(visitor))
    assert page.path == OFFER and "079088001234" in page.main
    visitor.submit(OFFER, {"login": "congdan", "password": "sai"}, 401)
    assert "Đã liên kết" in visitor.submit(OFFER, {"login": "congdan", "password": PASSWORD}).main
    visitor.submit("/dang-xuat")
    assert visitor.get(vouched(visitor)).h1 == "Hồ sơ của tôi"
    page = visitor.get("/tai-khoan")
    assert "Đã liên kết với VNeID" in page.main
    assert "Đã hủy liên kết" in visitor.submit("/tai-khoan/dinh-danh/huy").main


def test_whoever_links_by_his_password_goes_on_where_he_wanted(visitor: Client, provider: Provider) -> None:
    provider.person.update(SAME_NUMBER)
    visitor.get(vouched(visitor, "/dang-nhap/dinh-danh?next=/tai-khoan"))
    assert visitor.submit(OFFER, {"login": "congdan", "password": PASSWORD}).path == "/tai-khoan"


def test_nothing_is_linked_silently_or_with_an_account_of_another_number(
        visitor: Client, provider: Provider, engine: Engine) -> None:
    provider.person.update(SAME_NUMBER)
    visitor.get(vouched(visitor))
    assert rows(engine, citizen_identity) == [] and visitor.get("/tai-khoan").h1 == "Đăng nhập"
    visitor.get(OFFER)
    assert visitor.submit("/dang-nhap/dinh-danh/tai-khoan-moi").h1 == "Hồ sơ của tôi"
    (linked,) = rows(engine, citizen_identity)
    assert linked.account_id != actor_named(engine, "congdan").id


def test_officers_link_nothing_and_an_offer_grows_old(
        visitor: Client, provider: Provider, engine: Engine, clock: FrozenClock) -> None:
    provider.person.update(SAME_NUMBER)
    visitor.get(vouched(visitor))
    visitor.submit(OFFER, {"login": "hotich", "password": PASSWORD}, 401)
    clock.advance(timedelta(minutes=11))
    visitor.submit(OFFER, {"login": "congdan", "password": PASSWORD}, 400)
    assert rows(engine, citizen_identity) == []


def test_a_guest_links_from_his_account_and_lets_go_again(visitor: Client, engine: Engine) -> None:
    come_in(visitor, engine)
    link = visitor.get("/tai-khoan").link("Liên kết với VNeID")
    page = visitor.get(vouched(visitor, link))
    assert "Phạm Văn Đạt" in page.main and rows(engine, citizen_identity) == []
    page = visitor.submit(CONSENT)
    assert "Đã liên kết" in page.main and "079090001234" in page.main
    visitor.get(CONSENT, 400)
    visitor.get("/tai-khoan")
    assert "Liên kết với VNeID" in visitor.submit("/tai-khoan/dinh-danh/huy").main
    assert profile(engine, "0912345678").assurance is Assurance.DECLARED


def test_another_number_and_an_identity_that_is_taken_are_refused(
        visitor: Client, provider: Provider, engine: Engine) -> None:
    visitor.get(vouched(visitor))
    assert "Hủy liên kết" not in visitor.get("/tai-khoan").main
    assert visitor.post("/tai-khoan/dinh-danh/huy").status_code == 409
    visitor.submit("/dang-xuat")
    come_in(visitor, engine)
    visitor.get(vouched(visitor, "/tai-khoan/dinh-danh"))
    assert "tài khoản khác" in visitor.submit(CONSENT, status=409).main
    provider.person["sub"] = "vn-2"
    visitor.get("/tai-khoan")
    visitor.submit("/tai-khoan", {"name": "Lê Thị Dung", "id_number": "079090009999"})
    visitor.get(vouched(visitor, "/tai-khoan/dinh-danh"))
    assert "không khớp" in visitor.submit(CONSENT, status=409).main


def test_an_answer_with_a_foreign_state_is_refused(visitor: Client) -> None:
    back = vouched(visitor)
    page = visitor.get(re.sub(r"state=[^&]+", "state=forged", back), 400)
    assert "định danh điện tử" in page.main
    assert visitor.get("/tai-khoan").h1 == "Đăng nhập"


def test_an_answer_meant_for_another_visitor_is_refused(visitor: Client) -> None:
    back = vouched(visitor)
    Client(visitor.app).get(back, 400)


def test_an_answer_serves_once(visitor: Client) -> None:
    back = vouched(visitor)
    visitor.get(back)
    visitor.get("/tai-khoan")
    visitor.submit("/dang-xuat")
    visitor.get(back, 400)


def test_a_word_under_another_key_is_nobodys(visitor: Client, provider: Provider) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "1"})
    visitor.get(vouched(visitor), 400)


@pytest.mark.parametrize("spoiled", [{"aud": "somebody-else"}, {"iss": "https://xau.example"}, {"nonce": "other"},
                                     {"exp": 1_000}, {"name": ""}], ids=str)
def test_a_word_that_is_not_meant_for_us_is_refused(visitor: Client, provider: Provider,
                                                   spoiled: dict[str, object]) -> None:
    provider.person.update(spoiled)
    visitor.get(vouched(visitor), 400)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=access_denied&state=x", "?code=%00&state=%00"])
def test_nonsense_at_the_way_back_is_refused(visitor: Client, query: str) -> None:
    visitor.get(f"/dang-nhap/dinh-danh/ket-qua{query}", 400)


def test_a_provider_that_is_away_is_said_to_be(visitor: Client, provider: Provider) -> None:
    provider.stop()
    visitor.get("/dang-nhap/dinh-danh", 400)


def test_without_a_provider_there_is_no_such_way_in(client: Client) -> None:
    client.get("/dang-nhap/dinh-danh", 404)
    assert "VNeID" not in client.get("/dang-nhap").main


def test_a_provider_is_read_from_the_environment(tmp_path: object) -> None:
    read = config.from_environment({
        "DATA": str(tmp_path), "MOTCUA_OIDC_ISSUER": "https://id.example/", "MOTCUA_OIDC_CLIENT": "mc",
        "MOTCUA_OIDC_CLAIMS": "id_number=cccd"}).identity
    assert read and read.issuer == "https://id.example"
    assert (read.claims["id_number"], read.claims["name"]) == ("cccd", "name")
    with pytest.raises(config.SettingError):
        config.from_environment({"DATA": str(tmp_path), "MOTCUA_OIDC_ISSUER": "https://id.example"})
    with pytest.raises(config.SettingError):
        config.from_environment({"DATA": str(tmp_path), "MOTCUA_OIDC_ISSUER": "https://id.example",
                                 "MOTCUA_OIDC_CLIENT": "mc", "MOTCUA_OIDC_CLAIMS": "salary=x"})
