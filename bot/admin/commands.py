"""The `townclerk staff` verbs: accounts of the console."""

import json
from typing import Annotated

import typer

from bot.admin.roles import Role
from townclerk.clock import iso

staff = typer.Typer(no_args_is_help=True, help="Accounts of the staff console.")


def register(app: typer.Typer) -> None:
    """Add these verbs to the `townclerk` command."""
    app.add_typer(staff, name="staff")


Name = Annotated[str, typer.Argument(help="Account name: a-z, 0-9, dot, - and _.")]
Ask = Annotated[bool, typer.Option("--ask", help="Type the password instead of having one made.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What the account may do.")]
AsJson = Annotated[bool, typer.Option("--json")]


@staff.command("add")
def staff_add(name: Name, role: RoleOption = "admin", ask: Ask = False, as_json: AsJson = False) -> None:
    """Add an account; prints its password once."""
    _set(name, ask=ask, as_json=as_json, role=role)


@staff.command("password")
def staff_password(name: Name, ask: Ask = False, as_json: AsJson = False) -> None:
    """Set an account's password and log it out everywhere."""
    _set(name, ask=ask, as_json=as_json)


@staff.command("reset")
def staff_reset(name: Name) -> None:
    """Turn off the second factor of an account whose phone was lost."""
    from bot.admin.audit_log import AuditLog
    from bot.admin.auth.second_factor import SecondFactor
    from townclerk.schema import open_database
    from townclerk.settings import load

    settings = load()
    engine = open_database(settings)
    SecondFactor(engine, settings.home).reset(name)
    AuditLog(engine, settings.home).record("command line", "staff.second-factor.reset", name)
    typer.echo(f"The second factor of {name} is off.")


@staff.command("list")
def staff_list(as_json: AsJson = False) -> None:
    """Show all accounts."""
    from bot.admin.auth.accounts import Accounts
    from townclerk.schema import open_database
    from townclerk.settings import load

    accounts = Accounts(open_database(load())).all()
    if as_json:
        typer.echo(json.dumps([{"name": a.name, "role": a.role, "last_login": iso(a.seen_at)} for a in accounts]))
    else:
        typer.echo("\n".join(f"{a.name}  {a.role}  {iso(a.seen_at) or 'never logged in'}" for a in accounts))


def _set(name: str, *, ask: bool, as_json: bool, role: Role | None = None) -> None:
    from bot.admin.audit_log import AuditLog
    from bot.admin.auth.accounts import Accounts
    from bot.admin.auth.passwords import new_password
    from townclerk.schema import open_database
    from townclerk.settings import load

    settings = load()
    engine = open_database(settings)
    password = typer.prompt("New password", hide_input=True, confirmation_prompt=True) if ask else new_password()
    accounts = Accounts(engine)
    if role:
        accounts.add(name, password, role)
    else:
        accounts.set_password(name, password)
    AuditLog(engine, settings.home).record("command line", "staff.add" if role else "staff.password", name, role or "")
    if as_json:
        typer.echo(json.dumps({"name": name} | ({} if ask else {"password": password})))
    else:
        typer.echo(f"Password of {name} set." if ask else f"Password of {name}: {password}  (shown once)")
