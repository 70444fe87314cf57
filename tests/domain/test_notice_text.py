"""Texts that fit where they go, whoever wrote what stands in them."""

from __future__ import annotations

import pytest

from engine.domain.notice import Address, NoticeChannel, address_problem, addressed, masked_recipient
from engine.domain.notice_text import masked_name, one_line, plain_name, sms_parts, unaccented


def test_a_line_break_in_a_fact_cannot_start_a_header():
    assert one_line("Xong\r\nBcc: all@example.vn\x00\u202egnol") == "Xong Bcc: all@example.vn gnol"


def test_a_long_fact_is_cut_where_it_stops_being_a_fact():
    assert len(one_line("a" * 900)) == 500


def test_a_name_cannot_pass_for_a_link():
    assert plain_name("Trúng thưởng https://xau.example/x <b>") == "Trúng thưởng https xau.example x b"


@pytest.mark.parametrize(("name", "shown"), [
    ("Nguyễn Văn An", "Nguyễn V. A."), ("An", "An"), ("", ""), ("  Lê   Thị  Ơn ", "Lê T. Ơ."),
])
def test_a_public_channel_shows_the_family_name_and_initials(name, shown):
    assert masked_name(name) == shown


def test_text_messages_lose_their_accents_and_nothing_else():
    assert unaccented("Hồ sơ đã được tiếp nhận – Đà Nẵng…") == "Ho so da duoc tiep nhan - Da Nang..."


@pytest.mark.parametrize(("text", "parts"), [
    ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
    ("ế" * 70, 1), ("ế" * 71, 2), ("😀" * 35, 1), ("😀" * 36, 2), ("", 1),
])
def test_the_parts_of_a_text_message_are_counted_as_the_provider_counts_them(text, parts):
    assert sms_parts(text) == parts


@pytest.mark.parametrize("recipient", [
    "", "a", "a@b", "a@b.vn\r\nBcc: c@d.vn", "a b@c.vn", "<a@b.vn>", "a@b.vn,c@d.vn", "a@b.vn;c@d.vn", '"x"@b.vn',
    "tên@b.vn", "a@[127.0.0.1]", "a@b.vn\n",
])
def test_what_is_not_exactly_one_mailbox_is_no_address(recipient):
    assert address_problem(Address(NoticeChannel.EMAIL, recipient)) == "not_an_email"


def test_a_telephone_is_read_as_people_write_it():
    assert addressed(NoticeChannel.SMS, " 0912 345.678 ") == Address(NoticeChannel.SMS, "0912345678")
    assert addressed(NoticeChannel.SMS, "+84 912 345 678") == Address(NoticeChannel.SMS, "+84912345678")
    assert addressed(NoticeChannel.SMS, "0912 345 67x") is None
    assert addressed(NoticeChannel.EMAIL, "không có") is None


def test_a_log_shows_enough_of_an_address_to_recognise_it():
    assert masked_recipient(NoticeChannel.EMAIL, "nguyenan@example.vn") == "n•••@example.vn"
    assert masked_recipient(NoticeChannel.SMS, "0912345678") == "•••••••678"
