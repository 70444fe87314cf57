"""What a rule says, and how it becomes a `Problem` in two languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from engine.domain.review import Package, Problem, Severity, Vocabulary
from engine.workflow.gate.graph import Diagram
from engine.workflow.gate.papers import Papers
from engine.workflow.xml import line_of


@dataclass(frozen=True, slots=True)
class Finding:
    """A code, the element it is about, and the words that its sentences need.

    `file` and `line` are for findings outside the diagram; `severity` overrides that of the code.
    """

    code: str
    element: etree._Element | None = None
    words: dict[str, Any] = field(default_factory=dict)
    file: str | None = None
    line: int | None = None
    severity: Severity | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule may look at."""

    diagram: Diagram
    package: Package
    vocabulary: Vocabulary
    papers: Papers


Rule = Callable[[Subject], Iterable[Finding]]


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[str, Any]]:
    """By code: the severity, and message and remedy in Vietnamese and English."""
    by_code: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("problem_texts.json").read_text("utf-8"))
    return by_code


def found(code: str, element: etree._Element | None, **words: Any) -> Finding:
    """A finding in the diagram."""
    return Finding(code, element, words)


def as_problem(finding: Finding, diagram_name: str) -> Problem:
    """The finding with its sentences. Every placeholder of a sentence must be among the words."""
    text = texts()[finding.code]
    words = {"element": _on_one_line(_spoken(finding.element))}
    words |= {key: _on_one_line(word) for key, word in finding.words.items()}
    element = None if finding.element is None else finding.element.get("id")
    line = finding.line if finding.element is None else line_of(finding.element)
    vi, en = ({part: text[tongue][part].format(**words) for part in ("message", "remedy")} for tongue in ("vi", "en"))
    return Problem(finding.code, finding.severity or Severity(text["severity"]), finding.file or diagram_name,
                   element, line, vi["message"], vi["remedy"], en["message"], en["remedy"],
                   {**finding.words, **finding.facts})


def _on_one_line(word: Any) -> Any:
    return " ".join(word.split()) if isinstance(word, str) else word


def _spoken(element: etree._Element | None) -> str:
    """What a person calls the element: its name, else its id."""
    if element is None:
        return ""
    return str(element.get("name") or element.get("id") or "?")
