"""Signatures under PDF files (PAdES), with a stamp that people can see, by pyHanko.

The stamp is drawn by Typst: pyHanko's own text comes out letter-spaced with these fonts. It stands where the document
says that its head signs (a keyword, `forms/slips/shared/page.typ`), one below the other; a document that says nothing
has room for two in the bottom margin of its last page, where no template writes.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from engine.domain.calendar import VIETNAM
from engine.domain.errors import DocumentError, InvalidInput
from engine.domain.signature import Signatory, SignatureCheck, Verdict
from engine.gateways.signing.keys import FileKeys
from engine.ports import Documents, KeyHolder

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it says about damaged files is our answer, not our fault

MILLIMETRE = 72 / 25.4
A4_HEIGHT = 297 * MILLIMETRE
Box = tuple[float, float, float, float]
STAMP_WIDTH, STAMP_HEIGHT, STAMP_BOTTOM = 78 * MILLIMETRE, 14 * MILLIMETRE, 4 * MILLIMETRE
STAMP_LEFT = (30 * MILLIMETRE, 116 * MILLIMETRE)
STAMP_GAP = MILLIMETRE
SIGNING_PLACE = re.compile(r"chu-ky:(\d{1,4}):(\d{1,4}):(\d{1,4})")
"""Page, middle and top of the first stamp, in points from the top left corner."""
DAMAGED = SignatureCheck(Verdict.ALTERED, "", "", None)
SIGNED = b"/ByteRange"
TRIAL = (Signatory("-", "-"), Signatory("-", place=1))
AROUND_CERTIFICATES = 2048
"""Bytes of a signature besides its certificates: attributes, and at most 512 of a signature by RSA."""


class PdfSignatures:
    """Implements `ports.Signatures`. Keys stay with their holder; here are only certificates and files."""

    def __init__(self, keys: KeyHolder, documents: Documents) -> None:
        self.keys, self.documents = keys, documents
        self._thread = ThreadPoolExecutor(2, "signing")  # pyHanko starts an event loop: never where one runs already

    def sign(self, pdf: bytes, signatories: Sequence[Signatory], at: datetime) -> bytes:
        """The file with one visible signature more for each."""
        return self._all_signed(pdf, signatories, at, self.keys)

    def try_out(self, pdf: bytes, at: datetime) -> None:
        """Raises InvalidInput for what could not be signed for a person and an agency: encrypted, damaged, no PDF.

        Signs with keys that are thrown away: nothing tells as surely which files a signature has no place in.
        """
        with tempfile.TemporaryDirectory() as folder:
            try:
                self._all_signed(pdf, TRIAL, at, FileKeys(Path(folder)))
            except DocumentError:
                raise  # the stamp could not be drawn, which is not the file's fault
            except Exception as error:  # whatever a damaged or closed file brings its reader to
                raise InvalidInput(problems={"file": "not_a_pdf"}) from error

    def check(self, pdf: bytes) -> tuple[SignatureCheck, ...]:
        """Raises InvalidInput for what is no PDF."""
        return self._thread.submit(self._checked, pdf).result()

    def _all_signed(self, pdf: bytes, signatories: Sequence[Signatory], at: datetime, keys: KeyHolder) -> bytes:
        for signatory in signatories:
            stamp = self._stamp(signatory, at)
            pdf = self._thread.submit(_signed, pdf, signatory, stamp, at, keys).result()
        return pdf

    def _stamp(self, signatory: Signatory, at: datetime) -> bytes:
        data = {"name": signatory.name, "unit": signatory.unit if signatory.person else "",
                "at": at.astimezone(VIETNAM).isoformat(timespec="seconds")}
        return self.documents.render("stamp", data, at)

    def _checked(self, pdf: bytes) -> tuple[SignatureCheck, ...]:
        roots = [asn1_x509.Certificate.load(each) for each in self.keys.trusted()]
        found = _read(lambda: _fields(pdf)) or ()
        if len(found) < pdf.count(SIGNED):
            return (DAMAGED,)  # somebody signed it, and what is left can no longer be read as that
        if not pdf.startswith(b"%PDF-"):
            raise InvalidInput(problems={"file": "not_a_pdf"})
        checks = tuple(_check(each, roots) for each in found)
        if found and not _read(lambda: _reaches_the_end(found[-1], pdf)):
            return (*checks[:-1], replace(checks[-1], verdict=Verdict.ALTERED))
        return checks


class _HeldKey(signers.Signer):  # type: ignore[misc]  # pyHanko is made to be subclassed and carries no types here
    """pyHanko's view of a key that somebody else holds."""

    def __init__(self, keys: KeyHolder, certificate: bytes, chain: Sequence[bytes]) -> None:
        self._keys, self._certificate = keys, certificate
        store = SimpleCertificateStore()
        store.register_multiple([asn1_x509.Certificate.load(each) for each in chain])
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(certificate), cert_registry=store,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}))

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The bytes go to the holder of the key, wherever that is."""
        return await self._keys.sign_raw(self._certificate, data)


def _signed(pdf: bytes, signatory: Signatory, stamp: bytes, at: datetime, keys: KeyHolder) -> bytes:
    writer, name = IncrementalPdfFileWriter(BytesIO(pdf)), f"ChuKy{len(_fields(pdf)) + 1}"
    page, box = _place(writer.prev, signatory.place)
    fields.append_signature_field(writer, fields.SigFieldSpec(
        name, on_page=page, box=box, readable_field_name=f"Chữ ký số của {signatory.name}"))
    metadata = PdfSignatureMetadata(
        field_name=name, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", name=signatory.name)
    certificate, chain = keys.certificate(signatory, at), keys.trusted()
    signer = _HeldKey(keys, certificate, chain)
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(stamp)
        style = StaticStampStyle.from_pdf_file(file.name, border_width=0, background_opacity=1.0)
        out: Any = PdfSigner(metadata, signer=signer, stamp_style=style).sign_pdf(
            writer, bytes_reserved=_room(certificate, chain))
    return bytes(out.getvalue())


def _room(certificate: bytes, chain: Sequence[bytes]) -> int:
    """Hexadecimal digits set aside for a signature. pyHanko would otherwise sign twice to learn it."""
    return 2 * (len(certificate) + sum(map(len, chain)) + AROUND_CERTIFICATES)


def _fields(pdf: bytes) -> list[Any]:
    return list(PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures)


def _check(signature: Any, roots: Sequence[Any]) -> SignatureCheck:
    subject = _read(lambda: dict(signature.signer_cert.subject.native)) or {}
    verdict = _read(lambda: _verdict(signature, roots)) or Verdict.ALTERED
    return SignatureCheck(
        verdict, str(subject.get("common_name", "")), str(subject.get("organization_name", "")),
        _read(lambda: signature.self_reported_timestamp))


def _verdict(signature: Any, roots: Sequence[Any]) -> Verdict:
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=list(roots), allow_fetching=False))
    if not (status.intact and status.valid and status.docmdp_ok is not False):
        return Verdict.ALTERED
    if not status.trusted:
        return Verdict.UNKNOWN_SIGNER
    return Verdict.VALID if status.bottom_line else Verdict.ALTERED


def _reaches_the_end(signature: Any, pdf: bytes) -> bool:
    """What stands behind the last signature was never signed, even where a reader passes over it."""
    covered = [int(each) for each in signature.byte_range]
    return covered[0] == 0 and covered[2] + covered[3] == len(pdf)


def _read(question: Callable[[], Any]) -> Any:
    """A damaged file answers some questions and fails at others, with any error; what cannot be read is nothing."""
    try:
        return question()
    except Exception:
        return None


def _place(pdf: PdfFileReader, place: int) -> tuple[int, Box]:
    """The page and the box of a stamp."""
    said = _read(lambda: SIGNING_PLACE.search(str(pdf.trailer["/Info"]["/Keywords"])))
    if not said:
        left = STAMP_LEFT[place % len(STAMP_LEFT)]
        return -1, (left, STAMP_BOTTOM, left + STAMP_WIDTH, STAMP_BOTTOM + STAMP_HEIGHT)
    page, middle, top = (int(each) for each in said.groups())
    upper = A4_HEIGHT - top - place * (STAMP_HEIGHT + STAMP_GAP)
    return page - 1, (middle - STAMP_WIDTH / 2, upper - STAMP_HEIGHT, middle + STAMP_WIDTH / 2, upper)
