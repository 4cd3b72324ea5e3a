"""``helpdesk export DEST``."""

from pathlib import Path

import click

from .groups import Place, example
from .opening import open_desk, remark
from .printing import json_option, print_json
from .progress import progress


@click.command(
    epilog=example(
        "helpdesk export desk.zip",
        "helpdesk export desk-for-a-friend --without-secrets",
        "helpdesk export tables --csv",
    )
)
@click.argument("dest", type=Place())
@click.option(
    "--without-secrets",
    is_flag=True,
    help="Leave out passwords, tokens, links and the secret key.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Tables for people instead: a folder of CSV.")
@json_option
def export(dest: Path, without_secrets: bool, as_csv: bool, as_json: bool) -> None:
    """Write everything to DEST, a new folder or .zip.

    It has all rows as JSON and all files (docs/EXPORT.md): `helpdesk import json` makes the same
    desk of it. So it has secrets too, as the data folder has: keep it as safe, or leave them out.
    The desk may be served meanwhile. Prints DEST.
    """
    with open_desk():
        if as_csv:
            from ..operations.exporting.sheets import write_sheets

            rows, missing = write_sheets(dest), 0
        else:
            from ..operations import exporting

            with progress("Exporting", exporting.size()) as done:
                found = exporting.export(dest, secrets=not without_secrets, progress=done)
            rows, missing = found.rows | {"files": found.files}, found.missing
    if missing:
        remark(f"Files that are named and can't be found, or are damaged: {missing}")
    if as_json:
        print_json({"path": str(dest), "rows": rows, "missingFiles": missing})
    else:
        click.echo(dest)
