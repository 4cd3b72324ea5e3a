"""``helpdesk recount``: the counts of tickets."""

import click

from .groups import example
from .opening import open_desk
from .printing import counted


@click.command(epilog=example("helpdesk recount"))
def recount() -> None:
    """Count tickets and messages anew.

    Lists and views show these counts. They are kept with each change; this is for when
    `helpdesk doctor` says that they are wrong. Prints which were.
    """
    with open_desk():
        from ..tickets.actions import recounting
        from ..tickets.counts import count_anew, wrong_tables

        if tickets := recounting.recount_wrong():
            click.echo(f"messages of {counted(tickets, 'ticket')}")
        wrong = wrong_tables()
        count_anew()
        for name in wrong:
            click.echo(name)
