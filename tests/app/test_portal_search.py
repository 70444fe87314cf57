"""Finding a procedure and reading its page, with whatever words people have."""

from __future__ import annotations

import pytest

from tests.app.client import Client


@pytest.mark.parametrize("words", [
    "khai sinh", "KHAI SINH", "dang ky khai sinh", "ĐĂNG KÝ", "1.001193",
    "giay khai sinh", "ho tich", "làm khai sinh cho con",
])
def test_a_procedure_is_found_by_name_field_code_and_the_words_of_citizens(client: Client, words: str) -> None:
    assert client.get(f"/thu-tuc?q={words}").find("//a[@href='/thu-tuc/birth-registration']")


def test_procedures_are_found_by_field_level_and_life_event(client: Client) -> None:
    page = client.get("/thu-tuc?su-kien=birth")
    assert page.find("//a[@href='/thu-tuc/birth-registration']")
    assert not page.find("//a[@href='/thu-tuc/household-business']")
    assert client.get("/thu-tuc?linh-vuc=Hộ tịch&cap=commune").find("//a[@href='/thu-tuc/birth-registration']")
    assert not client.get("/thu-tuc?su-kien=birth&cap=ministry").find("//a[starts-with(@href,'/thu-tuc/')]")


@pytest.mark.parametrize("query", [
    "q=zzzz", "linh-vuc=không có", "cap=planet", "su-kien=moon", "q=%00", "q=" + "a" * 5000,
])
def test_an_empty_list_says_what_to_do(client: Client, query: str) -> None:
    page = client.get(f"/thu-tuc?{query}")
    assert "Không tìm thấy thủ tục nào" in page.main and page.link("Tất cả thủ tục") == "/thu-tuc"


def test_what_the_service_begins_itself_is_not_offered_to_people(client: Client) -> None:
    listed = client.get("/thu-tuc").find("//main//a/@href")
    assert not {"/thu-tuc/apology", "/thu-tuc/extension", "/thu-tuc/withdrawal", "/thu-tuc/petition"} & set(listed)
    client.get("/cong-dan/nop/apology")


@pytest.mark.parametrize("filled", ["", "?mau=1"])
def test_the_form_can_be_read_on_paper_blank_and_filled_in(client: Client, filled: str) -> None:
    page = client.get(f"/thu-tuc/birth-registration/to-khai{filled}")
    assert "Họ, chữ đệm, tên của trẻ" in page.main and not page.find("//main//input")
    assert ("Nguyễn Văn An" in page.main) == bool(filled)


def test_petitions_have_a_page_with_their_time_limits(client: Client) -> None:
    page = client.get(client.get("/").link("Phản ánh, kiến nghị"))
    assert "15 ngày làm việc" in page.main and page.find("//a[@href='/cong-dan/nop/petition']")
