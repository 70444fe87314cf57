"""People and places that do not exist: names as common as the real ones, numbers that no real person can have."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

FAMILIES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Huỳnh": 4, "Phan": 4, "Vũ": 4, "Võ": 3, "Đặng": 3,
    "Bùi": 2, "Đỗ": 2, "Hồ": 1, "Ngô": 1, "Dương": 1, "Lý": 1, "Trịnh": 1, "Đinh": 1, "Mai": 1,
}
"""Family names with their share in a hundred."""

MEN = ("Văn An", "Văn Bình", "Đức Cường", "Quốc Dũng", "Văn Đạt", "Minh Đức", "Hữu Hải", "Văn Hậu", "Trung Hiếu",
       "Gia Huy", "Quang Khải", "Đăng Khoa", "Tuấn Kiệt", "Văn Lâm", "Hoàng Long", "Công Minh", "Hải Nam",
       "Trọng Nghĩa", "Thành Nhân", "Anh Phong", "Văn Phúc", "Minh Quân", "Ngọc Sơn", "Văn Tâm", "Minh Tân",
       "Đình Thắng", "Quốc Thịnh", "Văn Toàn", "Anh Tú", "Thanh Tùng", "Thế Vinh", "Xuân Vũ")
WOMEN = ("Thị Ánh", "Ngọc Bích", "Thị Châu", "Thùy Dương", "Thị Đào", "Thu Giang", "Thị Hạnh", "Thúy Hằng", "Thị Hiền",
         "Thanh Hoa", "Thị Hồng", "Mai Hương", "Thị Lan", "Khánh Linh", "Thị Loan", "Trúc Ly", "Thị Mai", "Hoàng My",
         "Thị Nga", "Kim Ngân", "Bảo Ngọc", "Thị Nhung", "Kim Oanh", "Thị Phượng", "Diễm Quỳnh", "Thị Thảo", "Anh Thư",
         "Thủy Tiên", "Bích Trâm", "Thị Tuyết", "Cẩm Vân", "Hải Yến")
HAMLETS = ("thôn Đông", "thôn Đoài", "thôn Trung", "thôn Thượng", "thôn Hạ", "xóm Mới", "xóm Chùa",
           "ấp Bình Hòa", "ấp Phú Lợi", "tổ dân phố 1", "tổ dân phố 3", "tổ dân phố 7", "khu phố 2", "khu phố 5")
FIRST_SYLLABLES = ("Phú", "Bình", "Hòa", "Long", "Vĩnh", "Mỹ", "Đông", "Thanh", "Hưng", "Xuân", "Yên")
SECOND_SYLLABLES = ("Hải", "Lợi", "Thành", "Thạnh", "Lộc", "Khánh", "Sơn", "Giang", "Trung", "Minh", "Thịnh")
COMMUNES = tuple(f"{first} {second}" for second in SECOND_SYLLABLES for first in FIRST_SYLLABLES)
"""Names for more communes than the one of the sample administration."""


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who might stand at the counter, and nobody who exists.

    The identity number begins with 099, which no province has, the telephone number with 0123, which no network has had
    since 2018; the e-mail address ends in a name that cannot be registered.
    """

    name: str
    id_number: str
    phone: str
    email: str
    address: str


def resident(chance: Random, commune: str) -> Resident:
    """Anybody of this commune."""
    name = full_name(chance)
    number = chance.randrange(1_000_000)
    where = f"Số {chance.randrange(1, 250)}, {chance.choice(HAMLETS)}, xã {commune}"
    return Resident(name, f"099{chance.randrange(10**9):09d}", f"0123{number:06d}",
                    f"{plain(name.split()[-1])}{number:06d}@hopthu.example", where)


def full_name(chance: Random) -> str:
    """Family name first."""
    family, = chance.choices(tuple(FAMILIES), tuple(FAMILIES.values()))
    return f"{family} {chance.choice(MEN + WOMEN)}"


def plain(text: str) -> str:
    """Without diacritics, in small letters."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(each for each in letters if each.isascii() and each.isalpha())
