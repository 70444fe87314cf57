"""What travels with the diagram, parsed: forms, decision tables, procedure.yaml, scenarios.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from engine.domain.review import Package
from engine.workflow.xml import UnsafeXml, local_name, parse_tree

MAX_YAML_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A paper that cannot be used: what is wrong, and the line where one is known."""

    detail: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The keys a form fills in. `choices` holds, for fields with fixed options, every value they may take."""

    keys: frozenset[str]
    choices: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything of the package but the diagram. A value is `Unreadable` when its file cannot be parsed.

    `bare` means that nobody handed in a package: a file chosen by itself, of which less can be asked.
    """

    bare: bool
    forms: dict[str, Form | Unreadable]
    decisions: dict[str, frozenset[str] | Unreadable]
    procedure: Any
    scenarios: Any

    @property
    def agencies(self) -> frozenset[str]:
        """The agencies that procedure.yaml names, as far as it can be read."""
        named = self.procedure.get("agencies") if isinstance(self.procedure, dict) else None
        return frozenset(str(name) for name in named) if isinstance(named, list) else frozenset()

    @property
    def forms_of_papers(self) -> frozenset[str]:
        """Forms that procedure.yaml uses itself: the application, and those that take the place of a component."""
        parts = self.procedure.get("components") if isinstance(self.procedure, dict) else None
        named = [part.get("form") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
        return frozenset(str(name) for name in (*named, self.application_form) if name)

    @property
    def application_form(self) -> str | None:
        """The form that the applicant fills in before the process starts; none is known without procedure.yaml."""
        if not isinstance(self.procedure, dict):
            return None
        return str(self.procedure.get("application_form") or "application")


def read_papers(package: Package) -> Papers:
    """Parses all papers; what cannot be read says so in its place."""
    bare = not (package.forms or package.facts_yaml or package.scenarios_yaml)
    return Papers(bare, {key: _form(data) for key, data in package.forms.items()},
                  {name.removesuffix(".dmn"): _decision(data) for name, data in package.decisions.items()},
                  _yaml(package.facts_yaml), _yaml(package.scenarios_yaml))


def _form(data: bytes) -> Form | Unreadable:
    try:
        schema = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Unreadable(str(error), getattr(error, "lineno", None))
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return Unreadable("components: []")
    fields = list(_fields(schema["components"]))
    return Form(frozenset(f["key"] for f in fields), {f["key"]: c for f in fields if (c := _choices(f)) is not None})


def _fields(components: list[Any]) -> Iterator[dict[str, Any]]:
    """Fields in order of appearance; those of a group without a path belong to the form itself."""
    for component in components:
        if not isinstance(component, dict):
            continue
        inner = component.get("components")
        path = component.get("path")
        if isinstance(inner, list) and not path:
            yield from _fields(inner)
        key = path if isinstance(inner, list) else component.get("key")
        if isinstance(key, str) and key:
            yield {**component, "key": key.split(".")[0]}


def _choices(component: dict[str, Any]) -> frozenset[str] | None:
    options = component.get("values")
    if component.get("type") not in ("select", "radio") or not isinstance(options, list):
        return None
    return frozenset(str(o.get("value")) for o in options if isinstance(o, dict))


def _decision(data: bytes) -> frozenset[str] | Unreadable:
    """The names of the outputs of the decision table."""
    try:
        root = parse_tree(data)
    except UnsafeXml as error:
        return Unreadable(error.detail or error.code, error.line)
    tables = [e for e in root.iter("{*}decisionTable")]
    if len(tables) != 1:
        return Unreadable(f"decisionTable: {len(tables)}")
    return frozenset(e.get("name", "") for e in tables[0] if local_name(e) == "output")


def _yaml(data: bytes) -> Any:
    if not data.strip():
        return None
    if len(data) > MAX_YAML_BYTES:
        return Unreadable(f"{len(data)} bytes")
    try:
        return yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        return Unreadable(str(getattr(error, "problem", None) or error), mark.line + 1 if mark else None)
