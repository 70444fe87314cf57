"""Where a link may lead after an action: to this service, and nowhere else."""

from __future__ import annotations

import pytest

from app.destinations import safe_path


@pytest.mark.parametrize("wanted", ["/viec", "/viec?xem=mine", "/ho-so/1#lich-su", "/"])
def test_an_address_of_this_service_is_kept(wanted: str) -> None:
    assert safe_path(wanted) == wanted


@pytest.mark.parametrize("wanted", [
    None, "", "https://evil.example", "//evil.example", "//[", "https://[", "\\\\evil.example", "/\\evil.example",
    "javascript:alert(1)", "viec", "/viec\r\nSet-Cookie: x=1", "/\x00",
])
def test_any_other_is_ignored(wanted: str | None) -> None:
    assert safe_path(wanted) is None
