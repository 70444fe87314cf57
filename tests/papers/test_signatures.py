"""Signatures: ours are valid, one changed byte is noticed, and a stranger's key is named as such."""

from __future__ import annotations

import random
import re
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from engine.domain.errors import InvalidInput
from engine.domain.signature import Signatory, Verdict, verdict_of
from engine.gateways.documents.renderer import TypstDocuments
from engine.gateways.signing.keys import FileKeys
from engine.gateways.signing.pdf import PdfSignatures
from tests.papers.samples import AT, PAPER

LEADER = Signatory("Ủy ban nhân dân xã Tân An", "Hoàng Văn Nam")
RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) \d+")
AGENCY = Signatory("Ủy ban nhân dân xã Tân An", place=1)


@pytest.fixture(scope="module")
def ours(documents: TypstDocuments, tmp_path_factory: pytest.TempPathFactory) -> PdfSignatures:
    return PdfSignatures(FileKeys(tmp_path_factory.mktemp("keys")), documents)


@pytest.fixture(scope="module")
def paper(documents: TypstDocuments) -> bytes:
    return documents.render("ND118_2025/apology", PAPER, AT)


@pytest.fixture(scope="module")
def signed(ours: PdfSignatures, paper: bytes) -> bytes:
    return ours.sign(paper, (LEADER, AGENCY), AT)


def test_a_paper_signed_twice_names_both_signers(ours: PdfSignatures, signed: bytes) -> None:
    checks = ours.check(signed)
    assert [(each.verdict, each.signer, each.organisation) for each in checks] == [
        (Verdict.VALID, "Hoàng Văn Nam", "Ủy ban nhân dân xã Tân An"),
        (Verdict.VALID, "Ủy ban nhân dân xã Tân An", "Ủy ban nhân dân xã Tân An")]
    assert all(each.signed_at for each in checks)


def test_the_stamps_stand_between_the_office_and_the_name_of_whoever_signs(signed: bytes) -> None:
    """One below the other, where the hand would have signed (NĐ 30/2020/NĐ-CP)."""
    page, heights = PdfReader(BytesIO(signed)).pages[-1], {}
    page.extract_text(visitor_text=lambda text, place, *rest: heights.setdefault(text.strip(), place[5]))
    role, name = heights["KT. CHỦ TỊCH PHÓ CHỦ TỊCH"], heights["Hoàng Văn Nam"]
    person, agency = sorted((each.get_object()["/Rect"] for each in page["/Annots"]), key=lambda box: -box[1])
    assert role > person[3] > person[1] > name
    assert person[1] > agency[3] and (person[0], person[2]) == (agency[0], agency[2])


def test_one_changed_bit_in_anything_that_was_signed_is_noticed(ours: PdfSignatures, signed: bytes) -> None:
    """Everything but the last signature itself, whose padding and letters' case mean nothing."""
    chance, (first, after) = random.Random(20), (int(each) for each in RANGE.findall(signed)[-1])
    for _ in range(40):
        where = chance.choice((chance.randrange(first), chance.randrange(after, len(signed))))
        content = bytearray(signed)
        content[where] ^= 1 << chance.randrange(8)
        assert found(ours, bytes(content)) is not Verdict.VALID, where


def found(signatures: PdfSignatures, content: bytes) -> Verdict | None:
    try:
        return verdict_of(signatures.check(content))
    except InvalidInput:  # the first bytes were hit: it no longer says that it is a PDF
        return None


def test_a_changed_word_is_called_altered(ours: PdfSignatures, signed: bytes) -> None:
    content = bytearray(signed)
    content[len(signed) // 8] ^= 1
    assert verdict_of(ours.check(bytes(content))) is Verdict.ALTERED


def test_words_added_at_the_end_are_noticed(ours: PdfSignatures, signed: bytes) -> None:
    assert verdict_of(ours.check(signed + b"\n% more\n")) is Verdict.ALTERED


def test_a_signature_by_somebody_else_is_called_unknown(
        ours: PdfSignatures, documents: TypstDocuments, paper: bytes, tmp_path: Path) -> None:
    theirs = PdfSignatures(FileKeys(tmp_path), documents).sign(paper, (LEADER,), AT)
    assert verdict_of(ours.check(theirs)) is Verdict.UNKNOWN_SIGNER


def test_a_paper_that_nobody_signed_has_no_verdict(ours: PdfSignatures, paper: bytes) -> None:
    assert verdict_of(ours.check(paper)) is None


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x00" * 1000])
def test_what_is_no_pdf_is_refused(ours: PdfSignatures, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        ours.check(content)


def test_keys_are_made_once_and_nobody_else_may_read_them(
        documents: TypstDocuments, paper: bytes, tmp_path: Path) -> None:
    PdfSignatures(FileKeys(tmp_path / "keys"), documents).sign(paper, (LEADER,), AT)
    made = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    again = PdfSignatures(FileKeys(tmp_path / "keys"), documents)
    assert verdict_of(again.check(again.sign(paper, (LEADER,), AT))) is Verdict.VALID
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    assert len(made) == 2 and all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "keys").iterdir())
