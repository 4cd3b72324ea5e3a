"""``helpdesk doctor``: what is wrong, or could go wrong."""

import os

import click

from .groups import example
from .opening import data_option
from .printing import json_option, print_json


@click.command(epilog=example("helpdesk doctor", "helpdesk doctor --json"))
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check all that can be wrong.

    Nothing is changed. A line each: ok, warning or error; the status is 1 at an error.
    """
    from ..operations import doctor

    report = doctor.examine(data_option(), os.environ)
    if as_json:
        checks = [finding._asdict() for finding in report]
        print_json({"ok": not doctor.has_errors(report), "checks": checks})
    else:
        for finding in report:
            click.echo(f"{finding.level:<7}  {finding.name}: {finding.sentence}")
    if doctor.has_errors(report):
        ctx.exit(1)
