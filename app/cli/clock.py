"""`motcua due`: the clock of the law, from the command line."""

from __future__ import annotations

import sys

import click

from app.cli.base import command_help, json_option
from app.cli.due import due_command
from app.cli.language import say
from engine import bootstrap


@click.command(help=command_help("due"))
@click.option("--from", "from_text", required=True, metavar="ISO", help=say("cli.due.from"))
@click.option("--term", "term_text", required=True, metavar="TERM", help=say("cli.due.term"))
@json_option
def due(from_text: str, term_text: str, as_json: bool) -> None:
    """Needs no database: the national calendar travels with the code."""
    sys.exit(due_command(from_text, term_text, as_json, bootstrap.national_calendar()))


COMMANDS = (due,)
