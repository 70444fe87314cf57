"""Which decree a dossier follows, and what may be settled differently."""

from __future__ import annotations

from datetime import date, time

import pytest

from engine.domain import rulepack
from engine.domain.clock_reading import SupplementClock
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.rulepack import ND61_2018, ND118_2025, ExecutionLevel, IntakeScope
from engine.domain.time_limit import AppointmentGranularity


@pytest.mark.parametrize(("on", "code"), [
    (date(2018, 6, 21), "ND61_2018"),
    (date(2025, 6, 30), "ND61_2018"),
    (date(2025, 7, 1), "ND118_2025"),
    (date(2026, 11, 21), "ND118_2025"),
])
def test_a_dossier_follows_the_decree_in_force_on_the_day_of_acceptance(on: date, code: str) -> None:
    assert rulepack.applicable(on).code == code


def test_before_the_first_decree_there_are_no_rules() -> None:
    with pytest.raises(NotFound):
        rulepack.applicable(date(2018, 6, 20))


def test_the_new_decree_has_seven_slips_no_district_and_no_boundaries() -> None:
    assert len(ND61_2018.forms) == 6
    assert len(ND118_2025.forms) == 7
    assert set(ND61_2018.levels) - set(ND118_2025.levels) == {ExecutionLevel.DISTRICT}
    assert ND118_2025.intake_scope is IntakeScope.PROVINCE_WIDE


def test_supplements_restart_the_clock_under_the_old_decree_and_pause_it_under_the_new_one() -> None:
    assert ND61_2018.supplement_clock is SupplementClock.RESTART
    assert ND118_2025.supplement_clock is SupplementClock.PAUSE_RESUME


def test_what_is_unsure_in_law_is_a_setting() -> None:
    pack = ND118_2025.with_settings({
        "supplement_clock": "restart", "max_supplements": 2, "transfer_cutoff": "16:00", "same_day_cutoff": "14:30",
        "appointment_granularity": "day", "cutoff_shifts_start": True,
        "dossier_code_template": "{unit}-{yyyyMMdd}-{seq:7}"})

    assert pack.supplement_clock is SupplementClock.RESTART
    assert (pack.max_supplements, pack.transfer_cutoff) == (2, time(16))
    assert pack.time_policy.same_day_cutoff == time(14, 30)
    assert pack.time_policy.appointment_granularity is AppointmentGranularity.DAY
    assert pack.time_policy.cutoff_shifts_start is True
    assert pack.dossier_code_template == "{unit}-{yyyyMMdd}-{seq:7}"
    assert ND118_2025.max_supplements == 1


def test_every_setting_is_a_field_of_the_pack_or_of_its_time_policy() -> None:
    fields = set(ND118_2025.__dataclass_fields__) | set(ND118_2025.time_policy.__dataclass_fields__)

    assert set(rulepack.SETTINGS) <= fields


def test_wrong_settings_are_all_reported() -> None:
    with pytest.raises(InvalidInput) as refused:
        ND118_2025.with_settings({"max_supplements": -1, "transfer_cutoff": "25:00", "colour": "red",
                                  "dossier_code_template": "{seq}"})

    assert [(found.path, found.code) for found in refused.value.facts["problems"]] == [
        ("settings.colour", "unknown"), ("settings.transfer_cutoff", "not_time"),
        ("settings.max_supplements", "not_count"), ("settings.dossier_code_template", "not_template")]
