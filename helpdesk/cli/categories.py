"""``helpdesk category``: what tickets are about."""

import click

from .groups import Number, example
from .opening import open_desk
from .printing import json_option, print_rows


@click.group(epilog=example("helpdesk category list"))
def category() -> None:
    """Categories, in two levels."""


@category.command(
    "add",
    epilog=example(
        "helpdesk category add Lamps",
        "helpdesk category add 'Desk lamps' --parent 1",
    ),
)
@click.argument("name")
@click.option(
    "--parent",
    metavar="ID",
    type=Number("helpdesk category list"),
    help="The category that it is a part of.",
)
@click.option("--inactive", is_flag=True, help="Not to be chosen for now.")
def add(name: str, parent: int | None, inactive: bool) -> None:
    """Add a category and print its id."""
    with open_desk():
        from ..accounts.models import DESK
        from ..tickets import actions

        draft = actions.CategoryDraft(name, parent, not inactive)
        click.echo(actions.add_category(DESK, draft).id)


@category.command("list", epilog=example("helpdesk category list --json"))
@json_option
def list_(as_json: bool) -> None:
    """Print every category: id, parent, state and name."""
    with open_desk():
        from ..tickets import queries

        rows = [
            {
                "id": category.id,
                "parent": category.parent_id,
                "state": "active" if category.is_active else "inactive",
                "name": category.name,
            }
            for category in queries.categories(active=None)
        ]
    print_rows(rows, as_json=as_json)
