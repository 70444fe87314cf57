"""What the publish gate says about a diagram (architecture.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Severity(Enum):
    """An error refuses publication; a warning is shown to whoever approves."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable code, where it is, and in both languages what is wrong and what to do.

    `message`/`remedy` are Vietnamese, `message_en`/`remedy_en` English.
    """

    code: str
    severity: Severity
    file: str
    element: str | None
    line: int | None
    message: str
    remedy: str
    message_en: str = ""
    remedy_en: str = ""
    facts: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Package:
    """A procedure as an analyst hands it in: file names and bytes, nothing parsed yet.

    `forms` maps form keys to form-js JSON; `decisions` maps names to DMN; `facts_yaml` is `procedure.yaml`,
    `scenarios_yaml` is `scenarios.yaml` (either may be empty for a bare diagram).
    """

    slug: str
    diagram_name: str
    diagram: bytes
    forms: dict[str, bytes] = field(default_factory=dict)
    decisions: dict[str, bytes] = field(default_factory=dict)
    facts_yaml: bytes = b""
    scenarios_yaml: bytes = b""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What diagrams may refer to: names the installation knows. The gate refuses anything else.

    `moves` is the table of national states: where a dossier may go from each; empty when nobody handed it in.
    """

    roles: frozenset[str]
    delegates: frozenset[str]
    agencies: frozenset[str]
    moves: Mapping[int, frozenset[int]] = field(default_factory=dict, hash=False)
