"""Pages for everybody."""

from __future__ import annotations

import pytest

from tests.app.client import Client


@pytest.mark.parametrize("path", ["/", "/thu-tuc", "/thu-tuc/birth-registration", "/tra-cuu", "/dang-nhap"])
def test_an_open_page_keeps_the_rules(client: Client, path: str) -> None:
    client.get(path)


def test_a_procedure_is_found_without_diacritics(client: Client) -> None:
    assert "Đăng ký khai sinh" in client.get("/thu-tuc?q=dang ky khai sinh").main
    assert "Không tìm thấy" in client.get("/thu-tuc?q=zzzz").main


def test_a_procedure_tells_its_steps_in_order_with_who_does_them_and_how_long(client: Client) -> None:
    page = client.get("/thu-tuc/birth-registration")
    table = page.find("//table")[-1].text_content()
    assert table.index("Kiểm tra hồ sơ") < table.index("Thẩm định hồ sơ") < table.index("Trả kết quả")
    assert "Công chức hộ tịch" in table and "3 giờ làm việc" in table


def test_every_agency_of_a_group_stands_in_its_steps(client: Client) -> None:
    table = client.get("/thu-tuc/child-birth-residence-insurance").find("//table")[-1].text_content()
    assert "Công an" in table and "BHXH" in table
