"""``config``, ``openapi``, ``routes``, ``shell``: what this desk is made of."""

import click

from .groups import example
from .opening import data_option, open_desk
from .printing import json_option, print_json, print_rows


@click.command(epilog=example("helpdesk config", "HELPDESK_PORT=9000 helpdesk config --json"))
@json_option
def config(as_json: bool) -> None:
    """Print every setting.

    Each with its value (secrets are masked) and where that came from.
    """
    from ..settings import load_settings

    rows = load_settings(data_option(), make=False).describe()
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    for row in rows:
        click.echo(f"{row.name}={row.value}\t{row.source}")


@click.command(epilog=example("helpdesk openapi > openapi.json"))
def openapi() -> None:
    """Print the API's description (OpenAPI 3.1)."""
    with open_desk(answers=True) as app:
        answer = app.test_client().get("/backend/api/openapi.json")
        click.echo(answer.get_data(as_text=True).rstrip("\n"))


@click.command(epilog=example("helpdesk routes --json"))
@json_option
def routes(as_json: bool) -> None:
    """Print every address of the desk.

    Each with its methods and the name of its endpoint.
    """
    with open_desk(answers=True) as app:
        rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    rows = [
        {
            "methods": ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            "path": rule.rule,
            "endpoint": rule.endpoint,
        }
        for rule in rules
    ]
    print_rows(rows, as_json=as_json)


@click.command(
    epilog=example(
        "helpdesk shell",
        "echo 'print(queries.count(DESK, queries.Filters()))' | helpdesk shell",
    )
)
def shell() -> None:
    """Python with the desk opened.

    Has actions and queries, db and transaction, and DESK to act as. A script may come on stdin.
    """
    import code
    import sys

    with open_desk(answers=True) as app:
        from ..accounts import actions as accounts
        from ..accounts.models import DESK, User
        from ..database import db, transaction
        from ..tickets import actions, queries
        from ..tickets.models import Ticket

        words = {
            "app": app,
            "db": db,
            "transaction": transaction,
            "DESK": DESK,
            "User": User,
            "Ticket": Ticket,
            "accounts": accounts,
            "actions": actions,
            "queries": queries,
        }
        if sys.stdin.isatty():
            code.interact(f"The desk is opened: {', '.join(words)}.", local=words, exitmsg="")
        else:
            exec(compile(sys.stdin.read(), "<stdin>", "exec"), words)  # noqa: S102 (it is a shell)
