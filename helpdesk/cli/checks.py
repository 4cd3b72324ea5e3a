"""``helpdesk doctor``: what is wrong, or could go wrong."""

import os
from typing import TYPE_CHECKING

import click

from .groups import example
from .opening import data_option
from .printing import json_option, print_json
from .progress import stages

if TYPE_CHECKING:
    from ..operations.doctor import Finding

_OF_JSON = ("level", "name", "sentence", "group", "command", "fixed")


@click.command(
    epilog=example("helpdesk doctor", "helpdesk doctor --deep --json", "helpdesk doctor --fix")
)
@click.option("--deep", is_flag=True, help="Also read every file, and ask the mail servers.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without a risk.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, deep: bool, fix: bool, as_json: bool) -> None:
    """Check all that can be wrong.

    Nothing is changed without --fix, which counts and indexes anew, makes triggers and indexes of
    the database that are missing, closes the folder to others, frees jobs that hang and removes
    what crashes left half written; it never removes what is a customer's. The desk may be served
    meanwhile. A line each: ok, warning or error, and the command that mends it; the status is 1 at
    an error.
    """
    from ..operations import doctor

    with stages() as show:

        def tell(done: int, of: int, _name: str) -> None:
            show("checks", done, of)

        report = doctor.examine(data_option(), os.environ, is_deep=deep, fixes=fix, tell=tell)
    if as_json:
        checks = [{name: getattr(one, name) for name in _OF_JSON} for one in report]
        print_json({"ok": not doctor.has_errors(report), "checks": checks})
    else:
        for finding in report:
            click.echo(_line(finding))
    if doctor.has_errors(report):
        ctx.exit(1)


def _line(finding: "Finding") -> str:
    fixed = f" Done: {finding.fixed}" if finding.fixed else ""
    mends = f" To mend it: `{finding.command}`." if finding.command else ""
    return f"{finding.level:<7}  {finding.name}: {finding.sentence}{mends}{fixed}"
