"""`motcua db` and `motcua verify`: the shape of the database, and whether its content is what was written."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from app.cli.base import NO, OK, command_help, json_option, print_json
from app.cli.language import language, say
from app.config import from_environment
from engine import bootstrap


@click.group(help=command_help("db"))
def db() -> None:
    """Grouped by verb."""


@db.command(help=command_help("db_upgrade"))
def upgrade() -> None:
    """Applies the missing steps and loads the national calendar."""
    settings = from_environment().engine
    bootstrap.prepare(settings)
    engine = bootstrap.open_engine(settings)
    bootstrap.install(engine, demo=False)
    engine.close()
    click.echo(say("cli.db_upgrade.done"))


@db.command(help=command_help("db_downgrade"))
@click.option("--to", "revision", default="base", show_default=True, help=say("cli.db_downgrade.to"))
@click.confirmation_option("--yes", prompt=say("cli.db_downgrade.sure"))
def downgrade(revision: str) -> None:
    """Takes steps back."""
    bootstrap.downgrade(from_environment().engine, revision)
    click.echo(say("cli.db_downgrade.done", revision=revision))


@db.command(help=command_help("db_current"))
@json_option
def current(as_json: bool) -> None:
    """Exit 1 when steps are missing."""
    found, expected = bootstrap.revisions(from_environment().engine)
    if as_json:
        print_json({"current": found, "expected": expected, "ok": found == expected})
    else:
        click.echo(say("cli.db_current.line", current=found or "-", expected=expected))
    sys.exit(OK if found == expected else NO)


@click.command(help=command_help("verify"))
@json_option
def verify(as_json: bool) -> None:
    """Exit 1 when something was changed behind the product's back."""
    engine = bootstrap.open_ready(from_environment().engine)
    found = engine.verify()
    engine.close()
    if as_json:
        print_json({"problems": [asdict(each) for each in found], "ok": not found})
    else:
        for each in found:
            click.echo(f"{each.subject} {each.code}: {each.message if language() == 'vi' else each.message_en}")
        click.echo(say("cli.verify.clean") if not found else say("cli.verify.found", num=len(found)))
    sys.exit(NO if found else OK)


COMMANDS = (db, verify)
