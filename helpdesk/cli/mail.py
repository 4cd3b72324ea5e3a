"""``helpdesk mail``: what comes and goes by mail."""

import sys
from typing import TYPE_CHECKING

import click

from . import mail_fetching
from .groups import Number, example
from .opening import keep_mailbox, open_desk, remark

if TYPE_CHECKING:
    from ..mail.models import ReceivedMail

TEMPORARY_FAILURE = 75  # EX_TEMPFAIL (sysexits.h): a mail server keeps the mail and tries again
REFUSED = 65  # EX_DATAERR: it sends the mail back
_MOST_FILED = 20  # by one call: a mail server waits for its pipe, not for a backlog


@click.group(epilog=example("helpdesk mail fetch", "helpdesk mail ledger"))
def mail() -> None:
    """Mail: fetching, sending, and what became of every message."""


for command in (mail_fetching.fetch, mail_fetching.ledger):
    mail.add_command(command)


@mail.command(
    epilog=example(
        "helpdesk mail deliver < message.eml",
        "helpdesk mail deliver --mailbox support < message.eml",
    )
)
@click.option("--mailbox", "name", default="", help="The mailbox that it is for.")
@click.pass_context
def deliver(ctx: click.Context, name: str) -> None:
    """Take a mail from stdin, for the pipe of a mail server.

    It is on the disk and in the ledger when this exits with 0. Prints its number there and what
    became of it. Exits with 75 where it could not be kept, so that the mail server tries again;
    with 65 for one that is too large, so that its sender is told at once.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from ..errors import HelpdeskError, TooLarge
    from ..settings import SettingsError

    try:
        with open_desk() as app:
            keep_mailbox(app)
            click.echo(_deliver(name))
    except (HelpdeskError, SettingsError, SQLAlchemyError, OSError) as error:
        remark(f"The mail was not kept: {error}")
        ctx.exit(REFUSED if isinstance(error, TooLarge) else TEMPORARY_FAILURE)


def _deliver(name: str) -> str:
    from ..database import db
    from ..errors import NotFound, TooLarge
    from ..mail import ledger
    from ..mail.mailboxes import queries as mailboxes
    from ..mail.models import Source
    from ..mail.reading import MOST_BYTES as LARGEST

    mailbox = mailboxes.by_name(name) if name else None
    if name and mailbox is None:
        raise NotFound(f"There is no mailbox {name}.")
    content = sys.stdin.buffer.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise TooLarge(f"It has more than {LARGEST // 1024**2} MB.")
    row = ledger.arrive(content, Source.PIPE, mailbox)
    _file_what_waits()
    db.session.refresh(row)
    return _line(row)


def _file_what_waits() -> None:
    """File now rather than when a worker comes to it; what is left here, that one files."""
    from flask import current_app

    from .. import jobs

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    jobs.run_due(app, lanes={"mail-in"}, limit=_MOST_FILED)


def _line(row: "ReceivedMail") -> str:
    from ..tickets.models import ref_of

    where = "-" if row.ticket_id is None else ref_of(row.ticket_id)
    return f"{row.id}\t{row.outcome}\t{where}\t{row.reason or '-'}"


@mail.command(epilog=example("helpdesk mail retry 12", "helpdesk mail retry 12 --as-new"))
@click.argument("mail_id", metavar="ID", type=Number("helpdesk mail ledger"))
@click.option("--as-new", is_flag=True, help="As a ticket of its own.")
def retry(mail_id: int, as_new: bool) -> None:
    """File a held mail again.

    Or one that was left alone; by its number in the ledger. One that its server did not give is
    asked for again.
    """
    with open_desk():
        from ..accounts.models import DESK
        from ..database import db
        from ..errors import NotFound
        from ..mail.fetching.rounds import fetch_round
        from ..mail.filing import retry as file_again
        from ..mail.ledger import can_be_asked_for
        from ..mail.models import ReceivedMail

        row = db.session.get(ReceivedMail, mail_id)
        if row is None:
            raise NotFound(f"There is no mail {mail_id} in the ledger.")
        file_again(DESK, row, as_new=as_new)
        if can_be_asked_for(row) and row.mailbox is not None:
            fetch_round(row.mailbox)
        _file_what_waits()
        db.session.refresh(row)
        click.echo(_line(row))


@mail.command(epilog=example("helpdesk mail send"))
def send() -> None:
    """Send what is due, now.

    Prints how many mails were sent and how many were not. Those that a mail server asked to bring
    later wait for their time. What may have been sent or not is uncertain, and never sent again by
    itself.
    """
    with open_desk() as app:
        from .. import jobs
        from ..database import db
        from ..errors import HelpdeskError
        from ..mail.mailboxes.queries import sending_is_set_up
        from ..mail.sending import LANE, queries

        if not sending_is_set_up():
            raise HelpdeskError(
                "No mail can be sent yet: set HELPDESK_SMTP_URL, or give a mailbox a server."
            )
        before = queries.sent_count()
        jobs.run_due(app, lanes={LANE})
        db.session.rollback()  # to read what the jobs have written
        sent = queries.sent_count() - before
        waiting, failed, uncertain = queries.counts()
        click.echo(f"sent {sent}, waiting {waiting}, failed {failed}, uncertain {uncertain}")


@mail.command(epilog=example("helpdesk mail hook"))
def hook() -> None:
    """Print where providers hand mails over.

    That is an address, and the secret that they sign with.
    """
    with open_desk() as app:
        from ..api.inbound import PATH
        from ..mail.hook import secret

        click.echo(f"address\t{app.config['HELPDESK'].base_url}{PATH}")
        click.echo(f"secret\t{secret()}")
