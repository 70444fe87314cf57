"""Patterns of analysts: the useful ones are accepted, those that could run for years are not."""

from __future__ import annotations

import time

import pytest

from engine.forms import pattern

USEFUL = [
    r"^[0-9]{12}$", r"^[0-9]{9}([0-9]{3})?$", r"^\d{2}/\d{2}/\d{4}$", r"^[A-Z]{2}\d{4,8}$", r"^(BL|HD)-\d{4}$",
    r"^\+?\d{8,15}$", r"^[^<>]+$", r"^\w+@\w+\.vn$", r"^[\p]*$".replace(r"\p", "a-z"), "",
]
DANGEROUS = [
    r"(a+)+$", r"(a|a)*b", r"^(\w+\s?)*$", r"([a-z]+)*d", r"(a*)*", r"a*a*a*a*a*b", r"(?=a)b", r"(a)\1", r"(.*){1,9}x",
    r"(x{1,200}){1,200}", r"((a{0,9}){0,9}){0,9}", "[", "(", "a" * 201, r"(?:(?:a?){50}){50}", r"(?<=a)b",
    r"(?P<n>a)(?P=n)", "(a|aa)" * 16 + "$", "(a|aa)" * 10 + "$",
]


@pytest.mark.parametrize("text", USEFUL)
def test_a_useful_pattern_is_accepted(text: str) -> None:
    assert pattern.safe(text)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_dangerous_pattern_is_refused(text: str) -> None:
    assert not pattern.safe(text)


@pytest.mark.parametrize("text", [*USEFUL, r"a*b?c*$", r"^\S+\s*\S?$", "(a|aa)" * 7 + "$"])
def test_an_accepted_pattern_is_quick_on_the_worst_text(text: str) -> None:
    assert pattern.safe(text)
    began = time.perf_counter()
    for worst in ("a" * pattern.LONGEST_TEXT, "0" * pattern.LONGEST_TEXT, " " * pattern.LONGEST_TEXT):
        pattern.matches(text, worst + "!")
        pattern.matches(text, worst)
    assert time.perf_counter() - began < 1


def test_a_text_that_is_too_long_never_meets_the_pattern() -> None:
    assert not pattern.matches("a", "a" * (pattern.LONGEST_TEXT + 1))
