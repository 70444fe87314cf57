"""The decrees as dated sets of rules. A dossier finishes under the pack that was in force when it was accepted.

What domain.md marks as unsure is a setting: a procedure or an installation may overrule it by name (`SETTINGS`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from enum import Enum
from typing import Any

from engine.domain import dossier_code
from engine.domain.clock_reading import SupplementClock
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.field_reader import FieldReader
from engine.domain.time_limit import AppointmentGranularity, DayTermsEnd, TimePolicy


class ExecutionLevel(Enum):
    """Where a procedure is carried out. DISTRICT exists only in dossiers from before 1 July 2025."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    OTHER = "other"


class IntakeScope(Enum):
    """Whose dossiers a counter takes: those of its own level, or those of the whole province whatever the boundary."""

    COMPETENT_LEVEL = "competent_level"
    PROVINCE_WIDE = "province_wide"


@dataclass(frozen=True, slots=True)
class RulePack:
    """One decree with its circulars. `effective_to` is the first day on which new dossiers no longer follow it.

    `forms` names the official slips. `apology_lead_days` are working days before the due date; `supplement_due_days`
    working days the applicant has to bring what is missing; `collect_days` working days after which he is reminded of a
    result that waits. `warn_percent` of the term used up is when officers are warned. `intake_reply_hours` are working
    hours within which a dossier sent online must be answered (Article 11.4 of Decree 45/2020/NĐ-CP).
    """

    code: str
    effective_from: date
    effective_to: date | None
    forms: tuple[str, ...]
    levels: tuple[ExecutionLevel, ...]
    supplement_clock: SupplementClock
    intake_scope: IntakeScope
    transfer_cutoff: time = time(15)
    max_supplements: int = 1
    supplement_due_days: int = 30
    apology_lead_days: int = 1
    max_reappointments: int = 1
    max_extensions: int = 1
    warn_percent: int = 80
    collect_days: int = 10
    intake_reply_hours: int = 8
    dossier_code_template: str = dossier_code.TEMPLATE
    time_policy: TimePolicy = field(default_factory=TimePolicy)

    def in_force(self, on: date) -> bool:
        """True when a dossier accepted on that day follows this pack."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def for_procedure(self, cutoff_applies: bool) -> RulePack:
        """The pack for a procedure that may have no afternoon cut-off."""
        if cutoff_applies:
            return self
        return replace(self, time_policy=replace(self.time_policy, same_day_cutoff=None))

    def with_settings(self, given: Mapping[str, Any]) -> RulePack:
        """The pack with some settings overruled. Raises InvalidInput with every problem in `facts['problems']`."""
        reader = FieldReader(given, "settings")
        values = read_settings(reader)
        if reader.problems:
            raise InvalidInput(problems=tuple(reader.problems))
        return self.overruled(values)

    def overruled(self, values: Mapping[str, Any]) -> RulePack:
        """The pack with settings that were read before (`read_settings`)."""
        policy = {name: value for name, value in values.items() if name in _POLICY_FIELDS}
        own = {name: value for name, value in values.items() if name not in _POLICY_FIELDS}
        return replace(self, time_policy=replace(self.time_policy, **policy), **own)


ND61_2018 = RulePack(
    code="ND61_2018",
    effective_from=date(2018, 6, 21),
    effective_to=date(2025, 7, 1),
    forms=("receipt", "supplement", "refusal", "apology", "control", "register"),
    levels=(ExecutionLevel.MINISTRY, ExecutionLevel.PROVINCE, ExecutionLevel.DISTRICT, ExecutionLevel.COMMUNE),
    supplement_clock=SupplementClock.RESTART,
    intake_scope=IntakeScope.COMPETENT_LEVEL,
)
"""Decree 61/2018/NĐ-CP with Circular 01/2018/TT-VPCP: six slips, four levels."""

ND118_2025 = RulePack(
    code="ND118_2025",
    effective_from=date(2025, 7, 1),
    effective_to=None,
    forms=("receipt", "supplement", "refusal", "apology", "stop", "control", "register"),
    levels=(ExecutionLevel.MINISTRY, ExecutionLevel.PROVINCE, ExecutionLevel.COMMUNE),
    supplement_clock=SupplementClock.PAUSE_RESUME,
    intake_scope=IntakeScope.PROVINCE_WIDE,
)
"""Decree 118/2025/NĐ-CP with Circular 03/2025/TT-VPCP: seven slips, no district.

Its limits on supplements and extensions were not seen; those of Decree 61 stand, and are settings.
"""

PACKS: Mapping[str, RulePack] = {pack.code: pack for pack in (ND118_2025, ND61_2018)}
"""Every pack by its code."""

_POLICY_FIELDS = frozenset(each.name for each in fields(TimePolicy))


def applicable(on: date, packs: Mapping[str, RulePack] = PACKS) -> RulePack:
    """The pack for a dossier accepted on that day (in Vietnam). Raises NotFound before the first decree."""
    found = next((pack for pack in packs.values() if pack.in_force(on)), None)
    if found is None:
        raise NotFound(what="rule_pack", on=on.isoformat())
    return found


def read_settings(reader: FieldReader) -> dict[str, Any]:
    """The settings written in this mapping, converted; what is wrong is in `reader.problems`."""
    reader.only(*SETTINGS)
    return {name: read(reader, name) for name, read in SETTINGS.items() if reader.has(name)}


def _chosen_from(kind: type[Enum]) -> Callable[[FieldReader, str], Any]:
    return lambda reader, name: reader.choice(name, {each.value: each for each in kind})


def _count(reader: FieldReader, name: str) -> int:
    return reader.count(name, 0)


def _percent(reader: FieldReader, name: str) -> int:
    percent = reader.count(name, 0)
    if reader.has(name) and not 1 <= percent <= 100:
        reader.report(name, "not_percent")
    return percent


def _flag(reader: FieldReader, name: str) -> bool:
    return reader.flag(name, default=False)


def _template(reader: FieldReader, name: str) -> Any:
    return reader.checked(name, dossier_code.template_problem)


SETTINGS: Mapping[str, Callable[[FieldReader, str], Any]] = {
    "supplement_clock": _chosen_from(SupplementClock),
    "intake_scope": _chosen_from(IntakeScope),
    "transfer_cutoff": FieldReader.clock_time,
    "max_supplements": _count,
    "supplement_due_days": _count,
    "apology_lead_days": _count,
    "max_reappointments": _count,
    "max_extensions": _count,
    "warn_percent": _percent,
    "collect_days": _count,
    "intake_reply_hours": _count,
    "dossier_code_template": _template,
    "same_day_cutoff": FieldReader.clock_time,
    "cutoff_shifts_start": _flag,
    "day_terms_end": _chosen_from(DayTermsEnd),
    "appointment_granularity": _chosen_from(AppointmentGranularity),
}
"""Name of a setting -> how it is read. The last four belong to `time_limit.TimePolicy`."""
