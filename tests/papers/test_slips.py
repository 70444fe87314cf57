"""Every official slip says what its form asks for, in the order of the form, for eyes, archives and screen readers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from engine.domain.rulepack import PACKS
from engine.gateways import content
from engine.gateways.documents.letters import UNKNOWN, printable
from engine.gateways.documents.renderer import TEMPLATES, TypstDocuments
from tests.papers.samples import AT, FORMS, HEADER, LINK, PAPER

Words = Callable[[bytes], str]
HOSTILE = (
    "#import \"@preview/x:1.0.0\": * #panic()", "@nhan $x$ *đậm* _nghiêng_ `mã` <nhãn> = Đề mục", "a\x00b\x07c\u200bd",
    "Nguyễn 🙂 Văn 👨‍👩‍👧 An", "\u202eمحمد بن سلمان\u202c", "Nguye\u0302\u0303n Thi\u0323 Phu\u031bo\u031b\u0323ng",
    "Ư" * 3000, "rất dài " * 400, "]} #{", "\\u{0}", "\ud7ff\uffff", "//comment /* ", "張三", "  ",
)
VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"


def readings(text: str, expected: tuple[str, ...]) -> list[str]:
    """The expected words that do not follow each other in the text."""
    missing, at = [], 0
    for each in expected:
        found = text.find(each, at)
        if found < 0:
            missing.append(each)
        else:
            at = found
    return missing


@pytest.mark.parametrize("template", FORMS)
def test_a_slip_has_the_fields_of_its_form_in_their_order(
        template: str, documents: TypstDocuments, words: Words) -> None:
    data, expected = FORMS[template]
    text = words(documents.render(template, data, AT, link=LINK))
    assert readings(text, expected) == []
    assert all(each in text for each in HEADER)


def test_both_decrees_have_every_slip_they_name() -> None:
    wanted = {f"{pack.code}/{form}" for pack in PACKS.values() for form in pack.forms}
    assert {name for name in FORMS if not name.startswith("sector/")} == wanted


@pytest.mark.parametrize("template", FORMS)
def test_a_slip_says_that_it_is_made_for_archives_and_for_screen_readers(
        template: str, documents: TypstDocuments) -> None:
    pdf = PdfReader(BytesIO(documents.render(template, FORMS[template][0], AT, link=LINK)))
    about = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about and "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert bool(pdf.trailer["/Root"]["/MarkInfo"]["/Marked"])
    assert pdf.trailer["/Root"]["/Lang"].startswith("vi")
    assert pdf.metadata is not None and pdf.metadata.title


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_people_type_stays_text(hostile: str, documents: TypstDocuments, words: Words) -> None:
    told = {"owner": hostile, "address": hostile, "reason": hostile, "request": hostile, "basis": hostile,
            "components": [{"name": hostile, "originals": 1, "copies": 1, "by_data": False}]}
    for template in ("ND118_2025/receipt", "ND118_2025/supplement", "ND118_2025/apology"):
        text = words(documents.render(template, {**PAPER, **told}, AT, link=LINK))
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        if hostile.startswith(("#", "]", "\\", "//")):
            assert hostile.split()[0] in text


def test_a_name_written_in_parts_is_printed_in_whole_letters(documents: TypstDocuments, words: Words) -> None:
    typed = unicodedata.normalize("NFD", "Nguyễn Thị Phượng")
    assert "Nguyễn Thị Phượng" in words(documents.render("ND118_2025/receipt", {**PAPER, "owner": typed}, AT))


def test_every_vietnamese_letter_has_a_glyph(documents: TypstDocuments, words: Words) -> None:
    letters = [*VIETNAMESE, *VIETNAMESE.upper()]
    assert len(set(letters)) == 146
    text = words(documents.render("ND118_2025/receipt", {**PAPER, "owner": " ".join(letters)}, AT))
    assert "".join(letters) in text.replace(" ", "")


def test_letters_that_no_paper_shows_become_a_square() -> None:
    assert printable({"name": ["张 🙂 An\u202e\x00"]}) == {"name": [f"{UNKNOWN} {UNKNOWN} An"]}


def test_the_same_paper_is_the_same_file(documents: TypstDocuments) -> None:
    first, again = (documents.render("ND118_2025/receipt", PAPER, AT, link=LINK) for _ in range(2))
    later = documents.render("ND118_2025/receipt", PAPER, AT + timedelta(days=1), link=LINK)
    assert first == again != later


def test_a_receipt_filed_online_is_one_copy_that_the_officer_signs(documents: TypstDocuments, words: Words) -> None:
    text = words(documents.render("ND118_2025/receipt", {**PAPER, "channel": "online"}, AT))
    assert "Giao khách hàng" in text and "(Liên: Lưu)" not in text
    assert "NGƯỜI NỘP HỒ SƠ" not in text and "NGƯỜI TIẾP NHẬN HỒ SƠ" in text


def test_a_long_book_repeats_its_head_and_numbers_its_pages(documents: TypstDocuments) -> None:
    data, _ = FORMS["ND118_2025/register"]
    pages = PdfReader(BytesIO(documents.render("ND118_2025/register", data, AT))).pages
    assert len(pages) > 2
    assert all("Mã hồ sơ" in page.extract_text() for page in pages)
    assert pages[1].extract_text().strip().startswith("2")


def test_no_template_asks_the_net_for_a_package() -> None:
    sources = {str(path): path.read_text("utf-8") for path in TEMPLATES.rglob("*.typ")}
    assert len(sources) > 14
    assert [name for name, source in sources.items() if '"@' in source] == []


def test_every_form_that_a_procedure_names_is_there() -> None:
    named = {form for slug in content.slugs()
             for form in (content.read_facts(content.load_package(slug)).get("slips") or {}).values()}
    assert named <= {path.stem for path in (TEMPLATES / "sector").glob("*.typ")}
