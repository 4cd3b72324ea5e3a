"""``helpdesk import`` of what other programs have: a command a format."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .groups import example
from .opening import bring_up_to_date, make_desk, read_settings, remark
from .printing import Command, json_option

if TYPE_CHECKING:
    from ..operations.importing import Report
    from ..operations.importing.records import Request

# Whoever names a link means what it leads to; links that lie in there are not followed.
THERE = click.Path(exists=True, path_type=Path, resolve_path=True)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True)
SHARED = ("dry_run", "report_to", "as_json")
STATUSES = ("open", "pending", "resolved", "closed")


def shared_options(command: Command) -> Command:
    """Give *command* what every import of another program's has."""
    for option in (
        click.option(
            "--report",
            "report_to",
            type=click.Path(dir_okay=False, path_type=Path),
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


@click.command(epilog=example("helpdesk import mbox inbox.mbox sent.mbox --status closed"))
@click.argument("paths", nargs=-1, required=True, type=THERE, metavar="FILE...")
@click.option(
    "--from-us",
    multiple=True,
    metavar="ADDRESS",
    help="Mails from this address are words of staff. Those of the mailboxes are anyway.",
)
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    help="What the tickets are. Default: open where a customer wrote last, else pending.",
)
@shared_options
def mbox(paths: Sequence[Path], **options: Any) -> None:
    """Make tickets of the mails in mbox files.

    Give all files at once, those of sent mail too: answers are found by what they answer.
    """
    _mails("mbox", paths, **options)


@click.command(epilog=example("helpdesk import eml ~/Maildir --from-us anna@shop.example"))
@click.argument("paths", nargs=-1, required=True, type=THERE, metavar="FOLDER...")
@click.option(
    "--from-us",
    multiple=True,
    metavar="ADDRESS",
    help="Mails from this address are words of staff. Those of the mailboxes are anyway.",
)
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    help="What the tickets are. Default: open where a customer wrote last, else pending.",
)
@shared_options
def eml(paths: Sequence[Path], **options: Any) -> None:
    """Make tickets of mails in folders.

    Those are .eml files, and the files of maildirs, in the folders and all that are below them.
    """
    _mails("eml", paths, **options)


@click.command("csv", epilog=example("helpdesk import csv tickets.csv --map 'Mail=requester'"))
@click.argument("path", type=THERE, metavar="FILE")
@click.option("--map", "said", multiple=True, metavar="COLUMN=FIELD", help="What a column is.")
@click.option("--mapping", "mapping_file", type=THERE, help="A file with such pairs, one a line.")
@click.option(
    "--value",
    "words",
    multiple=True,
    metavar="FIELD:WORD=OURS",
    help="What a status or priority is here, as status:Parked=pending.",
)
@click.option(
    "--date-format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help="How dates are written, as %m/%d/%Y.",
)
@click.option("--time-zone", "zone", default="UTC", help="Of times that name none. Default: UTC.")
@click.option("--encoding", default="", help="Default: by a look at the file.")
@click.option("--delimiter", default="", help="Default: by a look at the first line.")
@source_options
@shared_options
def csv_(path: Path, source: str, make_categories: bool, **options: Any) -> None:
    """Make tickets of the rows of a CSV file.

    The first line names the columns. Rows one below the other with the same id are messages of
    one ticket.
    """
    how = {name: options.pop(name) for name in list(options) if name not in SHARED}
    with importing("csv", **options) as report:
        from ..operations.importing import sheets
        from ..operations.importing.sheets.mapping import mapping
        from ..operations.importing.sheets.reading import Sheet
        from ..operations.importing.sheets.values import Values

        delimiter = how["delimiter"].replace("\\t", "\t")
        sheet = Sheet(path, encoding=how["encoding"], delimiter=delimiter)
        columns = mapping(sheet.header, how["said"], how["mapping_file"])
        values = Values(how["zone"], how["formats"], how["words"])
        remark(f"{path} is {sheet.encoding}, its cells stand between “{sheet.delimiter}”.")
        for column, field in columns.items():
            remark(f"{column} is {field}")
        requests = sheets.Requests(sheet, columns, values, report)
        shown = _shown(requests) if options["dry_run"] and not options["as_json"] else requests
        name = source or f"csv:{path.name}"[:40]
        # All of it is read before anything is taken, so that a file that is broken is told first.
        _take(shown, name, "a CSV file", report, make_categories, sheet.count())


@click.command(epilog=example("helpdesk import osticket dump.sql --dry-run --make-categories"))
@click.argument("path", type=THERE, metavar="DUMP.sql")
@dump_options
@source_options
@shared_options
def osticket(path: Path, **options: Any) -> None:
    """Make tickets of a dump of osTicket's database.

    It is 1.10 or newer, and the dump is made by mysqldump, mariadb-dump, phpMyAdmin or Adminer.
    """
    _dump("osticket", path, **options)


@click.command(epilog=example("helpdesk import freescout dump.sql --files storage/app/attachment"))
@click.argument("path", type=THERE, metavar="DUMP.sql")
@dump_options
@source_options
@shared_options
def freescout(path: Path, **options: Any) -> None:
    """Make tickets of a dump of FreeScout's database.

    The dump is made by mysqldump, mariadb-dump, phpMyAdmin or Adminer.
    """
    _dump("freescout", path, **options)


@click.command(epilog=example("helpdesk import zendesk export/ --files attachments/ --dry-run"))
@click.argument("path", type=THERE, metavar="PATH")
@click.option(
    "--files",
    type=FOLDER,
    metavar="FOLDER",
    help="Where attachments were fetched to, by name or below their numbers.",
)
@source_options
@shared_options
def zendesk(
    path: Path, source: str, make_categories: bool, files: Path | None, **options: Any
) -> None:
    """Make tickets of what Zendesk exports as JSON.

    That is a file, or a folder with the exports of tickets, users and organisations, or with
    pages of its API.
    """
    with importing("zendesk", **options) as report:
        from ..operations.importing import zendesk as exports

        with exports.read(path, report, files=files) as requests:
            _take(requests, source or "zendesk", "Zendesk", report, make_categories, len(requests))


COMMANDS = (mbox, eml, csv_, zendesk, osticket, freescout)


def _dump(format: str, path: Path, source: str, make_categories: bool, **options: Any) -> None:
    how = {name: options.pop(name) for name in list(options) if name not in SHARED}
    with importing(format, **options) as report:
        from ..operations.importing import dumps
        from .progress import progress

        with ExitStack() as stack:
            with progress("Reading", path.stat().st_size) as done:
                opened = dumps.read(format, path, report, progress=done, **how)
                requests = stack.enter_context(opened)
            label = dumps.LABELS[format]
            _take(requests, source or format, label, report, make_categories, len(requests))


def _take(
    requests: "Iterable[Request]",
    source: str,
    label: str,
    report: "Report",
    make: bool,
    total: int | None = None,
) -> None:
    from ..operations.importing.taking import Taker
    from .progress import progress

    with progress("Importing", total) as done:
        Taker(source, label, report, make_categories=make).take_all(requests, done)


def _shown(requests: "Iterable[Request]") -> "Iterator[Request]":
    """*requests*, each printed on its way: a line with where it stands and what it would be."""
    from ..logs import printable

    for one in requests:
        facts = (
            one.where.rpartition(", ")[2],
            one.status or "-",
            one.priority,
            one.requester.email,
            one.subject,
        )
        click.echo("\t".join(printable(str(fact)) for fact in facts))
        yield one


def _mails(
    format: str, paths: Sequence[Path], from_us: Sequence[str], status: str | None, **shared: Any
) -> None:
    from .progress import progress

    with importing(format, **shared) as report:
        from ..operations.importing import mails
        from ..tickets.models import Status

        letters = mails.find(format, paths, report)
        total = sum(letter.end - letter.start for letter in letters)
        with progress("Importing", total) as done:
            mails.import_mails(
                format,
                letters,
                report,
                from_us=from_us,
                status=None if status is None else Status(status),
                progress=done,
            )


@contextmanager
def _desk(dry_run: bool) -> Iterator[None]:
    from ..database import db

    settings = read_settings()
    with ExitStack() as stack:
        if dry_run:
            from ..operations.importing.rehearsing import copied

            settings = stack.enter_context(copied(settings))
        app = make_desk(settings, answers=False)
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
    path.write_text(text + "\n", encoding="utf-8", errors="replace")
