"""What the gate said, in the reader's language, and what the viewer draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.pictures import picture
from engine.domain.review import Problem, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list of problems."""

    code: str
    severity: Severity
    file: str
    element: str
    line: int | None
    message: str
    remedy: str


def findings(rows: Iterable[Mapping[str, Any]], language: str) -> list[Finding]:
    """Errors first, then as the files read from top to bottom."""
    listed = [_finding(row, "" if language == "vi" else f"_{language}") for row in rows]
    return sorted(listed, key=lambda it: (it.severity is not Severity.ERROR, it.file, it.line or 0, it.code))


def sentence(problem: Problem, language: str) -> str:
    """What is wrong and what to do, as one paragraph with its place."""
    message, remedy = (problem.message, problem.remedy) if language == "vi" else (
        problem.message_en or problem.message, problem.remedy_en or problem.remedy)
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return f"{place}: {message} {remedy}".strip()


def review_picture(diagram: bytes, listed: Iterable[Finding]) -> dict[str, Any]:
    """The diagram with a mark at every element that has a problem."""
    return picture(diagram, problems=[
        {"element": it.element, "severity": it.severity.value, "message": it.message} for it in listed if it.element])


def _finding(row: Mapping[str, Any], suffix: str) -> Finding:
    return Finding(
        row["code"], Severity(row["severity"]), row["file"], row["element"] or "", row["line"],
        row[f"message{suffix}"] or row["message"], row[f"remedy{suffix}"] or row["remedy"])
