"""`motcua accounts`: who may sign in."""

from __future__ import annotations

import click

from app.cli.base import command_help, json_option, print_json
from app.cli.language import say
from app.config import from_environment
from engine import bootstrap
from engine.commands.accounts import CreateAccount, SetPassword
from engine.domain.actor import SYSTEM, Role
from engine.queries.people import Person, demo_accounts


@click.group(help=command_help("accounts"))
def accounts() -> None:
    """Grouped by verb."""


@accounts.command("list", help=command_help("accounts_list"))
@json_option
def list_accounts(as_json: bool) -> None:
    """Logins with their roles."""
    engine = bootstrap.open_ready(from_environment().engine)
    people = engine.read(demo_accounts)
    engine.close()
    if as_json:
        print_json([{"login": person.login, "name": person.name, "roles": _roles(person)} for person in people])
        return
    for person in people:
        click.echo(f"{person.login:16} {person.name:28} {', '.join(_roles(person))}")


@accounts.command(help=command_help("accounts_add"))
@click.argument("login")
@click.option("--name", required=True, help=say("cli.accounts_add.name"))
@click.option("--role", "roles", multiple=True, metavar="UNIT:ROLE", help=say("cli.accounts_add.role"))
@click.password_option(help=say("cli.accounts.password"), prompt=say("cli.accounts.password"))
def add(login: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """The password is asked for, or given by --password."""
    memberships = tuple(_membership(role) for role in roles)
    engine = bootstrap.open_ready(from_environment().engine)
    engine.execute(CreateAccount(login, name, password, memberships), SYSTEM)
    engine.close()
    click.echo(say("cli.accounts_add.done", login=login))


@accounts.command(help=command_help("accounts_password"))
@click.argument("login")
@click.password_option(help=say("cli.accounts.password"), prompt=say("cli.accounts.password"))
def password(login: str, password: str) -> None:
    """Ends every session of the account."""
    engine = bootstrap.open_ready(from_environment().engine)
    engine.execute(SetPassword(login, password), SYSTEM)
    engine.close()
    click.echo(say("cli.accounts_password.done", login=login))


def _roles(person: Person) -> list[str]:
    return [f"{duty.unit_id}:{duty.role.value}" for duty in person.duties]


def _membership(text: str) -> tuple[str, str]:
    unit_id, _, role = text.partition(":")
    if not unit_id or role not in {each.value for each in Role}:
        raise click.BadParameter(say("cli.accounts_add.bad_role", given=text))
    return unit_id, role


COMMANDS = (accounts,)
