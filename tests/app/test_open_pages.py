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
