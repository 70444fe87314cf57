"""Numbers as Vietnamese papers write them: in groups of digits, and in words so that nobody adds a digit."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ")
CURRENCY = "đồng"


def in_digits(number: float) -> str:
    """`60000000` is `60.000.000`, and `1234.5` is `1.234,5`."""
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


def in_words(dong: int) -> str:
    """`156000` is `Một trăm năm mươi sáu nghìn đồng`. Raises ValueError for an amount that no receipt holds."""
    if not 0 <= dong < 10 ** (3 * len(_GROUPS)):
        raise ValueError(f"{dong} cannot be written in words")
    spoken = " ".join([*_spoken_groups(dong), CURRENCY]) if dong else f"{_DIGITS[0]} {CURRENCY}"
    return spoken[0].upper() + spoken[1:]


def _spoken_groups(dong: int) -> list[str]:
    groups = [dong // 1000**n % 1000 for n in range(len(_GROUPS))]
    highest = max(n for n, group in enumerate(groups) if group)
    return [f"{_group(groups[n], full=n < highest)} {_unit(n, groups)}".strip()
            for n in range(highest, -1, -1) if groups[n]]


def _unit(n: int, groups: list[int]) -> str:
    """`nghìn tỷ` loses its `tỷ` where milliards follow: a hundred thousand and two milliards."""
    return "nghìn" if n == 4 and groups[3] else _GROUPS[n]


def _group(number: int, *, full: bool) -> str:
    """Three digits; within a larger number hundreds and tens are spoken even when they are zero."""
    hundreds, rest = divmod(number, 100)
    spoken = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    return " ".join([*spoken, *_rest(rest, after_hundreds=bool(spoken))])


def _rest(number: int, *, after_hundreds: bool) -> list[str]:
    tens, ones = divmod(number, 10)
    if number == 0:
        return []
    if tens == 0:
        return ["linh", _DIGITS[ones]] if after_hundreds else [_DIGITS[ones]]
    spoken = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    return [*spoken, _last(tens, ones)] if ones else spoken


def _last(tens: int, ones: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 else _DIGITS[ones]
