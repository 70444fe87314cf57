"""`motcua seed`: invented dossiers to try things in, or to see how the product fares with many of them."""

from __future__ import annotations

import click

from app.cli.base import command_help, json_option, print_json
from app.cli.language import say
from app.config import from_environment
from engine import bootstrap
from engine.domain.amount_words import in_digits
from engine.seeding.seed import seed

MOST = 5_000_000


@click.command("seed", help=command_help("seed"))
@click.option("--dossiers", "count", type=click.IntRange(1, MOST), default=1_000, show_default=True,
              help=say("cli.seed.dossiers"))
@click.option("--chance", type=int, default=1, show_default=True, help=say("cli.seed.chance"))
@click.option("--force", is_flag=True, help=say("cli.seed.force"))
@json_option
def seed_command(count: int, chance: int, force: bool, as_json: bool) -> None:
    """Prepares the database and installs the sample administration where there is none."""
    settings = from_environment().engine
    bootstrap.prepare(settings)
    engine = bootstrap.open_engine(settings)
    bootstrap.install(engine, demo=True)
    try:
        done = seed(engine, count, chance=chance, force=force, progress=_tell)
    finally:
        engine.close()
    if as_json:
        print_json({"dossiers": done.dossiers, "lives": done.lives, "communes": done.communes})
    else:
        click.echo(say("cli.seed.done", count=in_digits(done.dossiers), communes=done.communes))


def _tell(done: int, total: int) -> None:
    """On standard error, so that `--json` stays one document."""
    if done * 10 // total > max(done - 500, 0) * 10 // total:
        click.echo(say("cli.seed.progress", percent=done * 100 // total), err=True)


COMMANDS = (seed_command,)
