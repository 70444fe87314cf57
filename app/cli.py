"""The command line `motcua`; the same commands answer to `flask --app app motcua`."""

from __future__ import annotations

import click

from app import cli_accounts, cli_clock, cli_database, cli_procedures, cli_serve
from app.cli_base import Commands
from app.cli_language import say


@click.group(cls=Commands, help=say("cli.help"), context_settings={"help_option_names": ["-h", "--help"]})
def motcua() -> None:
    """Filled below."""


for _module in (cli_serve, cli_database, cli_procedures, cli_clock, cli_accounts):
    for _command in _module.COMMANDS:
        motcua.add_command(_command)


def main() -> None:
    """Entry point of the console script."""
    motcua(prog_name="motcua")
