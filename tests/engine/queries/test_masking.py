"""Identity numbers do not leave the database in full."""

import pytest

from engine.queries.masking import mask_identity, masked


@pytest.mark.parametrize(("value", "shown"), [
    ("001090012345", "•••••••••345"),
    ("CCCD 001090012345, cấp 2021", "CCCD •••••••••345, cấp 2021"),
    ("012345678", "••••••678"),
    (1090012345, 1090012345),
    (190012345, "••••••345"),
    ("0912345678", "0912345678"),
    ("H99.01-260302-0001", "H99.01-260302-0001"),
    (True, True),
    (None, None),
    (3.5, 3.5),
])
def test_a_number_of_nine_or_twelve_digits_is_an_identity_number(value, shown):
    assert masked(value) == shown


@pytest.mark.parametrize("key", ["id_number", "idNumber", "mother_cccd", "cmnd", "passport_no"])
def test_whatever_stands_under_such_a_key_is_masked(key):
    assert masked({key: "B12345"}) == {key: "•••345"}


def test_masking_reaches_into_lists_and_nested_values():
    given = {"parents": [{"name": "An", "id_number": "001090012345"}], "note": "con của 001090012345"}
    assert masked(given) == {
        "parents": [{"name": "An", "id_number": "•••••••••345"}], "note": "con của •••••••••345"}


def test_what_lies_below_such_a_key_is_masked_too():
    given = {"conflict": {"passport": {"replaced": "B12345", "kept": "C67890"}}}
    assert masked(given) == {"conflict": {"passport": {"replaced": "•••345", "kept": "•••890"}}}


def test_a_short_number_is_not_shown_longer_than_it_is():
    assert mask_identity("12") == "12"
