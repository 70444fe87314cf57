"""Amounts as people say them."""

from __future__ import annotations

import pytest

from engine.domain.amount_words import in_digits, in_words


@pytest.mark.parametrize(("dong", "words"), [
    (0, "Không đồng"), (1, "Một đồng"), (10, "Mười đồng"), (15, "Mười lăm đồng"), (21, "Hai mươi mốt đồng"),
    (11, "Mười một đồng"), (105, "Một trăm linh năm đồng"), (8000, "Tám nghìn đồng"),
    (150_000, "Một trăm năm mươi nghìn đồng"), (156_005, "Một trăm năm mươi sáu nghìn không trăm linh năm đồng"),
    (1_000_015, "Một triệu không trăm mười lăm đồng"), (3_000_000_000, "Ba tỷ đồng"),
    (2_025_000_001, "Hai tỷ không trăm hai mươi lăm triệu không trăm linh một đồng"),
    (5_000_000_000_000, "Năm nghìn tỷ đồng"), (5_002_000_000_000, "Năm nghìn không trăm linh hai tỷ đồng"),
])
def test_an_amount_is_spelt_as_it_is_spoken(dong: int, words: str) -> None:
    assert in_words(dong) == words


@pytest.mark.parametrize(("number", "digits"), [
    (0, "0"), (999, "999"), (60_000_000, "60.000.000"), (1234.5, "1.234,5"), (82.5, "82,5"), (-1000, "-1.000")])
def test_digits_stand_in_groups_of_three(number: float, digits: str) -> None:
    assert in_digits(number) == digits


@pytest.mark.parametrize("dong", [-1, 10**18])
def test_what_no_receipt_holds_is_refused(dong: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        in_words(dong)
