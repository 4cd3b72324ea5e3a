"""``helpdesk upgrade``: the database brought up to date, or only what that would change."""

from typing import TYPE_CHECKING

import click

from .groups import example
from .opening import make_desk, read_settings
from .printing import json_option, print_json
from .progress import stages

if TYPE_CHECKING:
    from ..settings import Settings


@click.command(epilog=example("helpdesk upgrade --rehearse", "helpdesk upgrade"))
@click.option("--rehearse", is_flag=True, help="On a copy: say how long it takes, what it changes.")
@json_option
def upgrade(rehearse: bool, as_json: bool) -> None:
    """Bring the database up to date.

    `serve` and every other command do so by themselves: a backup, then one transaction that is
    proven before it counts; else the database is as it was. With --rehearse a copy is upgraded,
    also while the desk is served by the older program, and nothing of the desk is changed.
    """
    settings = read_settings()
    if rehearse:
        _rehearse(settings, as_json=as_json)
        return
    from ..operations import migrate

    backup = migrate.bring_up_to_date(make_desk(settings, answers=False))
    revision = migrate.revisions()[-1]
    if as_json:
        print_json({"revision": revision, "backup": backup})
        return
    click.echo(f"The database is up to date (revision {revision}).")
    if backup is not None:
        click.echo(f"As it was before, it is kept in {backup}.")


def _rehearse(settings: "Settings", *, as_json: bool) -> None:
    import msgspec

    from ..operations.upgrading import in_lines, rehearse

    with stages() as tell:
        found = rehearse(settings, lambda done, all_: tell("database", done, all_))
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    for line in in_lines(found):
        click.echo(line)
