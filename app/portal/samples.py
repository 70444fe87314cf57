"""The application form on paper: blank, to be filled in by hand, or filled in with an example."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import formview
from app.portal.views import blueprint
from app.security import public
from app.wiring import current_engine
from engine.forms.answers import choices
from engine.forms.schema import CHOOSING, Field, FieldType
from engine.queries.counter import offered_procedure

EXAMPLES = {"phone": "0912 345 678", "email": "nguyenvanan@vidu.vn"}
ABOUT = (
    ({"ethnicity"}, "portal.example_ethnicity"), ({"nationality"}, "portal.example_nationality"),
    ({"address", "place", "town", "residence"}, "portal.example_address"), ({"name"}, "portal.example_name"),
)
"""What the words of a field's key are about, the first that fits."""

EXAMPLE_DAY = "1990-05-20"
EXAMPLE_NUMBER = "079090001234"


@blueprint.get("/thu-tuc/<slug>/to-khai")
@public
def sample_form(slug: str) -> ResponseReturnValue:
    engine = current_engine()
    found = engine.read(offered_procedure, slug, engine.today())
    form = engine.form(found.version_id, found.facts.application_form)
    filled = request.args.get("mau") == "1"
    values = {each.key: example(each) for each in form.fields} if filled else {}
    said = {each.key: formview.answer_text(each, values.get(each.key), {}) for each in form.fields}
    return render_template("portal/sample_form.html", procedure=found, filled=filled, said=said,
                           sections=formview.sections(form, values, {}, {}))


def example(asked: Field) -> Any:
    """An answer such as somebody might give; it only has to look right."""
    if asked.type in CHOOSING:
        first = [each.value for each in choices(asked, {})][:1]
        return first if asked.type is FieldType.CHECKLIST else next(iter(first), None)
    if asked.type is FieldType.DATE:
        return EXAMPLE_DAY
    if asked.type is FieldType.NUMBER:
        return int(asked.minimum or 1)
    if asked.type is FieldType.CHECKBOX:
        return True
    return EXAMPLES.get(asked.kind) or (EXAMPLE_NUMBER if asked.pattern else _words(asked))


def _words(asked: Field) -> str:
    said = set(asked.key.split("_"))
    key = next((text for words, text in ABOUT if said & words), "portal.example_text")
    return str(gettext(key))
