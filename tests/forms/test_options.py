"""Choices that come from the procedure: officers mark its papers and the questions of its application form."""

from __future__ import annotations

import json
from typing import Any

import yaml

from engine.bootstrap import load_package
from engine.domain.process import Version
from engine.forms import answers, options, schema
from engine.forms.answers import AnswerProblem


def checklist(**properties: Any) -> bytes:
    field = {"type": "checklist", "key": "marks", "label": "Đánh dấu", "values": [], "properties": properties}
    return json.dumps({"components": [{"type": "group", "label": "Nhóm", "components": [field]}]}).encode()


def version(source: str) -> Version:
    package = load_package("birth-registration")
    return Version("v1", package.slug, 1, "", b"", {**package.forms, "marking": checklist(options_from=source)},
                   facts=yaml.safe_load(package.facts_yaml))


def test_papers_and_questions_of_the_application_can_be_marked() -> None:
    papers = options.form_of(version("components"), "marking").fields[0].choices
    questions = options.form_of(version("application"), "marking").fields[0].choices

    assert [each.value for each in papers][:2] == ["live_birth_certificate", "identity_document"]
    assert {"child_name", "mother_name"} <= {each.value for each in questions}
    assert all(each.label.vi != each.label.en for each in (*papers, *questions))


def test_what_the_procedure_does_not_ask_for_cannot_be_marked() -> None:
    form = options.form_of(version("components"), "marking")

    assert answers.check(form, {"marks": ["identity_document"]}) == ({"marks": ["identity_document"]}, {})
    assert answers.check(form, {"marks": ["child_name"]})[1] == {"marks": AnswerProblem("not_choice")}


def test_a_form_without_such_questions_is_the_published_one() -> None:
    whole = version("components")

    assert options.form_of(whole, "signing") is schema.published(whole.forms["signing"])


def test_another_source_and_a_question_that_lists_nothing_are_findings() -> None:
    assert [each.code for each in schema.problems_of(checklist(options_from="people"))] == ["not_choice"]
    assert [each.code for each in schema.problems_of(checklist())] == ["empty"]
    text = json.dumps({"components": [{"type": "textfield", "key": "a", "properties": {"options_from": "components"}}]})
    assert [each.code for each in schema.problems_of(text)] == ["not_choice"]
