"""The command line `motcua`; the same commands answer to `flask --app app motcua`."""

from __future__ import annotations

import click

from app.cli import accounts, bounces, clock, database, procedures, seed, serve
from app.cli.base import Commands
from app.cli.language import say


@click.group(cls=Commands, help=say("cli.help"), context_settings={"help_option_names": ["-h", "--help"]})
def motcua() -> None:
    """Filled below."""


for _module in (serve, database, procedures, clock, accounts, bounces, seed):
    for _command in _module.COMMANDS:
        motcua.add_command(_command)


def main() -> None:
    """Entry point of the console script."""
    motcua(prog_name="motcua")
