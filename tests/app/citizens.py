"""What citizens do in these tests: come in, apply, hand in papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.app.client import Client, Page, a_file
from tests.app.journeys import BIRTH

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
CHILD = {key: value for key, value in BIRTH.items() if not key.startswith("dossier_") and key != "decision"}
"""The application of a birth registration, as anybody types it."""

APPLY = "/cong-dan/nop/birth-registration"


def begin(citizen: Client, whom: str = "self", slug: str = "birth-registration") -> str:
    """Opens an application; returns the address of its first page."""
    citizen.get(f"/cong-dan/nop/{slug}")
    return citizen.submit(f"/cong-dan/nop/{slug}", {"whom": whom}).path


def step(first: str, name: str) -> str:
    """The address of another page of the same application."""
    return f"{first.removesuffix('/to-khai')}/{name}"


def filled_form(citizen: Client, first: str, fields: Mapping[str, Any] | None = None, status: int = 200) -> Page:
    """Fills in the first page and goes on."""
    citizen.get(first)
    return citizen.submit(first, {**CHILD, "filing__received_by": "commune-centre", **(fields or {}), "onward": "1"},
                          status)


def handed_in(citizen: Client, first: str, key: str = "live_birth_certificate", name: str = "giay.pdf",
              content: bytes = PDF, status: int = 200, **pressed: str) -> Page:
    """Hands in one file on the page of papers."""
    papers = step(first, "giay-to")
    citizen.get(papers)
    return citizen.submit(papers, {f"files-{key}": a_file(name, content), **(pressed or {"onward": "1"})}, status)


def ready(citizen: Client, whom: str = "self", fields: Mapping[str, Any] | None = None) -> str:
    """An application that can be sent; returns the address of its first page."""
    first = begin(citizen, whom)
    filled_form(citizen, first, fields)
    handed_in(citizen, first)
    citizen.get(step(first, "nhan-ket-qua"))
    citizen.submit(step(first, "nhan-ket-qua"), {"onward": "1"})
    return first


def sent(citizen: Client) -> Page:
    """Applies for a birth registration; returns the page of the dossier."""
    check = step(ready(citizen), "kiem-tra")
    citizen.get(check)
    return citizen.submit(check)
