"""The code of a dossier is written and read by one template."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import dossier_code
from engine.domain.dossier_code import CodeParts
from engine.domain.errors import InvalidInput

UNITS = st.from_regex(r"[GH][0-9]{2}(\.[0-9]{2}){0,3}", fullmatch=True)
TEMPLATES = st.sampled_from(["{unit}-{yyMMdd}-{seq}", "{unit}-{yyyyMMdd}-{seq:7}", "{unit}/{yyMMdd}/{seq:1}"])


def test_the_code_of_the_circular() -> None:
    code = dossier_code.compose(CodeParts("000.00.15.H38", date(2018, 8, 6), 12))

    assert code == "000.00.15.H38-180806-0012"
    assert dossier_code.parse(code) == CodeParts("000.00.15.H38", date(2018, 8, 6), 12)


def test_the_ordinal_widens_rather_than_start_anew() -> None:
    assert dossier_code.compose(CodeParts("H99.01.01", date(2026, 3, 2), 9999)) == "H99.01.01-260302-9999"
    assert dossier_code.compose(CodeParts("H99.01.01", date(2026, 3, 2), 10000)) == "H99.01.01-260302-10000"


def test_the_longer_code_seen_in_2026() -> None:
    parts = CodeParts("G09.20", date(2026, 6, 9), 92637)

    assert dossier_code.compose(parts, "{unit}-{yyyyMMdd}-{seq:7}") == "G09.20-20260609-0092637"


@given(UNITS, st.dates(date(2018, 1, 1), date(2099, 12, 31)), st.integers(1, 10_000_000), TEMPLATES)
def test_every_code_reads_back_as_what_was_written(unit: str, on: date, seq: int, template: str) -> None:
    parts = CodeParts(unit, on, seq)

    assert dossier_code.parse(dossier_code.compose(parts, template), template) == parts


@pytest.mark.parametrize("code", [
    "", "H99-260302", "H99-260302-12", "H99-260302-0000", "H99-260302-00012", "H99-261302-0012", "h99-260302-0012",
    "H99-260302-0012 ", "H99-260302-٠٠١٢", "H99..1-260302-0012", "H99-20260302-0012",
])
def test_any_other_text_is_not_a_code(code: str) -> None:
    with pytest.raises(InvalidInput):
        dossier_code.parse(code)


@pytest.mark.parametrize(("unit", "seq"), [("", 1), ("H99-1", 1), ("H99", 0), ("H" * 40, 1)])
def test_a_code_that_could_not_be_read_back_is_never_written(unit: str, seq: int) -> None:
    with pytest.raises(InvalidInput):
        dossier_code.compose(CodeParts(unit, date(2026, 3, 2), seq))


@pytest.mark.parametrize("template", [
    "", None, "{unit}-{seq}", "{yyMMdd}-{seq}", "{unit}{yyMMdd}{seq}", "{unit}-{yyMMdd}-{seq:0}",
    "{unit}-{yyMMdd}1{seq}", "{unit}-{yyMMdd}-{seq}-{x}",
])
def test_a_template_must_keep_unit_day_and_ordinal_apart(template: object) -> None:
    found = dossier_code.template_problem(template, "settings.dossier_code_template")

    assert found is not None
    assert found.message_en.endswith("must look like {unit}-{yyMMdd}-{seq}")
    assert dossier_code.template_problem(dossier_code.TEMPLATE, "x") is None
