"""What imports of what other programs have share: options, and the desk that they go into."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .opening import bring_up_to_date, make_desk, read_settings
from .printing import Command, json_option

if TYPE_CHECKING:
    from ..operations.importing import Report

# Whoever names a link means what it leads to; links that lie in there are not followed.
THERE = click.Path(exists=True, path_type=Path, resolve_path=True)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True)
SHARED = ("dry_run", "report_to", "as_json")
_REPORT = b'{\n  "taken": {'  # how each begins
STATUSES = ("open", "pending", "resolved", "closed")


def _free_for_a_report(_ctx: click.Context, _param: click.Parameter, path: Path | None) -> Any:
    """*path*, if a report can be written there, in the place of an older one alone.

    It is looked at before anything is imported: that may take an hour, and it may be the mailbox.
    """
    if path is None:
        return None
    if not path.parent.is_dir():
        raise click.BadParameter(f"There is no folder {path.parent}.")
    if path.exists() or path.is_symlink():
        with suppress(OSError), path.open("rb") as file:
            if path.is_file() and file.read(len(_REPORT)) == _REPORT:
                return path
        raise click.BadParameter(f"{path} is there already, and is no report.")
    return path


def shared_options(command: Command) -> Command:
    """Give *command* what every import of another program's has."""
    for option in (
        click.option(
            "--report",
            "report_to",
            type=click.Path(dir_okay=False, path_type=Path),
            callback=_free_for_a_report,
            help="Write the report to this file, too, as JSON.",
        ),
        click.option(
            "--dry-run",
            is_flag=True,
            help="Import into a copy of the desk that is thrown away, and tell.",
        ),
    ):
        command = option(command)
    return json_option(command)


def mail_options(command: Command) -> Command:
    """Give *command* what can be said of mails, whatever they are kept in."""
    for option in (
        click.option(
            "--status",
            type=click.Choice(STATUSES),
            help="What the tickets are. Default: open where a customer wrote last, else pending.",
        ),
        click.option(
            "--from-us",
            multiple=True,
            metavar="ADDRESS",
            help="Mails from this address are words of staff. Those of the mailboxes are anyway.",
        ),
    ):
        command = option(command)
    return command


def source_options(command: Command) -> Command:
    """Give *command* what the formats have that aren't mail."""
    for option in (
        click.option(
            "--source",
            default="",
            metavar="NAME",
            help="What it comes from, where you import from several: the same is known again.",
        ),
        click.option(
            "--make-categories", is_flag=True, help="Make the categories that are not here yet."
        ),
    ):
        command = option(command)
    return command


def dump_options(command: Command) -> Command:
    """Give *command* what SQL dumps have."""
    for option in (
        click.option(
            "--files",
            type=FOLDER,
            metavar="FOLDER",
            help="Where the program kept attachments that are not in its database.",
        ),
        click.option("--prefix", help="Of the tables' names, where the dump has several."),
        click.option("--time-zone", "zone", default="UTC", help="Of its times. Default: UTC."),
    ):
        command = option(command)
    return command


@contextmanager
def importing(
    format: str, *, dry_run: bool, report_to: Path | None, as_json: bool
) -> Iterator["Report"]:
    """The desk, or a copy of it, and the report of what is imported; told at the end."""
    from ..operations.importing import Report
    from .importing import tell

    report = Report()
    with _desk(dry_run):
        yield report
        if not dry_run:
            _record(format, report)
    if dry_run:
        report.remarks.append("Nothing was changed: this was a dry run, on a copy.")
    if report_to is not None:
        _write(report_to, report)
    tell(report, as_json=as_json)


@contextmanager
def _desk(dry_run: bool) -> Iterator[None]:
    from .. import audit
    from ..database import db

    settings = read_settings()
    with ExitStack() as stack:
        if dry_run:
            from ..operations.importing.rehearsing import copied

            settings = stack.enter_context(copied(settings))
        app = make_desk(settings, answers=False)
        audit.by_command(app)
        bring_up_to_date(app)
        stack.enter_context(app.app_context())
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _record(format: str, report: "Report") -> None:
    from .. import audit
    from ..database import transaction

    if report.taken:
        with transaction():
            details = {"format": format, "taken": dict(report.taken)}
            audit.record(audit.Kind.IMPORTED, details=details)


def _write(path: Path, report: "Report") -> None:
    import json

    text = json.dumps(report.as_json(), indent=2, ensure_ascii=False)
    path.touch(mode=0o600)  # it has people's addresses
    path.write_text(text + "\n", encoding="utf-8", errors="replace")
