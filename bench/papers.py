"""How long does an official slip take, from its data to a PDF for archives and screen readers?

    python bench/papers.py [--rounds N] [--json]

One printing process. `first_ms` is the very first paper, the start of the process and of the compiler included;
`warm_ms` is the slowest slip's median over N different papers, `papers_ms` the median of each slip, `cpu_ms` what one
paper costs the processor, which other work on the machine does not change much. `sign_ms` adds one visible signature.
`memory_mb` is what the printing process holds at the end, `growth_mb` how much of it came after the first hundred
papers.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1])]

from bench.places import arguments, report
from engine.gateways.documents.renderer import TypstDocuments
from engine.gateways.signing.keys import FileKeys
from engine.gateways.signing.pdf import PdfSignatures
from tests.papers.samples import AT, FORMS, LINK
from tests.papers.test_signatures import LEADER

SLIPS = tuple(name for name in FORMS if not name.endswith("/register"))
"""The register is a book, not a slip: its time grows with its lines."""


def measure(rounds: int) -> dict[str, Any]:
    """Every slip, with another owner each time so that nothing can be remembered."""
    documents = TypstDocuments()
    first = seconds(lambda: render(documents, SLIPS[0], 0))
    for slip in SLIPS:
        render(documents, slip, 1)
    warm, memory = papers(documents, max(1, 100 // len(SLIPS))), memory_mb(documents)
    used = cpu_seconds(documents)
    warm = {slip: warm[slip] + more for slip, more in papers(documents, rounds).items()}
    used = cpu_seconds(documents) - used
    medians = {slip: round(statistics.median(each) * 1000, 1) for slip, each in warm.items()}
    result = {"warm_ms": max(medians.values()), "first_ms": round(first * 1000, 1), "papers_ms": medians,
              "cpu_ms": round(used / rounds / len(SLIPS) * 1000, 1),
              "sign_ms": signing(documents, rounds), "memory_mb": memory_mb(documents),
              "growth_mb": memory_mb(documents) - memory}
    documents.close()
    return result


def papers(documents: TypstDocuments, rounds: int) -> dict[str, list[float]]:
    """Seconds of each paper by slip."""
    return {slip: [seconds(lambda slip=slip, n=n: render(documents, slip, n)) for n in range(rounds)]
            for slip in SLIPS}


def render(documents: TypstDocuments, slip: str, number: int) -> bytes:
    """One paper nobody has printed before."""
    data = {**FORMS[slip][0], "owner": f"Nguyễn Thị Thuỳ Phượng {number}", "ordinal": number}
    return documents.render(slip, data, AT, link=f"{LINK}{number}")


def signing(documents: TypstDocuments, rounds: int) -> float:
    """Milliseconds of one signature with its stamp, the key known."""
    with tempfile.TemporaryDirectory() as folder:
        signatures, paper = PdfSignatures(FileKeys(Path(folder)), documents), render(documents, SLIPS[0], 0)
        signatures.sign(paper, (LEADER,), AT)
        taken = [seconds(lambda: signatures.sign(paper, (LEADER,), AT)) for _ in range(min(rounds, 20))]
    return round(statistics.median(taken) * 1000, 1)


def seconds(act: Callable[[], object]) -> float:
    """How long the act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def cpu_seconds(documents: TypstDocuments) -> float:
    """Processor time of the printing process so far."""
    user, system = Path(f"/proc/{documents.process_id}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory_mb(documents: TypstDocuments) -> int:
    """Resident memory of the printing process."""
    pages = int(Path(f"/proc/{documents.process_id}/statm").read_text().split()[1])
    return pages * 4096 // 1_000_000


def main() -> None:
    """Measures the committed templates."""
    given = arguments(__doc__, rounds=40, what="papers of each slip").parse_args()
    report({"typst": measure(given.rounds)}, in_one_line=given.json)


if __name__ == "__main__":
    main()
