"""Who may open what: every address against every role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.security import CITIZENS, EVERYBODY
from engine.domain.actor import Role
from tests.app.client import Client
from tests.app.journeys import BIRTH, dossier_id_of, file_dossier

PEOPLE = {
    "tiepnhan": "reception", "hotich": "case officer", "lanhdao": "approver", "vanthu": "clerk", "giamdoc": "head",
    "phantich": "analyst", "quantri": "admin",
}
OFFICERS = {"tiepnhan", "hotich", "lanhdao", "vanthu", "giamdoc"}
EVERYONE = set(PEOPLE)
TABLE = {
    "/": EVERYONE,
    "/thu-tuc": EVERYONE,
    "/tra-cuu": EVERYONE,
    "/viec": OFFICERS,
    "/ho-so": OFFICERS,
    "/tiep-nhan": {"tiepnhan"},
    "/tiep-nhan/birth-registration": {"tiepnhan"},
    "/thu-phi": {"tiepnhan", "giamdoc"},
    "/doi-soat": {"giamdoc", "quantri"},
    "/cong-thanh-toan-thu": {"giamdoc", "quantri"},
    "/thiet-ke": {"phantich"},
    "/giam-sat": {"quantri"},
}
"""Address -> the logins that get a page; everybody else is told why not."""


def test_every_endpoint_says_who_may_enter(app: Flask) -> None:
    undeclared = [name for name, view in app.view_functions.items() if "admitted" not in vars(view)]
    assert not undeclared


def test_no_endpoint_admits_a_role_that_does_not_exist(app: Flask) -> None:
    admitted = [vars(view)["admitted"] for view in app.view_functions.values()]
    groups = (None, EVERYBODY, CITIZENS)
    assert all(any(each is group for group in groups) or (each and each <= set(Role)) for each in admitted)


@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_a_role_opens_its_pages_and_no_others(sign_in: Callable[[str], Client], login: str) -> None:
    somebody = sign_in(login)
    for path, admitted in TABLE.items():
        somebody.get(path, 200 if login in admitted else 403)


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_where_he_wanted(client: Client) -> None:
    page = client.get("/viec?xem=mine")
    assert page.h1 == "Đăng nhập"
    page = client.submit("/dang-nhap", {"login": "hotich", "password": "motcua2026"})
    assert (page.h1, page.path) == ("Việc cần làm", "/viec")


def test_pages_that_stand_in_the_menu_as_one_lead_to_each_other(sign_in: Callable[[str], Client]) -> None:
    clerk, officer = sign_in("vanthu"), sign_in("tiepnhan")
    menu = "//nav[@aria-label='Điều hướng chính']//a"
    first = clerk.get("/viec").link("Sổ sách")
    found = [str(each) for each in clerk.get(first).find("//main//nav//a/@href")]
    assert found[0] == first and len(found) == 3
    for path in found:
        assert [" ".join(each.text_content().split()) for each in clerk.get(path).find(menu + "[@aria-current]")] == [
            "Sổ sách"]
    assert officer.get("/viec").link("Sổ theo dõi") == first, "one alone goes by its own name"


def test_the_menu_leads_nowhere_that_is_closed(app: Flask, sign_in: Callable[[str], Client]) -> None:
    for login in PEOPLE:
        somebody = sign_in(login)
        for href in somebody.get("/").find("//nav//a/@href"):
            somebody.get(href)


def test_a_dossier_of_another_agency_does_not_exist_for_an_outsider(sign_in: Callable[[str], Client]) -> None:
    receipt = file_dossier(sign_in("tiepnhan"), "birth-registration", BIRTH)
    dossier = dossier_id_of(receipt)
    for tab in ("", "/giay-to", "/lich-su", "/so-do"):
        sign_in("kinhte").get(f"/ho-so/{dossier}{tab}", 404)
        sign_in("hotich").get(f"/ho-so/{dossier}{tab}")
