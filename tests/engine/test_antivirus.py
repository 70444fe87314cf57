"""The virus scanner: what is said to clamd, and what each of its answers, or none, means for a file."""

from __future__ import annotations

import socket

import pytest

from engine.domain.file_rules import ScannerSilent
from engine.gateways.antivirus import ClamdScanner, NoScanner
from tests.engine.clamd import EICAR, clamd


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"x" * 200_000])
def test_a_clean_file_is_clean(content):
    with clamd() as address:
        assert ClamdScanner(address).scan(content) == ""


@pytest.mark.parametrize("content", [EICAR, b"x" * 100_000 + EICAR, b"%PDF-1.7\n" + EICAR])
def test_a_virus_is_named(content):
    with clamd() as address:
        assert ClamdScanner(address).scan(content) == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize("answer", [
    b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"", b"stream: OK but not really\0", b"x" * 100_000,
])
def test_any_other_answer_is_no_answer(answer):
    with clamd(lambda _: answer) as address, pytest.raises(ScannerSilent):
        ClamdScanner(address).scan(b"paper")


def test_nobody_listening_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(ScannerSilent):
        ClamdScanner(address).scan(b"paper")
    assert not ClamdScanner(address).alive()


def test_a_scanner_that_hangs_is_left_after_a_while():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ScannerSilent):
        ClamdScanner(f"127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.2).scan(b"paper")


def test_a_scanner_that_lives_says_so():
    with clamd() as address:
        assert ClamdScanner(address).alive()


@pytest.mark.parametrize("address", ["clamd", "clamd:", ":3310", "clamd:x", "clamd:3310:"])
def test_an_address_that_is_none_is_refused_before_anything_starts(address):
    with pytest.raises(ValueError, match="clamd"):
        ClamdScanner(address)


def test_without_a_scanner_nothing_is_found_and_the_pages_know():
    assert NoScanner().scan(EICAR) == "" and not NoScanner().active
