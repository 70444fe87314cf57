"""The texts of notices: one small YAML file per event, filled with a fixed set of facts.

    facts: [reason]             # what this text needs besides the standing facts
    framed: true                # default: e-mails get the greeting and the closing of `_frame.yaml`
    vi: {subject: ..., text: ..., sms: ...}
    en: {subject: ..., text: ..., sms: ...}

Texts are Jinja2 templates in a sandbox. What a fact says is put in as it is and never read as a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.domain.errors import InvalidInput, NotFound
from engine.domain.notice import PUBLIC, NoticeChannel
from engine.domain.notice_text import masked_name, one_line, plain_name, unaccented
from engine.forms import plain_yaml

STANDING = ("name", "procedure", "code", "due", "url", "unit", "phone")
"""Facts that every notice about a dossier may use: the service fills them in."""

LANGUAGES = ("vi", "en")
FRAME = "_frame"
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)
_ENVIRONMENT.globals.clear()


@dataclass(frozen=True, slots=True)
class Wording:
    """The templates of one event in one language."""

    subject: Template
    text: Template
    sms: Template


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """One event; `needs` are the facts it must be given, the standing ones included."""

    event: str
    needs: tuple[str, ...]
    framed: bool
    wordings: Mapping[str, Wording]


@dataclass(frozen=True, slots=True)
class Written:
    """A notice ready to go."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeBook:
    """Every text there is. `public_url` is where links lead, without a slash at the end."""

    templates: Mapping[str, NoticeTemplate]
    frames: Mapping[str, Template]
    public_url: str

    def knows(self, event: str) -> bool:
        """True when there is something to say about this event."""
        return event in self.templates

    def write(self, event: str, channel: NoticeChannel, language: str, facts: Mapping[str, str]) -> Written:
        """Raises NotFound for an event without a text, InvalidInput naming every fact that is missing."""
        template = self.templates.get(event)
        if template is None:
            raise NotFound(what="notice", event=event)
        missing = {name: "required" for name in template.needs if name not in facts}
        if missing:
            raise InvalidInput(problems=missing)
        language = language if language in LANGUAGES else LANGUAGES[0]
        told = _told(facts, channel)
        wording = template.wordings[language]
        subject = one_line(wording.subject.render(told))
        if channel in PUBLIC:
            short = one_line(wording.sms.render(told))
            return Written(subject, unaccented(short) if channel is NoticeChannel.SMS else short)
        text = wording.text.render(told).strip()
        if template.framed:
            text = self.frames[language].render({**told, "body": text}).strip()
        return Written(subject, text)


def read(files: Mapping[str, bytes], public_url: str) -> NoticeBook:
    """The book from its files by their stem. Raises InvalidInput naming the file that cannot be used."""
    parsed = {stem: _parsed(stem, content) for stem, content in files.items()}
    frame = parsed.pop(FRAME, {language: {"text": "{{ body }}"} for language in LANGUAGES})
    frames = {language: _compiled(FRAME, frame[language]["text"]) for language in LANGUAGES}
    return NoticeBook({stem: _template(stem, given) for stem, given in parsed.items()}, frames, public_url)


def _template(event: str, given: Mapping[str, Any]) -> NoticeTemplate:
    framed = bool(given.get("framed", True))
    own = tuple(str(each) for each in given.get("facts", ()))
    wordings = {language: _wording(event, given[language]) for language in LANGUAGES}
    return NoticeTemplate(event, (*STANDING, *own) if framed else own, framed, wordings)


def _wording(event: str, given: Mapping[str, str]) -> Wording:
    return Wording(*(_compiled(event, given[part]) for part in ("subject", "text", "sms")))


def _compiled(event: str, source: str) -> Template:
    try:
        return _ENVIRONMENT.from_string(source)
    except TemplateError as error:
        raise InvalidInput(problems={event: str(error)}) from error


def _parsed(stem: str, content: bytes) -> Any:
    given = plain_yaml.read(content)
    complete = isinstance(given, Mapping) and all(isinstance(given.get(language), Mapping) for language in LANGUAGES)
    if not complete:
        raise InvalidInput(problems={stem: "both_languages_needed"})
    return given


def _told(facts: Mapping[str, str], channel: NoticeChannel) -> dict[str, str]:
    """Every fact on one line; the owner's name as far as the channel may see it."""
    told = {name: one_line(value) for name, value in facts.items()}
    if "name" in told:
        told["name"] = masked_name(told["name"]) if channel in PUBLIC else plain_name(told["name"])
    return told
