"""``helpdesk import`` of what other programs have: a command a format."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .foreign_shared import (
    FOLDER,
    SHARED,
    THERE,
    dump_options,
    importing,
    mail_options,
    shared_options,
    source_options,
)
from .groups import example
from .opening import remark

if TYPE_CHECKING:
    from ..operations.importing import Report
    from ..operations.importing.records import Request


@click.command(epilog=example("helpdesk import mbox inbox.mbox sent.mbox --status closed"))
@click.argument("paths", nargs=-1, required=True, type=THERE, metavar="FILE...")
@mail_options
@shared_options
def mbox(paths: Sequence[Path], **options: Any) -> None:
    """Make tickets of the mails in mbox files.

    Give all files at once, those of sent mail too: answers are found by what they answer.
    """
    _mails("mbox", paths, **options)


@click.command(epilog=example("helpdesk import eml ~/Maildir --from-us anna@shop.example"))
@click.argument("paths", nargs=-1, required=True, type=THERE, metavar="FOLDER...")
@mail_options
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
