"""Proof that nobody touched a clock ledger: every link of the chain, every order of events, every instant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.domain.clock_ledger import GENESIS, NEXT, ClockEvent, ClockState, as_row, fingerprint

SENTENCES = {
    "altered": ("đã bị sửa sau khi ghi", "was changed after it was written"),
    "unlinked": ("không nối với sự kiện liền trước", "does not follow the event before it"),
    "misnumbered": ("số thứ tự bị hở hoặc lặp", "leaves a gap in the numbering or repeats it"),
    "misplaced": ("thuộc về hồ sơ khác", "belongs to another dossier"),
    "disordered": ("không thể xảy ra ở trạng thái này của đồng hồ", "cannot happen in that state of the clock"),
    "backdated": ("có thời điểm trước sự kiện liền trước", "is older than the event before it"),
    "cut_off": ("không phải là sự kiện cuối cùng đã được ghi nhận", "is not the last event that was recorded"),
}
"""Code of the problem -> Vietnamese and English, to be read after the number of the event."""


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """One finding: the event's number, a code of `SENTENCES`, and the sentence in both languages."""

    dossier_id: str
    seq: int
    code: str
    message: str
    message_en: str


def verify(events: Sequence[ClockEvent], head: str | None = None) -> list[LedgerProblem]:
    """Every problem of one dossier's ledger; see `verify_rows`."""
    return verify_rows([as_row(event) for event in events], head)


def verify_rows(rows: Sequence[Mapping[str, Any]], head: str | None = None) -> list[LedgerProblem]:
    """Every problem of one dossier's ledger, in the columns of `clock_ledger.as_row`, so that damage cannot hide.

    A chain proves what it holds, not what was cut from its end: `head`, where it is known, is the last hash recorded.
    """
    found = [*_links(rows), *_order(rows), *_ages(rows)]
    if head is not None and (rows[-1]["hash"] if rows else GENESIS) != head:
        found.append(_problem(rows[-1] if rows else {"dossier_id": "", "seq": 0}, "cut_off"))
    return found


def _links(rows: Sequence[Mapping[str, Any]]) -> Iterator[LedgerProblem]:
    previous = GENESIS
    for number, row in enumerate(rows, start=1):
        if row["seq"] != number:
            yield _problem(row, "misnumbered")
        if row["dossier_id"] != rows[0]["dossier_id"]:
            yield _problem(row, "misplaced")
        if row["prev_hash"] != previous:
            yield _problem(row, "unlinked")
        if row["hash"] != fingerprint(row):
            yield _problem(row, "altered")
        previous = row["hash"]


def _order(rows: Sequence[Mapping[str, Any]]) -> Iterator[LedgerProblem]:
    state = ClockState.IDLE
    allowed = {(before, kind.value): after for before, moves in NEXT.items() for kind, after in moves.items()}
    for row in rows:
        if (state, row["kind"]) not in allowed:
            yield _problem(row, "disordered")
        state = allowed.get((state, row["kind"]), state)


def _ages(rows: Sequence[Mapping[str, Any]]) -> Iterator[LedgerProblem]:
    for before, after in pairwise(rows):
        if after["at"] < before["at"]:
            yield _problem(after, "backdated")


def _problem(row: Mapping[str, Any], code: str) -> LedgerProblem:
    vietnamese, english = SENTENCES[code]
    seq = row["seq"]
    return LedgerProblem(row["dossier_id"], seq, code, f"Sự kiện {seq} {vietnamese}", f"Event {seq} {english}")
