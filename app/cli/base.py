"""What every command of the command line shares: help with an example, JSON, sentences instead of tracebacks.

Exit codes: 0, 1 (the answer is no), 2 (bad arguments).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from app.cli.language import explain, say
from app.config import SettingError
from engine.domain.errors import DomainError, NotFound

OK, NO, BAD_ARGUMENTS = 0, 1, 2


def command_help(name: str) -> str:
    """What a command is for, with an example on a line of its own."""
    return f"{say(f'cli.{name}.help')}\n\n\b\n{say('cli.example')}\n  {say(f'cli.{name}.example')}"


def json_option(function: Any) -> Any:
    """`--json` for commands whose answer a program would read."""
    return click.option("--json", "as_json", is_flag=True, help=say("cli.json"))(function)


def print_json(value: Any) -> None:
    """One JSON document on standard output; Vietnamese letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fail(message: str, code: int = BAD_ARGUMENTS) -> None:
    """Ends the program with a sentence on standard error."""
    click.echo(message, err=True)
    sys.exit(code)


class Commands(click.Group):
    """Turns refusals into sentences: nobody who types a command should meet a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the subcommand."""
        try:
            return super().invoke(ctx)
        except NotFound as unknown:
            return fail(say("cli.not_found", what=", ".join(map(str, unknown.facts.values()))))
        except DomainError as refused:
            return fail(explain(refused), NO)
        except (SettingError, OSError) as unusable:
            return fail(say("cli.unusable", reason=str(unusable)))
