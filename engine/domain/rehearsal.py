"""What the rehearsal of a procedure says: which scenarios hold, and how much of the diagram they walked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One scenario. The messages name the step, what was expected and what happened; empty when it holds."""

    name: str
    ok: bool
    message: str = ""
    message_en: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """Of the elements of one kind, by id, those that a scenario reached."""

    reached: frozenset[str]
    all: frozenset[str]

    @property
    def missed(self) -> tuple[str, ...]:
        """What no scenario reached, in the order of the ids."""
        return tuple(sorted(self.all - self.reached))

    @property
    def percent(self) -> float:
        """0 to 100; a diagram without such elements is covered."""
        return 100 * len(self.reached & self.all) / len(self.all) if self.all else 100.0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All scenarios of one procedure, and what they covered together."""

    slug: str
    results: tuple[ScenarioResult, ...]
    end_events: Covered
    flows: Covered

    @property
    def ok(self) -> bool:
        """True when there are scenarios and every one holds."""
        return bool(self.results) and all(result.ok for result in self.results)
