"""The printing process: given up when it takes too long, replaced when it dies, shared by everybody in between."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.domain.errors import DocumentFailed, DocumentTooSlow
from engine.gateways.documents.renderer import TypstDocuments
from tests.papers.samples import AT

PLAIN = '#set document(title: "x")\n#set text(lang: "vi", font: "Tinos")\n#json(bytes(sys.inputs.data)).say'
ENDLESS = '#set document(title: "x")\n#let n = 0\n#for a in range(100000) { for b in range(100000) { n += 1 } }\n#n'


@pytest.fixture
def press(tmp_path: Path) -> Iterator[TypstDocuments]:
    for name, source in {"plain": PLAIN, "endless": ENDLESS, "broken": "#nothing"}.items():
        (tmp_path / f"{name}.typ").write_text(source)
    documents = TypstDocuments(tmp_path, patience_s=3)
    yield documents
    documents.close()


def child(press: TypstDocuments) -> int:
    assert press.process_id is not None
    return press.process_id


def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_printed(press: TypstDocuments) -> None:
    press.render("plain", {"say": "một"}, AT)
    first, began = child(press), time.monotonic()
    with pytest.raises(DocumentTooSlow):
        press.render("endless", {}, AT)
    assert time.monotonic() - began < 6
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    assert press.render("plain", {"say": "hai"}, AT).startswith(b"%PDF")
    assert child(press) != first


def test_a_printing_process_that_was_killed_is_replaced(press: TypstDocuments) -> None:
    press.render("plain", {"say": "một"}, AT)
    os.kill(child(press), signal.SIGKILL)
    time.sleep(0.1)
    assert press.render("plain", {"say": "hai"}, AT).startswith(b"%PDF")


def test_a_broken_template_says_why_and_harms_nobody_else(press: TypstDocuments) -> None:
    press.render("plain", {"say": "một"}, AT)
    first = child(press)
    with pytest.raises(DocumentFailed) as refused:
        press.render("broken", {}, AT)
    assert "nothing" in refused.value.facts["reason"]
    press.render("plain", {"say": "hai"}, AT)
    assert child(press) == first


@pytest.mark.parametrize("template", ["missing", "../secrets", "/etc/passwd"])
def test_only_templates_of_the_folder_are_printed(template: str, press: TypstDocuments) -> None:
    with pytest.raises(DocumentFailed):
        press.render(template, {}, AT)


def test_a_template_that_would_fetch_a_package_is_refused(press: TypstDocuments) -> None:
    (press.templates / "foreign.typ").write_text('#import "@preview/cetz:0.3.0"')
    with pytest.raises(DocumentFailed):
        press.render("foreign", {}, AT)


def test_many_threads_share_one_process_and_each_gets_its_own_paper(press: TypstDocuments) -> None:
    alone = [press.render("plain", {"say": f"số {number}"}, AT) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda number: press.render("plain", {"say": f"số {number}"}, AT), range(12)))
    assert together == alone
