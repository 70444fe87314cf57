"""What one evaluation costs: the quick path against feelin, on conditions as procedures use them.

Run `python bench/feel.py [--json]`. Microseconds for one evaluation, the median of five rounds; expressions are already
compiled, as they are in a running service.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from engine.workflow.feel import feelin, subset

VARIABLES = {
    "hồ_sơ": {"loại": "cấp mới", "số_tờ": 12},
    "số_ngày": 4,
    "kết_quả": "đạt",
    "có_phí": True,
    **{f"field_{number}": f"value {number}" for number in range(20)},
}
EXPRESSIONS = [
    'kết_quả = "đạt"',
    'hồ_sơ.loại = "cấp mới" and số_ngày <= 5',
    "(số_ngày in [1..5]) and có_phí",
    'if hồ_sơ.số_tờ > 10 then 2 * số_ngày + 1 else số_ngày',
    'not(kết_quả in ("đạt", "không đạt")) or số_ngày between 3 and 7',
]
ROUNDS = 5


def quick(text: str) -> object:
    """One evaluation by the compiled closure, looked up as the service does."""
    expression = subset.expression(text)
    assert expression is not None
    return expression.evaluate(VARIABLES)


def authority(text: str) -> object:
    """One evaluation by feelin, with the variables made JSON as the service does."""
    return feelin.call("evaluate", text, json.dumps(VARIABLES))


def microseconds(evaluate: Callable[[str], object], times: int) -> float:
    """The median over the rounds of the mean time of one evaluation."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(times):
            for text in EXPRESSIONS:
                evaluate(text)
        rounds.append((time.perf_counter() - started) / times / len(EXPRESSIONS) * 1e6)
    return statistics.median(rounds)


def main() -> None:
    """Checks that both agree, measures both, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    assert all(quick(text) == authority(text) for text in EXPRESSIONS)
    fast_us, feelin_us = microseconds(quick, 1000), microseconds(authority, 20)
    figures = {"fast_us": round(fast_us, 2), "feelin_us": round(feelin_us, 1), "ratio": round(feelin_us / fast_us)}
    if as_json:
        print(json.dumps(figures))
    else:
        print(f"quick path {fast_us:.1f} us, feelin {feelin_us:.0f} us, {figures['ratio']} times quicker")


if __name__ == "__main__":
    main()
