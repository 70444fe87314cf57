"""A browser for tests that judges every page it is given."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from app.security import CONTENT_SECURITY_POLICY
from tests.app.html import problems

PASSWORD = "motcua2026"
Fields = Mapping[str, Any]


class Page:
    """One answer: its text as people read it, its forms, and where it was."""

    def __init__(self, response: TestResponse) -> None:
        self.status, self.headers, self.path = response.status_code, response.headers, response.request.path
        self.source = response.text
        self.tree: html.HtmlElement = html.document_fromstring(response.text)
        self.h1 = _words(self.tree.xpath("//h1")[0]) if self.tree.xpath("//h1") else ""
        self.text = _words(self.tree.xpath("//body")[0])
        self.main = _words(self.tree.xpath("//main")[0]) if self.tree.xpath("//main") else ""

    def find(self, xpath: str) -> list[Any]:
        """Elements, attributes or texts by XPath."""
        return list(self.tree.xpath(xpath))

    def link(self, words: str) -> str:
        """The address of the first link that says this."""
        found = [each.get("href") for each in self.tree.xpath("//a[@href]") if words in _words(each)]
        assert found, f"no link says {words!r} on {self.path}"
        return str(found[0])

    def filled(self, action: str) -> dict[str, Any]:
        """What a browser would send from the form with this address, as it stands on the page."""
        found = self.tree.xpath(f"//form[@action='{action}']")
        assert found, f"no form leads to {action} from {self.path}"
        return {name: value for name, value in found[0].form_values()}


class Client:
    """Fetches, checks, and submits forms as they stand on the page it saw last."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()
        self.page: Page | None = None

    def get(self, path: str, status: int = 200) -> Page:
        """Follows redirects; fails when the page breaks a rule or the status is another."""
        return self._seen(self.browser.get(path, follow_redirects=True), status)

    def submit(self, action: str, fields: Fields | None = None, status: int = 200) -> Page:
        """Sends the form with this address from the page seen last, with these fields changed."""
        assert self.page, "open a page first"
        sent = {**self.page.filled(action), **(fields or {})}
        given = {name: value for name, value in sent.items() if value is not None}
        return self._seen(self.browser.post(action, data=given, follow_redirects=True), status)

    def post(self, path: str, fields: Fields | None = None) -> TestResponse:
        """Sends fields that no page offered, with a valid token; the answer is not checked."""
        token = {"csrf_token": self._token()}
        return self.browser.post(path, data={**token, **(fields or {})})

    def sign_in(self, login: str) -> Client:
        """Comes in through the sign-in page."""
        self.get("/dang-nhap")
        self.submit("/dang-nhap", {"login": login, "password": PASSWORD})
        return self

    def _token(self) -> str:
        answer = html.document_fromstring(self.browser.get("/khong-co-trang-nay").text)
        return str(answer.xpath("//input[@name='csrf_token']/@value")[0])

    def _seen(self, response: TestResponse, status: int) -> Page:
        self.page = page = Page(response)
        assert page.status == status, f"{page.path}: {page.status} instead of {status}: {page.main[:500]}"
        assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert page.headers["Cache-Control"] == "no-store"
        assert not (found := problems(page.source, page.tree)), f"{page.path}:\n" + "\n".join(found)
        return page


def multipart(fields: Fields) -> tuple[bytes, str]:
    """A body as a browser sends it, and its content type; the test client would spool a long one to disk."""
    parts = [f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in fields.items()]
    return f"{''.join(parts)}--edge--\r\n".encode(), "multipart/form-data; boundary=edge"


def a_file(name: str, content: bytes) -> tuple[BytesIO, str]:
    """A file as the test client wants it."""
    return BytesIO(content), name


def _words(element: html.HtmlElement) -> str:
    shown = element.xpath(".//text()[not(ancestor::script)]")
    return " ".join(" ".join(shown).split())
