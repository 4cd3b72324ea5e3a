"""``helpdesk user``: who may come in."""

import sys

import click

from .groups import example
from .opening import link_to_set_password, open_desk, password_of_stdin, remark, user_of
from .printing import json_option, print_rows

ROLES = ("customer", "vendor", "agent", "admin")  # accounts.models.Role, not imported for --help


@click.group(epilog=example("helpdesk user list"))
def user() -> None:
    """Users: customers, vendors, agents, admins."""


@user.command(
    "add",
    epilog=example(
        "helpdesk user add ana@shop.example --name 'Ana Ruiz' --role agent",
        "helpdesk user add bo@mail.example --name Bo --role customer --password-stdin < file",
    ),
)
@click.argument("email")
@click.option("--name", required=True, help="What the user is called.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--password-stdin", is_flag=True, help="Read the password, one line, from stdin.")
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Make a user and print its id.

    Without a password a second line has a link, good once, with which they set one.
    """
    password = password_of_stdin() if password_stdin else None
    with open_desk() as app:
        from ..accounts import actions
        from ..accounts.models import DESK, Role
        from ..database import transaction

        lines = []
        with transaction():
            made = actions.add_user(
                DESK, name=name, email=email, role=Role(role), password=password
            )
            lines.append(str(made.id))
            if password is None:
                link = actions.invite(DESK, made)
                lines.append(link_to_set_password(link, app.config["HELPDESK"].base_url))
        click.echo("\n".join(lines))


@user.command("list", epilog=example("helpdesk user list --json"))
@json_option
def list_(as_json: bool) -> None:
    """Print every user: id, address, role, state and name."""
    with open_desk():
        from ..accounts import queries
        from ..accounts.models import DESK

        rows = [
            {
                "id": user.id,
                "email": user.email,
                "role": user.role.value,
                "state": "active" if user.is_active else "disabled",
                "name": user.name,
            }
            for user in queries.users(DESK)
        ]
    print_rows(rows, as_json=as_json)


@user.command(
    epilog=example(
        "helpdesk user password ana@shop.example --password-stdin < file",
        "helpdesk user password ana@shop.example --reset-factors",
    )
)
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password, one line, from stdin.")
@click.option(
    "--reset-factors",
    is_flag=True,
    help="Take their second step (app, passkeys, codes) instead, for who has lost it.",
)
def password(email: str, password_stdin: bool, reset_factors: bool) -> None:
    """Set a user's password; they are signed out everywhere.

    With --reset-factors it stays as it is, unless --password-stdin says a new one, and no second
    step is asked for any more: for the last admin who has lost their phone.
    """
    if reset_factors:
        _reset_factors(email)
        if not password_stdin:
            return
    if password_stdin:
        new = password_of_stdin()
    elif sys.stdin.isatty():
        new = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise click.UsageError("Say --password-stdin to read the password from stdin.")
    with open_desk():
        from ..accounts import actions
        from ..accounts.models import DESK

        actions.set_password(DESK, user_of(email), new)
    remark(f"{email} has a new password.")


def _reset_factors(email: str) -> None:
    with open_desk():
        from ..accounts.factors import managing
        from ..accounts.models import DESK

        managing.reset(DESK, user_of(email))
    remark(f"{email} signs in with the password alone.")


@user.command(epilog=example("helpdesk user disable ana@shop.example"))
@click.argument("email")
def disable(email: str) -> None:
    """Shut a user out at once: browsers and tokens too."""
    with open_desk():
        from ..accounts import actions
        from ..accounts.models import DESK

        actions.disable_user(DESK, user_of(email))
    remark(f"{email} is shut out.")


@user.command(epilog=example("helpdesk user enable ana@shop.example"))
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled user in again; tokens that ended stay ended."""
    with open_desk():
        from ..accounts import actions
        from ..accounts.models import DESK

        actions.enable_user(DESK, user_of(email))
    remark(f"{email} may come in.")
