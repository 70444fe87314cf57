"""What a citizen told about himself: to be read, corrected and taken back by himself alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import formview, sessions
from app.accounts.views import LONGEST_PASSWORD, blueprint
from app.parties import ID_NUMBER
from app.security import for_citizens
from app.wiring import current_actor, current_engine, current_settings
from engine.commands.citizens import LANGUAGES, ChoosePassword, CloseAccount, SaveProfile
from engine.domain.account import NO_PASSWORD
from engine.domain.citizen import NOTICE_CHANNELS, Assurance, CitizenProfile
from engine.domain.errors import InvalidInput, NotFound
from engine.domain.procedure import Text
from engine.forms import answers
from engine.forms.answers import AnswerProblem
from engine.forms.schema import Choice, Field, FieldType, Form
from engine.queries.citizens import contacts_of, has_password, linked_at, profile_of

VOUCHED = ("name", "id_number", "birth_date")
"""What an identity provider says and nobody else changes."""


@blueprint.get("/tai-khoan")
@for_citizens
def profile() -> ResponseReturnValue:
    return _page(_as_answers(_own_profile()), {})


@blueprint.post("/tai-khoan")
@for_citizens
def save_profile() -> ResponseReturnValue:
    known, form = _own_profile(), profile_form()
    typed = answers.submitted(form, request.form.to_dict(flat=False))
    given, problems = answers.check(form, {**_vouched(known), **typed})
    if problems:
        return _page({**given, **typed}, problems), 422
    current_engine().execute(SaveProfile(known.account_id, given), current_actor(), request.form.get("key"))
    flash(gettext("accounts.profile_saved"), "success")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/tai-khoan/mat-khau")
@for_citizens
def choose_password() -> ResponseReturnValue:
    account_id, password = current_actor().id, request.form.get("password", "")[:LONGEST_PASSWORD]
    try:
        result = current_engine().execute(ChoosePassword(account_id, password), current_actor())
    except InvalidInput:
        return _page(_as_answers(_own_profile()), {}, gettext("accounts.password_too_short")), 422
    sessions.begin(account_id, result["session_epoch"])
    flash(gettext("accounts.password_chosen"), "success")
    return redirect(url_for("accounts.profile"), 303)


@blueprint.get("/tai-khoan/xoa")
@for_citizens
def closing() -> ResponseReturnValue:
    return render_template("accounts/closing.html")


@blueprint.post("/tai-khoan/xoa")
@for_citizens
def close() -> ResponseReturnValue:
    current_engine().execute(CloseAccount(current_actor().id), current_actor())
    sessions.end()
    flash(gettext("accounts.closed"), "success")
    return redirect(url_for("portal.home"), 303)


def profile_form() -> Form:
    """The questions of the page, in its reader's language."""
    return Form((
        _field("name", "party.person_name", required=True, max_length=200),
        _field("id_number", "party.id_number", pattern=ID_NUMBER),
        _field("birth_date", "accounts.birth_date", type=FieldType.DATE),
        _field("phone", "party.phone", kind="phone"),
        _field("email", "party.email", kind="email", max_length=200),
        _field("address", "party.address", max_length=300),
        _field("notice_channels", "accounts.notice_channels", type=FieldType.CHECKLIST,
               choices=_choices("accounts.channel_", NOTICE_CHANNELS)),
        _field("language", "accounts.language", type=FieldType.RADIO, choices=_choices("language.", LANGUAGES)),
    ))


def _page(values: Mapping[str, Any], problems: Mapping[str, AnswerProblem], password_problem: str = "") -> str:
    known, form, engine = _own_profile(), profile_form(), current_engine()
    proven = known.assurance is Assurance.PROVEN
    asked = Form(tuple(each for each in form.fields if each.key not in VOUCHED)) if proven else form
    listed = [*formview.error_list(form, problems), *([("password", password_problem)] if password_problem else [])]
    provider = current_settings().identity
    return render_template(
        "accounts/profile.html", provider=provider,
        linked_at=engine.read(linked_at, known.account_id, provider.issuer) if provider else None,
        sections=formview.sections(asked, values, problems, {}), problems=listed, known=known,
        proven=proven, contacts=engine.read(contacts_of, known.account_id),
        has_password=engine.read(has_password, known.account_id, NO_PASSWORD), password_problem=password_problem)


def _own_profile() -> CitizenProfile:
    found = current_engine().read(profile_of, current_actor().id)
    if found is None:
        raise NotFound(what="profile")
    return found


def _vouched(known: CitizenProfile) -> dict[str, Any]:
    return {key: value for key, value in _as_answers(known).items() if key in VOUCHED}


def _as_answers(known: CitizenProfile) -> dict[str, Any]:
    born = known.birth_date.isoformat() if known.birth_date else None
    return {**asdict(replace(known, birth_date=None)), "birth_date": born,
            "notice_channels": list(known.notice_channels)}


def _choices(prefix: str, values: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(each, _text(f"{prefix}{each}")) for each in values)


def _field(key: str, label: str, *, type: FieldType = FieldType.TEXT, **rules: Any) -> Field:
    return Field(key=key, type=type, label=_text(label), description=Text("", ""), **rules)


def _text(key: str) -> Text:
    words = str(gettext(key))
    return Text(words, words)
