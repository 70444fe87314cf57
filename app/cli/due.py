"""`motcua due`: when a term is over, without a database."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import click

from app.cli.base import BAD_ARGUMENTS, OK, print_json
from app.cli.language import language, say
from engine.domain import time_limit
from engine.domain.calendar import VIETNAM, WorkingCalendar
from engine.domain.time_limit import DEFAULT_POLICY, TimeLimit


def due_command(from_text: str, term_text: str, as_json: bool, calendar: WorkingCalendar) -> int:
    """Prints when the term ends that starts at this instant; an instant without a zone is one in Vietnam.

    Returns the exit code: 2, with a sentence on standard error, when the instant or the term cannot be read.
    """
    wrong = _instant_problem(from_text) or _term_problem(term_text)
    if wrong:
        return _refuse(wrong)
    try:
        answer = _answer(_instant(from_text), time_limit.parse(term_text), calendar)
    except (OverflowError, ValueError):
        return _refuse(say("cli.due.out_of_range"))
    if as_json:
        print_json(answer)
    else:
        click.echo(_sentence(answer))
    return OK


def _answer(start: datetime, term: TimeLimit, calendar: WorkingCalendar) -> dict[str, Any]:
    due_at = time_limit.due_at(start, term, calendar)
    begin = time_limit.begin(start, term, calendar, DEFAULT_POLICY)
    return {
        "due_at": due_at.isoformat() if due_at else None,
        "from": start.isoformat(),
        "counts_from": begin.isoformat(),
        "term": str(term),
        "working_days_counted": _number(calendar.working_days_between(begin, due_at)) if due_at else None,
        "days_off": [f"{day.on.isoformat()} {day.name}".strip() for day in calendar.days
                     if due_at and begin.date() <= day.on <= due_at.date() and not calendar.is_working_day(day.on)],
        "calendar_version": calendar.version,
        "calendar_covers": _covers(calendar, begin, due_at or begin),
    }


def _number(days: Fraction) -> int | float:
    return int(days) if days.denominator == 1 else round(float(days), 3)


def _covers(calendar: WorkingCalendar, begin: datetime, end: datetime) -> bool:
    """Outside the years that the calendar knows, holidays are missing and the answer is a guess."""
    years = {day.on.year for day in calendar.days}
    return {begin.year, end.year} <= years


def _sentence(answer: dict[str, Any]) -> str:
    if answer["due_at"] is None:
        return say("cli.due.never")
    due_at = datetime.fromisoformat(answer["due_at"])
    key = "cli.due.answer" if answer["calendar_covers"] else "cli.due.guess"
    return say(key, at=due_at.strftime("%H:%M"), day=due_at.strftime("%d/%m/%Y"), count=answer["working_days_counted"])


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def _instant_problem(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return say("cli.due.bad_instant", value=text)
    return ""


def _term_problem(text: str) -> str:
    found = time_limit.problem_of(text, "--term")
    if found is None:
        return ""
    return found.message if language() == "vi" else found.message_en


def _refuse(sentence: str) -> int:
    click.echo(sentence, err=True)
    return BAD_ARGUMENTS
