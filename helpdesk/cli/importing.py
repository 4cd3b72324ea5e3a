"""``helpdesk import FORMAT PATH``: a command a format, and how what became of it is told."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import foreign
from .groups import example
from .opening import open_desk, remark
from .printing import json_option, print_json
from .progress import progress

if TYPE_CHECKING:
    from ..operations.importing import Report


# Of the export's many kinds, what the audit trail says how many came of.
_TOLD = ("users", "tickets", "messages", "files")


@click.group("import", epilog=example("helpdesk import json export.zip"))
def import_() -> None:
    """Bring in what another desk, or another program, has."""


for command in foreign.COMMANDS:
    import_.add_command(command)


def tell(report: "Report", *, as_json: bool) -> None:
    """Print *report*: what was taken on stdout, a line a kind; the rest on stderr."""
    from ..logs import printable

    if as_json:
        print_json(report.as_json())
        return
    for kind, number in report.taken.items():
        click.echo(f"{kind}\t{number}")
    for kind, number in report.known.items():
        remark(f"{kind}, here already: {number}")
    for where, why in report.left_out:
        remark(printable(f"{where}: {why}"))
    if report.more_left_out:
        remark(f"… and not taken besides: {report.more_left_out}")
    if not (report.taken or report.known or report.left_out):
        remark("There is nothing in it that could be taken.")
    for sentence in report.remarks:
        remark(sentence)


@import_.command("json", epilog=example("helpdesk import json export.zip"))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@json_option
def json_(path: Path, as_json: bool) -> None:
    """Make an empty desk of an export.

    PATH is what `helpdesk export` has written; nobody may serve the desk meanwhile. It becomes
    the same desk, with the same numbers. All of PATH is checked, and taken as a whole or not at
    all. Prints how many rows of each kind there are.
    """
    from ..audit import Kind
    from .trail import note

    with open_desk():
        from ..operations.importing import ours

        with progress("Importing", ours.size(path)) as done:
            report = ours.bring_in(path, done)
        tell(report, as_json=as_json)
    # By a desk opened anew: rows of the trail are sealed with the key that came along.
    taken = {kind: report.taken.get(kind, 0) for kind in _TOLD}
    note(Kind.IMPORTED, {"format": "json", "taken": taken})
