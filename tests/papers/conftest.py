"""One printing process for all papers of these tests, and what can be read in a PDF."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from engine.gateways.documents.renderer import TypstDocuments, shared_documents


@pytest.fixture(scope="session")
def documents() -> TypstDocuments:
    return shared_documents()


@pytest.fixture(scope="session")
def words() -> Callable[[bytes], str]:
    """The text of a PDF, every space the same."""
    def read(pdf: bytes) -> str:
        pages = PdfReader(BytesIO(pdf)).pages
        text = unicodedata.normalize("NFC", " ".join(page.extract_text() for page in pages))
        return re.sub(r"[\s\u200b]+", " ", text)
    return read
