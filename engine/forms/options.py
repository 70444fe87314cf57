"""Questions whose choices come from the procedure itself: its papers, or the questions of its application form.

So an officer marks exactly what the applicant was asked, and a procedure's list of papers is written in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.domain import procedure
from engine.domain.procedure import ProcedureFacts
from engine.domain.process import Version
from engine.forms import schema
from engine.forms.schema import APPLICATION, Choice, Field, Form, Group, Item


def form_of(version: Version, key: str) -> Form:
    """A form of a published version with every choice listed. Raises KeyError for a key the version does not have."""
    form = schema.published(version.forms[key])
    if not any(each.options_from for each in form.fields):
        return form
    return listed(form, procedure.from_mapping(version.facts), version.forms)


def listed(form: Form, facts: ProcedureFacts, forms: Mapping[str, bytes]) -> Form:
    """The same form with the choices that the procedure's facts and its application form give."""
    return Form(_listed(form.items, facts, forms))


def _listed(items: tuple[Item, ...], facts: ProcedureFacts, forms: Mapping[str, bytes]) -> tuple[Item, ...]:
    return tuple(_item(each, facts, forms) for each in items)


def _item(item: Item, facts: ProcedureFacts, forms: Mapping[str, bytes]) -> Item:
    if isinstance(item, Group):
        return replace(item, items=_listed(item.items, facts, forms))
    if isinstance(item, Field) and item.options_from:
        return replace(item, choices=_choices(item.options_from, facts, forms))
    return item


def _choices(source: str, facts: ProcedureFacts, forms: Mapping[str, bytes]) -> tuple[Choice, ...]:
    if source == APPLICATION:
        asked = schema.published(forms[facts.application_form]).fields
        return tuple(Choice(each.key, each.label) for each in asked if not each.readonly)
    return tuple(Choice(each.key, each.name) for each in facts.components)
