"""``helpdesk copy --to URL``."""

import click

from .groups import example
from .opening import open_desk, remark
from .printing import json_option, print_json
from .progress import progress


@click.command(
    epilog=example(
        "helpdesk copy --to 'postgresql://desk@db.example/desk'",
        "helpdesk copy --to sqlite:////srv/desk/helpdesk.db",
    )
)
@click.option(
    "--to",
    "target",
    metavar="URL",
    required=True,
    help="As DATABASE_URL: a database that is empty, or a file that is not there.",
)
@json_option
def copy(target: str, as_json: bool) -> None:
    """Copy the desk to another database.

    It goes from SQLite to PostgreSQL, or back. The desk must not be served, and stays as it is.
    Every row is copied, read again and compared, before the copy counts; whatever fails leaves
    none. Files stay where they are. Other processes see what a command is told: a password is
    better in PGPASSWORD, or in libpq's PGPASSFILE.
    Prints how many rows of what there are.
    """
    from ..settings.values import database

    try:
        url = database(target)
    except ValueError as error:
        raise click.BadParameter(f"it {error}.", param_hint="'--to'") from None
    with open_desk() as app:
        from ..operations import copying

        with progress("Copying", copying.size()) as tell:
            done = copying.copy(app.config["HELPDESK"], url, tell)
    if as_json:
        print_json({"rows": done.rows, "changed": done.changed})
    else:
        for table, number in done.rows.items():
            if number:
                click.echo(f"{number} {table}")
    for where in done.changed:
        remark(f"A sign that PostgreSQL can't keep (U+0000) became U+FFFD: {where}")
    remark(
        "All rows were read again and are the same. To go on there, give `helpdesk serve` that "
        "DATABASE_URL, and start it on this one no more. Attachments and mails stay where they "
        "are; `helpdesk files copy` brings them to a bucket, for several machines."
    )
