"""The code of a dossier: unit, date of reception, ordinal of the day (Circular 01/2018/TT-VPCP, Art. 19).

The ordinal comes from the allocator of the store; this module only writes and reads the code. To everybody else a code
is an opaque text: another system's may look different.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from engine.domain.errors import InvalidInput
from engine.domain.field_problem import FieldProblem, problem

TEMPLATE = "{unit}-{yyMMdd}-{seq}"
DIGITS = 4
LONGEST = 50
"""Letters the national portal accepts in a dossier code."""

_PLACES = re.compile(r"\{(unit|yyMMdd|yyyyMMdd|seq)(?::([1-9]))?\}")
_SHAPE = re.compile(r"\{unit\}[-/_]\{(?:yyMMdd|yyyyMMdd)\}[-/_]\{seq(?::[1-9])?\}")
_UNIT = re.compile(r"[A-Z0-9]+(?:\.[A-Z0-9]+)*", re.ASCII)
_DATES = {"yyMMdd": "%y%m%d", "yyyyMMdd": "%Y%m%d"}


@dataclass(frozen=True, slots=True)
class CodeParts:
    """What a code says. `unit` is the official code of the receiving unit, such as `H56.20.3`."""

    unit: str
    received_on: date
    seq: int


def compose(parts: CodeParts, template: str = TEMPLATE) -> str:
    """Writes a code. The ordinal has four digits (`{seq:7}`: seven) and widens rather than start anew.

    Raises InvalidInput when the unit has no official code or the whole is longer than 50 letters.
    """
    code = _PLACES.sub(lambda place: _written(parts, place), template)
    if not _UNIT.fullmatch(parts.unit) or parts.seq < 1 or len(code) > LONGEST:
        raise _refusal(code)
    return code


def parse(code: str, template: str = TEMPLATE) -> CodeParts:
    """Reads a code that this template wrote. Raises InvalidInput for any other text."""
    found = _pattern(template).fullmatch(code)
    if found is None:
        raise _refusal(code)
    parts = CodeParts(found["unit"], _date(found, code), int(found["seq"]))
    if compose(parts, template) != code:  # an ordinal padded too far
        raise _refusal(code)
    return parts


def template_problem(template: object, path: str) -> FieldProblem | None:
    """Says why a template would not give codes that differ by unit, day and ordinal; None when it would."""
    if isinstance(template, str) and _SHAPE.fullmatch(template):
        return None
    return problem(path, "not_template")


def _written(parts: CodeParts, place: re.Match[str]) -> str:
    name, width = place[1], place[2]
    if name == "unit":
        return parts.unit
    if name == "seq":
        return str(parts.seq).zfill(int(width or DIGITS))
    return parts.received_on.strftime(_DATES[name])


def _pattern(template: str) -> re.Pattern[str]:
    groups = {"unit": f"(?P<unit>{_UNIT.pattern})", "seq": r"(?P<seq>\d+)",
              "yyMMdd": r"(?P<date>\d{6})", "yyyyMMdd": r"(?P<date>\d{8})"}
    literals = _PLACES.split(template)[0::3]
    names = [place[1] for place in _PLACES.finditer(template)]
    between = zip(literals[1:], names, strict=True)
    return re.compile(re.escape(literals[0]) + "".join(groups[name] + re.escape(text) for text, name in between), re.A)


def _date(found: re.Match[str], code: str) -> date:
    text = found["date"]
    try:
        return date.fromisoformat(text if len(text) == 8 else f"20{text}")
    except ValueError as refused:
        raise _refusal(code) from refused


def _refusal(code: str) -> InvalidInput:
    return InvalidInput(problems=(problem("dossier_code", "not_dossier_code", value=code),))
