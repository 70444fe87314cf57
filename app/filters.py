"""How dates, sizes and durations are written. Instants are shown in the zone of Vietnam."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext, ngettext

from app.labels import label
from app.language import ZONE, in_language
from engine.domain import time_limit
from engine.domain.amount_words import in_digits
from engine.domain.time_limit import STANDS_ALONE

VIETNAM = ZoneInfo(ZONE)
KILOBYTE = 1024


def init_app(app: Flask) -> None:
    """Makes the filters and `label` known to every template."""
    app.jinja_env.filters.update(
        day=day, instant=instant, clock_time=clock_time, duration=duration, term=term, filesize=filesize, money=money,
        iso=iso, label=label, words=in_language)


def local(at: datetime) -> datetime:
    """The instant on a clock in Vietnam."""
    return at.astimezone(VIETNAM)


def day(value: date | datetime | None) -> str:
    """25/02/2026; nothing for nothing."""
    if value is None:
        return ""
    return (local(value) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def clock_time(at: datetime) -> str:
    """09:00"""
    return local(at).strftime("%H:%M")


def instant(at: datetime | None) -> str:
    """09:00, 25/02/2026: the hour first, as Vietnamese offices write it."""
    return "" if at is None else f"{clock_time(at)},\N{NO-BREAK SPACE}{day(at)}"


def iso(at: datetime) -> str:
    """For the `datetime` attribute of `<time>`."""
    return local(at).isoformat(timespec="seconds")


def duration(span: timedelta, hours_a_day: int = 8) -> str:
    """Working time as people say it: `1 ngày 3 giờ`, `45 phút`. A day is a working day of `hours_a_day` hours."""
    minutes = int(span.total_seconds()) // 60
    days, minutes = divmod(minutes, hours_a_day * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        ngettext("duration.day", "duration.days", days) % {"num": days} if days else "",
        ngettext("duration.hour", "duration.hours", hours) % {"num": hours} if hours else "",
        ngettext("duration.minute", "duration.minutes", minutes) % {"num": minutes} if minutes and not days else "",
    ]
    return " ".join(part for part in parts if part) or str(gettext("duration.moment"))


def term(text: str) -> str:
    """`3 working_day` as `3 ngày làm việc`."""
    limit = time_limit.parse(text)
    if limit.unit in STANDS_ALONE:
        return label(limit.unit)
    return f"{limit.amount.normalize():f} {label(limit.unit)}".replace(".", ",")


def money(dong: int) -> str:
    """8.000 đồng"""
    return str(gettext("money.dong", amount=in_digits(dong)))


def filesize(size: int) -> str:
    """Kilobytes and megabytes, rounded up so that nothing weighs zero."""
    if size < KILOBYTE * KILOBYTE:
        return f"{-(-size // KILOBYTE)} KB"
    return f"{size / KILOBYTE / KILOBYTE:.1f} MB".replace(".", ",")


def folded(text: str) -> str:
    """Lower case without diacritics, so that `dang ky` finds `Đăng ký`."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
