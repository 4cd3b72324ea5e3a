"""``helpdesk search``: the indexes of words and of names."""

import click

from .groups import example
from .opening import open_desk, remark

_TOLD_EVERY = 10_000  # tickets


@click.group(epilog=example("helpdesk search rebuild"))
def search() -> None:
    """Search: the indexes of words and of names."""


@search.command(epilog=example("helpdesk search rebuild"))
def rebuild() -> None:
    """Make the index of words anew, from what the tickets say.

    The desk may be served meanwhile, and finds what it found before until the new one is ready.
    Prints of how many tickets it is.
    """
    with open_desk():
        from ..search import rebuild

        click.echo(f"{rebuild(_tell)} tickets")


@search.command(epilog=example("helpdesk search rebuild-names"))
def rebuild_names() -> None:
    """Make the index of the names of people and companies anew.

    The desk may be served meanwhile; whoever wants to write waits some seconds. Prints of how many
    people and companies it is.
    """
    with open_desk():
        from ..people.finding import INDEXES

        for index in INDEXES:
            click.echo(f"{index.make_anew()} {index.table}")


def _tell(done: int) -> None:
    if done % _TOLD_EVERY == 0:
        remark(f"{done} tickets …")
