"""What answers cost: reckoned, reduced, rounded and dated as the decision says, and monotone where it must be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import tariff
from engine.domain.calendar import VIETNAM
from engine.domain.errors import FeeUndetermined
from engine.domain.tariff import CollectionPoint, FeeKind, Period, Rate, Reduction, Tariff
from engine.domain.wording import Channel, Text
from engine.workflow.feel import evaluator
from engine.workflow.feel.errors import FeelError

FIRST, LAST = date(2025, 7, 1), date(2026, 12, 31)
TODAY = date(2026, 3, 2)
PER_COPY = "copies * min(200000, if pages <= 2 then 2000 * pages else 2000 + 1000 * pages)"
amounts, counts = st.integers(0, 10_000_000), st.integers(0, 400)


class Feel:
    """The real language; decision tables are not what these tests are about."""

    def formula(self, expression: str, answers: Mapping[str, Any]) -> Any:
        try:
            return evaluator.evaluate(expression, answers)
        except FeelError as error:
            raise ValueError(str(error)) from error

    def decision(self, name: str, answers: Mapping[str, Any]) -> Any:
        raise ValueError(name)


def costing(rate: Rate | None = None, *, since: date = FIRST, until: date | None = LAST, **changes: Any) -> Tariff:
    fixed: dict[str, Any] = {
        "key": "fee", "name": Text("Phí", "Fee"), "kind": FeeKind.FEE, "collect": CollectionPoint.INTAKE,
        "refundable": False, "when": "", "periods": (Period(since, until, rate or Rate(8000), {}),)}
    return Tariff(**{**fixed, **changes})


def off(share: int, **changes: Any) -> Reduction:
    return Reduction(**{"share": share, "since": FIRST, "until": LAST, "ground": "TT 64/2025/TT-BTC",
                        "channels": frozenset(), **changes})


def total(*tariffs: Tariff, on: date = TODAY, channel: Channel = Channel.DIRECT, **answers: Any) -> int:
    return tariff.quote(tariffs, channel, answers, on, Feel()).total


@pytest.mark.parametrize(("pages", "copies", "expected"), [
    (1, 1, 2000), (2, 1, 4000), (3, 1, 5000), (10, 2, 24_000), (198, 1, 200_000), (500, 3, 600_000), (0, 5, 0),
])
def test_certified_copies_cost_by_page_with_a_cap_for_each_copy(pages: int, copies: int, expected: int) -> None:
    assert total(costing(Rate(formula=PER_COPY)), pages=pages, copies=copies) == expected


@given(counts, counts, st.integers(0, 50))
def test_more_never_costs_less(pages: int, more: int, copies: int) -> None:
    it = costing(Rate(formula=PER_COPY))
    assert total(it, pages=pages, copies=copies) <= total(it, pages=pages + more, copies=copies)
    assert total(it, pages=pages, copies=copies) <= 200_000 * copies


@given(st.lists(amounts, max_size=6), st.integers(1, 100))
def test_the_total_is_the_sum_of_its_lines_and_no_line_exceeds_what_is_listed(listed: list[int], share: int) -> None:
    tariffs = [costing(Rate(amount), key=f"fee{n}", reductions=(off(share),)) for n, amount in enumerate(listed)]
    quoted = tariff.quote(tariffs, Channel.DIRECT, {}, TODAY, Feel())
    assert quoted.total == sum(line.amount for line in quoted.lines)
    assert [line.listed for line in quoted.lines] == listed
    assert all(0 <= line.amount <= line.listed for line in quoted.lines)


@given(amounts, amounts, st.integers(1, 100))
def test_a_reduction_keeps_the_order_of_amounts(one: int, other: int, share: int) -> None:
    less, more = sorted((one, other))
    assert tariff.after_reduction(less, off(share)) <= tariff.after_reduction(more, off(share))


@pytest.mark.parametrize(("listed", "share", "left"), [(8001, 50, 4001), (8000, 33, 5360), (1, 50, 1), (7, 100, 0)])
def test_amounts_are_whole_dong_rounded_half_up(listed: int, share: int, left: int) -> None:
    assert tariff.after_reduction(listed, off(share)) == left


def test_a_formula_may_give_halves_and_they_are_rounded_up() -> None:
    assert total(costing(Rate(formula="copies * 1000 / 8")), copies=4.5) == 563


@pytest.mark.parametrize(("on", "expected"), [
    (FIRST - timedelta(days=1), 0), (FIRST, 8000), (LAST, 8000), (LAST + timedelta(days=1), 0),
])
def test_a_tariff_holds_on_its_first_and_its_last_day_and_no_other(on: date, expected: int) -> None:
    assert total(costing(), on=on) == expected


def test_the_day_turns_at_midnight_in_viet_nam() -> None:
    late_in_the_year = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    assert total(costing(), on=late_in_the_year.astimezone(VIETNAM).date()) == 8000
    assert total(costing(), on=(late_in_the_year + timedelta(seconds=1)).astimezone(VIETNAM).date()) == 0


def test_a_temporary_reduction_ends_with_its_last_day() -> None:
    it = costing(until=None, reductions=(off(50, until=TODAY),))
    assert total(it, on=TODAY) == 4000
    assert total(it, on=TODAY + timedelta(days=1)) == 8000


def test_reductions_do_not_add_up_the_largest_counts() -> None:
    assert total(costing(reductions=(off(30), off(50), off(10)))) == 4000


def test_a_reduction_may_hold_for_one_channel_only() -> None:
    it = costing(reductions=(off(100, channels=frozenset({Channel.ONLINE})),))
    assert total(it, channel=Channel.ONLINE) == 0
    assert total(it, channel=Channel.POSTAL) == 8000


def test_a_channel_left_out_pays_nothing() -> None:
    it = costing(periods=(Period(FIRST, None, None, {Channel.DIRECT: Rate(20_000), Channel.ONLINE: Rate(10_000)}),))
    assert [total(it, channel=each) for each in Channel] == [20_000, 10_000, 0]


def test_a_condition_decides_whether_there_is_a_line() -> None:
    it = costing(when='delivery = "post"')
    assert total(it, delivery="post") == 8000
    assert tariff.quote([it], Channel.DIRECT, {"delivery": "counter"}, TODAY, Feel()).lines == ()


def test_a_quote_may_be_narrowed_to_one_point_of_collection() -> None:
    both = (costing(), costing(key="later", collect=CollectionPoint.RETURN))
    narrowed = tariff.quote(both, Channel.DIRECT, {}, TODAY, Feel(), CollectionPoint.RETURN)
    assert [line.tariff.key for line in narrowed.lines] == ["later"]


@pytest.mark.parametrize("answers", [
    {}, {"copies": None, "pages": 2}, {"copies": "hai", "pages": 2}, {"copies": -1, "pages": 2},
    {"copies": 2**52, "pages": 500},
])
def test_answers_that_give_no_amount_are_named_and_never_cost_nothing(answers: dict[str, Any]) -> None:
    with pytest.raises(FeeUndetermined) as refused:
        total(costing(Rate(formula=PER_COPY)), **answers)
    assert refused.value.facts["fee"] == "Phí"


@pytest.mark.parametrize("value", [None, True, "8000", [8000], float("nan"), float("inf"), -1, 10**14])
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(FeeUndetermined):
        tariff.money(value, "Phí")


def test_a_condition_that_is_neither_true_nor_false_is_refused() -> None:
    with pytest.raises(FeeUndetermined):
        total(costing(when="copies"), copies=1)


def test_a_decision_without_an_answer_is_refused() -> None:
    with pytest.raises(FeeUndetermined):
        total(costing(Rate(decision="gone")))


def test_a_fixed_fee_of_a_channel_is_a_tariff_like_any_other() -> None:
    plain = tariff.fixed({Channel.DIRECT: 8000, Channel.ONLINE: 0})
    assert total(*plain) == 8000
    assert total(*plain, channel=Channel.ONLINE) == 0
    assert tariff.fixed({Channel.DIRECT: 0}) == ()
