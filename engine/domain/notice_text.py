"""Texts that fit where they go: one line, no more than a name needs, characters that a text message can carry."""

from __future__ import annotations

import unicodedata

LONGEST_FACT = 500
LONGEST_NAME = 80

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà")
"""The basic alphabet of a text message; one letter outside it makes the whole message a third as long."""

GSM_DOUBLE = frozenset("^{}\\[~]|€")
"""Take two places each."""


_BARE = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "…": "..."})
"""What decomposing a letter does not do."""


def one_line(text: str, longest: int = LONGEST_FACT) -> str:
    """Without line breaks and invisible characters, which could start a header or turn the writing around."""
    seen = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", text))
    short = " ".join(seen.split())
    return short if len(short) <= longest else f"{short[:longest - 1]}…"


def plain_name(text: str) -> str:
    """A name that cannot pass for a link or an address: strangers choose what stands there."""
    return one_line("".join(" " if letter in "/\\:@<>" else letter for letter in text), LONGEST_NAME)


def masked_name(text: str) -> str:
    """`Nguyễn Văn An` is `Nguyễn V. A.`: the owner knows who is meant, a passer-by does not."""
    first, *others = plain_name(text).split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in others)])


def unaccented(text: str) -> str:
    """Vietnamese as it is written where accents are not to be had: `Đăng ký` is `Dang ky`."""
    letters = unicodedata.normalize("NFD", text.translate(_BARE))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def sms_parts(text: str) -> int:
    """How many text messages a provider will count (and charge) for this text."""
    if all(letter in GSM or letter in GSM_DOUBLE for letter in text):
        places, whole, part = sum(2 if letter in GSM_DOUBLE else 1 for letter in text), 160, 153
    else:
        places, whole, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if places <= whole else -(-places // part)
