"""Copies of lives: other people, other places, ids and codes of their own; what may not repeat counts on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from engine.domain import dossier_code
from engine.domain.dossier import Party
from engine.domain.dossier_code import CodeParts
from engine.seeding.communes import SAMPLE_COMMUNE, Place
from engine.seeding.lives import STRANGERS, numbers_of_strangers
from engine.seeding.moulds import Counted, Mould, resealed, told_by
from engine.seeding.names import full_name, resident

Rows = Mapping[str, list[list[Any]]]
ARCHIVED = ("dossier", "instance", "work_item", "clock_event")
"""What is copied of dossiers that are over where there are very many: their clock and who had them, not every word."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(slots=True)
class Copier:
    """Makes copies; knows the last number of each sequence, by the name of its row in `counter`."""

    places: list[Place]
    chance: Random
    counters: dict[str, int] = field(default_factory=dict)
    numbers: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def copy(self, mould: Mould, *, whole: bool) -> Rows:
        """The rows of one more dossier, by table. Without `whole`, a dossier that is over leaves its details behind."""
        place = self.chance.choice(self.places)
        words = self._words(mould, place)
        names = mould.rows if whole or not mould.ended else [name for name in ARCHIVED if name in mould.rows]
        given: dict[tuple[Any, ...], int] = {}
        return {name: [self._counted(row.filled(words), row.counted, given) for row in mould.rows[name]]
                for name in names}

    def _counted(self, values: list[Any], counted: Counted, given: dict[tuple[Any, ...], int]) -> list[Any]:
        """A paper and the line of its book have the same number in one life, and so in each copy of it."""
        for index, scope in counted:
            book = tuple(values[each] for each in scope)
            if (*book, values[index]) not in given:
                given[*book, values[index]] = self.numbers[book] = self.numbers.get(book, 0) + 1
            values[index] = given[*book, values[index]]
        return values

    def _words(self, mould: Mould, place: Place) -> dict[str, str]:
        words = {SAMPLE_COMMUNE: place.commune, **self._people(mould, place), **self._ids(mould)}
        words.update(place.words or {word: word for word in self.places[-1].words})
        words[mould.tracking_secret] = "".join(self.chance.choices(LETTERS, k=12))
        words.update((single, self._alike(single)) for single in mould.singles)
        if mould.code:
            words[mould.code] = self._code(mould, place)
        words.update(resealed(mould, words))
        return words

    def _alike(self, word: str) -> str:
        """Another word of the same shape."""
        drawn = (self.chance.choice("0123456789ABCDEF") if each in "0123456789ABCDEF" else each for each in word[2:])
        return word[:2] + "".join(drawn)

    def _people(self, mould: Mould, place: Place) -> dict[str, str]:
        somebody = Party(**asdict(resident(self.chance, place.commune)))
        told = dict(zip(told_by(mould.owner), told_by(somebody), strict=True))
        others = {name: full_name(self.chance) for name in STRANGERS[1:]}
        return told | others | {number: f"099{self.chance.randrange(10**9):09d}" for number in numbers_of_strangers()}

    def _ids(self, mould: Mould) -> dict[str, str]:
        """As ours are: time first, then chance; those of one dossier keep the order in which they were given."""
        begin = f"{mould.submitted_ms:012x}{self.chance.getrandbits(36):09x}"
        return {old: f"{begin}{rank:03x}" for rank, old in enumerate(mould.ids)}

    def _code(self, mould: Mould, place: Place) -> str:
        assert mould.accepted_on is not None
        unit = place.words.get(mould.receiving_code, mould.receiving_code)
        counter = f"dossier:{unit}:{mould.accepted_on:%y%m%d}"
        self.counters[counter] = self.counters.get(counter, 0) + 1
        parts = CodeParts(unit, mould.accepted_on, self.counters[counter])
        return dossier_code.compose(parts, mould.code_template)
