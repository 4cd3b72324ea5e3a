"""``helpdesk token``: what scripts sign in with."""

import click

from .groups import Number, example
from .opening import open_desk, remark, user_of
from .printing import json_option, print_rows


@click.group(epilog=example("helpdesk token list"))
def token() -> None:
    """API tokens, which scripts sign in with."""


@token.command(
    "add",
    epilog=example(
        "TOKEN=$(helpdesk token add ana@shop.example --name reports --days 90)",
    ),
)
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option("--days", type=int, help="How long it works; without, until it is revoked.")
def add(email: str, name: str, days: int | None) -> None:
    """Make a token of a user and print it. It is shown this once."""
    with open_desk():
        from ..accounts import tokens
        from ..accounts.models import DESK

        click.echo(tokens.add_token(DESK, user_of(email), name, days))


@token.command("list", epilog=example("helpdesk token list ana@shop.example --json"))
@click.argument("email", required=False)
@json_option
def list_(email: str | None, as_json: bool) -> None:
    """Print the tokens that work.

    Each with its id, owner, when it was made, last used, when it expires, and its name.
    """
    with open_desk():
        from ..accounts import tokens
        from ..clock import iso

        owner = None if email is None else user_of(email)
        rows = [
            {
                "id": row.id,
                "email": row.user.email,
                "created": iso(row.created_at),
                "last_used": row.last_used_at and iso(row.last_used_at),
                "expires": row.expires_at and iso(row.expires_at),
                "name": row.name,
            }
            for row in tokens.tokens_of(owner)
        ]
    print_rows(rows, as_json=as_json)


@token.command(epilog=example("helpdesk token revoke 7"))
@click.argument("token_id", metavar="ID", type=Number("helpdesk token list"))
def revoke(token_id: int) -> None:
    """Make a token useless at once."""
    with open_desk():
        from ..accounts import tokens
        from ..accounts.models import DESK

        tokens.revoke_token(DESK, token_id)
    remark(f"Token {token_id} is revoked.")
