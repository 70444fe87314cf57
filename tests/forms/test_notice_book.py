"""Every text of every event, in both languages, by every channel; and what may not stand in one."""

from __future__ import annotations

import pytest

from engine.domain.errors import InvalidInput, NotFound
from engine.domain.notice import NoticeChannel
from engine.domain.notice_text import sms_parts
from engine.domain.occasion import Occasion
from engine.forms import notice_book
from engine.forms.notice_book import LANGUAGES
from engine.gateways.content import notice_texts

BOOK = notice_book.read(notice_texts(), "https://motcua.example.gov.vn")
FACTS = {
    "name": "Nguyễn Văn An", "procedure": "Cấp giấy phép xây dựng", "code": "H99.01.01-260302-0001",
    "due": "05/03/2026 16:30", "unit": "Trung tâm Phục vụ hành chính công xã Tân An", "phone": "1900 0000",
    "url": "https://motcua.example.gov.vn/tra-cuu/H99.01.01-260302-0001/abcdefghijkl",
    "reason": "thiếu bản vẽ", "missing": "Bản vẽ thiết kế; Giấy chứng nhận", "time": "08:30 04/03/2026",
    "content": "đo đạc hiện trạng", "agency": "Công an xã Tân An", "permit": "07/PM", "back_due": "04/03/2026",
    "minutes": "10", "papers": "Giấy chứng nhận", "purpose": "đối chiếu tại thực địa",
}
CASES = [(event, channel, language) for event in sorted(BOOK.templates) for channel in NoticeChannel
         for language in LANGUAGES]


@pytest.mark.parametrize(("event", "channel", "language"), CASES, ids=lambda each: getattr(each, "value", each))
def test_every_text_can_be_written(event, channel, language):
    written = BOOK.write(event, channel, language, FACTS)
    assert written.subject and written.text
    assert not {"{", "}", "\r"} & set(written.subject + written.text)
    if channel is NoticeChannel.SMS:
        assert written.text.isascii() and sms_parts(written.text) == 1, f"{len(written.text)}: {written.text}"
    if channel in (NoticeChannel.SMS, NoticeChannel.ZALO):
        assert "Văn An" not in written.text and "Van An" not in written.text


@pytest.mark.parametrize("event", sorted(BOOK.templates))
def test_the_two_languages_are_two(event):
    texts = [BOOK.write(event, NoticeChannel.EMAIL, language, FACTS).text for language in LANGUAGES]
    assert texts[0] != texts[1]


@pytest.mark.parametrize("event", sorted(BOOK.templates))
def test_every_fact_that_is_missing_is_named(event):
    needs = BOOK.templates[event].needs
    with pytest.raises(InvalidInput) as refused:
        BOOK.write(event, NoticeChannel.EMAIL, "vi", {})
    assert set(refused.value.facts["problems"]) == set(needs)


@pytest.mark.parametrize("event", sorted(BOOK.templates))
def test_a_text_uses_no_fact_that_it_does_not_ask_for(event):
    asked = {name: FACTS[name] for name in BOOK.templates[event].needs}
    for channel in NoticeChannel:
        for language in LANGUAGES:
            BOOK.write(event, channel, language, asked)


def test_every_occasion_that_concerns_the_applicant_has_a_text():
    silent = {Occasion.TRANSFERRED, Occasion.DUE_SOON, Occasion.RATED, Occasion.PAPERS_MISSED}
    assert not [each for each in Occasion if each not in silent and not BOOK.knows(each.value)]


def test_before_a_code_is_given_nothing_speaks_of_one():
    facts = {**FACTS, "code": "", "due": ""}
    for event in ("submitted", "refused", "supplement_requested"):
        for language in LANGUAGES:
            text = BOOK.write(event, NoticeChannel.EMAIL, language, facts).text
            assert "()" not in text and "  " not in text, text


def test_what_a_fact_says_is_never_read_as_a_template():
    facts = {**FACTS, "reason": "{{ 7 * 7 }}{% for x in range(9) %}x{% endfor %}", "name": "{{ url.__class__ }}"}
    text = BOOK.write("refused", NoticeChannel.EMAIL, "vi", facts).text
    assert "{{ 7 * 7 }}" in text and "{{ url.__class__ }}" in text and "49" not in text


def test_a_fact_with_a_line_break_adds_no_line():
    facts = {**FACTS, "reason": "một\nhai\r\nBcc: x@y.vn"}
    assert "Lý do: một hai Bcc: x@y.vn" in BOOK.write("refused", NoticeChannel.EMAIL, "vi", facts).text


def test_an_event_nobody_wrote_about_is_refused():
    with pytest.raises(NotFound):
        BOOK.write("birthday", NoticeChannel.SMS, "vi", FACTS)


def test_an_unknown_language_is_told_in_vietnamese():
    assert BOOK.write("accepted", NoticeChannel.EMAIL, "xx", FACTS) == BOOK.write(
        "accepted", NoticeChannel.EMAIL, "vi", FACTS)


@pytest.mark.parametrize("template", [
    "{{ ''.__class__.__mro__ }}", "{{ name.__init__.__globals__ }}", "{{ cycler }}", "{{ lipsum() }}", "{{ nobody }}",
])
def test_a_template_reaches_nothing_but_the_facts(template):
    from jinja2.exceptions import SecurityError, UndefinedError

    part = f'{{subject: s, text: "{template}", sms: s}}'
    book = notice_book.read({"bad": f"framed: false\nvi: {part}\nen: {part}".encode()}, "")
    with pytest.raises((SecurityError, UndefinedError)):
        book.write("bad", NoticeChannel.EMAIL, "vi", FACTS)


@pytest.mark.parametrize("source", [b"", b"vi: {subject: s, text: t, sms: s}", b"[]", b"vi: 1\nen: 2"])
def test_a_file_without_both_languages_is_refused_by_name(source):
    with pytest.raises(InvalidInput, match="odd"):
        notice_book.read({"odd": source}, "")
