"""`motcua scenarios`: what the rehearsal of each procedure says, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from app.cli.base import BAD_ARGUMENTS, NO, OK, print_json
from app.cli.language import language, say
from engine.domain.rehearsal import Covered, Rehearsal, ScenarioResult


def scenarios_command(slugs: Sequence[str], as_json: bool, known: Sequence[str],
                      rehearse: Callable[[str], Rehearsal]) -> int:
    """Rehearses the procedures named, or all; the exit code is 1 where a scenario fails and 2 for an unknown slug."""
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        click.echo(say("cli.scenarios.unknown", slug=", ".join(unknown), known=", ".join(known)), err=True)
        return BAD_ARGUMENTS
    rehearsals = [rehearse(slug) for slug in slugs or known]
    if as_json:
        print_json(_as_json(rehearsals))
    else:
        for rehearsal in rehearsals:
            _print(rehearsal)
    return OK if all(rehearsal.ok for rehearsal in rehearsals) else NO


def _as_json(rehearsals: Sequence[Rehearsal]) -> dict[str, Any]:
    return {
        "scenarios": [
            {"slug": rehearsal.slug, "name": result.name, "ok": result.ok, "message": _message(result)}
            for rehearsal in rehearsals for result in rehearsal.results
        ],
        "coverage": {
            rehearsal.slug: {"end_events": _share(rehearsal.end_events), "flows": _share(rehearsal.flows)}
            for rehearsal in rehearsals
        },
        "ok": all(rehearsal.ok for rehearsal in rehearsals),
    }


def _share(covered: Covered) -> dict[str, Any]:
    return {"reached": len(covered.reached & covered.all), "all": len(covered.all),
            "percent": round(covered.percent, 1), "missed": list(covered.missed)}


def _print(rehearsal: Rehearsal) -> None:
    click.echo(rehearsal.slug)
    for result in rehearsal.results:
        click.echo(f"  {'✓' if result.ok else '✗'} {result.name}")
        if not result.ok:
            click.echo(f"      {_message(result)}")
    if not rehearsal.results:
        click.echo(f"  ✗ {say('cli.scenarios.none')}")
    click.echo("  " + say("cli.scenarios.coverage", ends=f"{rehearsal.end_events.percent:.0f}",
                          flows=f"{rehearsal.flows.percent:.0f}"))


def _message(result: ScenarioResult) -> str:
    return result.message if language() == "vi" else result.message_en
