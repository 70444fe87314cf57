"""Who works where and when: units and routes, the calendar, absences, shared work, unclear competence."""

from __future__ import annotations

from app.organisation import absences, calendar, dispatching, units
from app.organisation.views import blueprint

__all__ = ["absences", "blueprint", "calendar", "dispatching", "units"]
