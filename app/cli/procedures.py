"""`motcua review`, `publish`, `scenarios`, `start`: from a diagram to a running dossier."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.cli.base import BAD_ARGUMENTS, command_help, fail, json_option, print_json
from app.cli.language import say
from app.cli.review import review_command
from app.cli.scenarios import scenarios_command
from app.config import from_environment
from engine import bootstrap
from engine.commands.dossiers import IntakeDecision, SubmitDossier
from engine.domain.actor import Actor, Role
from engine.queries.people import actor_by_login


@click.command(help=command_help("review"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILES...")
@json_option
def review(files: tuple[Path, ...], as_json: bool) -> None:
    """Needs no database: the names known are those of the sample administration."""
    sys.exit(review_command([str(each) for each in files], as_json, bootstrap.review_offline))


@click.command(help=command_help("publish"))
@click.argument("slugs", nargs=-1, metavar="[SLUG...]")
@json_option
def publish(slugs: tuple[str, ...], as_json: bool) -> None:
    """From the folders beside the code; all of them when none is named."""
    engine = bootstrap.open_ready(from_environment().engine)
    published = bootstrap.publish_content(engine, slugs or None)
    engine.close()
    if as_json:
        print_json(published)
        return
    for slug, result in published.items():
        key = "cli.publish.unchanged" if result["repeated"] else "cli.publish.done"
        click.echo(say(key, slug=slug, number=result["number"]))


@click.command(help=command_help("scenarios"))
@click.argument("slugs", nargs=-1, metavar="[SLUG...]")
@json_option
def scenarios(slugs: tuple[str, ...], as_json: bool) -> None:
    """Exit 1 where one fails."""
    sys.exit(scenarios_command(slugs, as_json, bootstrap.content_slugs(), bootstrap.rehearse_content))


@click.command(help=command_help("start"))
@click.argument("slug")
@click.option("--as", "login", required=True, help=say("cli.start.as"))
@click.option("--answers", type=click.File("rb"), required=True, help=say("cli.start.answers"))
@click.option("--owner", required=True, help=say("cli.start.owner"))
@click.option("--channel", default="direct", show_default=True, help=say("cli.start.channel"))
@click.option("--accept", is_flag=True, help=say("cli.start.accept"))
@json_option
def start(slug: str, login: str, answers: Any, owner: str, channel: str, accept: bool, as_json: bool) -> None:
    """Files a dossier as the reception officer would at the counter."""
    engine = bootstrap.open_ready(from_environment().engine)
    actor = engine.read(actor_by_login, login)
    if actor is None:
        fail(say("cli.start.unknown_login", login=login))
        return
    filed = engine.execute(SubmitDossier(
        slug=slug, channel=channel, received_by=_counter(actor), owner={"name": owner}, answers=_answers(answers),
        intake=IntakeDecision("accept") if accept else None), actor)
    engine.close()
    if as_json:
        print_json(filed)
    else:
        click.echo(say("cli.start.done", code=filed["code"] or "-", due_at=filed["due_at"] or "-"))


def _answers(file: Any) -> dict[str, Any]:
    try:
        answers = json.load(file)
    except (ValueError, RecursionError) as unreadable:
        fail(say("cli.start.bad_answers", reason=str(unreadable)), BAD_ARGUMENTS)
    if not isinstance(answers, dict):
        fail(say("cli.start.bad_answers", reason="{...}"), BAD_ARGUMENTS)
    return dict(answers)


def _counter(actor: Actor) -> str:
    """The unit at whose counter the actor receives; a name that is no unit where there is none, which is refused."""
    return next((m.unit_id for m in actor.memberships if m.role is Role.RECEPTION_OFFICER), "-")


COMMANDS = (review, publish, scenarios, start)
