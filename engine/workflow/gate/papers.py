"""What travels with the diagram, parsed: forms, decision tables, procedure.yaml, scenarios.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.domain.errors import InvalidInput
from engine.domain.field_problem import FieldProblem
from engine.domain.procedure import SIDE
from engine.domain.review import Package
from engine.forms import plain_yaml
from engine.forms import schema as form_schema
from engine.forms.schema import FieldType, Form
from engine.workflow.feel.decision import DecisionTable
from engine.workflow.feel.dmn import parse_decision
from engine.workflow.feel.errors import FeelError
from engine.workflow.xml import UnsafeXml, parse_tree

ONE_OF_LISTED = frozenset({FieldType.SELECT, FieldType.RADIO})


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A paper that cannot be used: what is wrong with it, and the line where one is known."""

    detail: str
    line: int | None = None
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything of the package but the diagram. A value is `Unreadable` when its file cannot be parsed.

    `bare` means that nobody handed in a package: a file chosen by itself, of which less can be asked.
    """

    bare: bool
    forms: dict[str, Form | Unreadable]
    decisions: dict[str, DecisionTable | Unreadable]
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
    def beside_a_dossier(self) -> bool:
        """True for what the system begins beside a dossier (`procedure.SIDE`): nobody applies for it."""
        kind = self.procedure.get("kind") if isinstance(self.procedure, dict) else None
        return kind in {each.value for each in SIDE}

    @property
    def application_form(self) -> str | None:
        """The form that the applicant fills in before the process starts; none is known without procedure.yaml."""
        if not isinstance(self.procedure, dict) or self.beside_a_dossier:
            return None
        return str(self.procedure.get("application_form") or "application")

    def fields(self, form: str | None) -> frozenset[str] | None:
        """The variables a form sets; None when the form is not at hand or cannot be read."""
        found = self.forms.get(form or "")
        return frozenset(field.key for field in found.fields) if isinstance(found, Form) else None

    def choices(self) -> dict[str, frozenset[str]]:
        """Variables that can take listed values only; one that two forms list differently is left out."""
        lists: dict[str, set[frozenset[str]]] = {}
        for form in self.forms.values():
            for field in form.fields if isinstance(form, Form) else ():
                closed = field.type in ONE_OF_LISTED and field.required and not field.choices_key
                values = frozenset(choice.value for choice in field.choices) if closed else frozenset()
                lists.setdefault(field.key, set()).add(values)
        agreed = {key: next(iter(values)) for key, values in lists.items() if len(values) == 1}
        return {key: values for key, values in agreed.items() if values}


def read_papers(package: Package) -> Papers:
    """Parses all papers; what cannot be read says so in its place."""
    bare = not (package.forms or package.facts_yaml or package.scenarios_yaml)
    return Papers(bare, {key: _form(data) for key, data in package.forms.items()},
                  {name.removesuffix(".dmn"): _decision(data) for name, data in package.decisions.items()},
                  _yaml(package.facts_yaml), _yaml(package.scenarios_yaml))


def _form(data: bytes) -> Form | Unreadable:
    try:
        return form_schema.parse(data)
    except InvalidInput as invalid:
        return Unreadable("", problems=tuple(invalid.facts["problems"]))


def _decision(data: bytes) -> DecisionTable | Unreadable:
    try:
        return parse_decision(parse_tree(data))
    except UnsafeXml as error:
        return Unreadable(error.detail or error.code, error.line)
    except FeelError as error:
        return Unreadable(str(error))


def _yaml(data: bytes) -> Any:
    if not data.strip():
        return None
    try:
        return plain_yaml.read(data)
    except plain_yaml.UnreadableYaml as error:
        return Unreadable(error.detail, error.line)
