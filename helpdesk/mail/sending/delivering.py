"""Sending a row of the outbox: the job ``mail.send``.

A row is SENDING, and that is committed, before the server is told the content. So whoever finds
one in that state knows that somebody died there, and that the mail may have been sent: it becomes
UNCERTAIN, is shown to people, and never sent again by itself.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from ... import clock
from ...database import db, transaction
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...jobs import Later
from ...shop.queries import shop
from ..mailboxes import queries as mailboxes
from ..models import Mailbox, OutgoingMail, Sending
from . import composing, context, mime, sender
from .connections import Connections, Pace
from .smtp import Connection, Envelope, Never, NotNow, Unknown

CONNECTIONS, PACE = "helpdesk.mail.connections", "helpdesk.mail.pace"
# The jobs' own back-off: with these many attempts the last one is after three days.
MOST_ATTEMPTS = 18

_log = logging.getLogger(__name__)


def send(payload: dict[str, Any]) -> None:
    """Send the mail with this id, if it waits. Raises Later where it must be tried again."""
    row = db.session.get(OutgoingMail, payload["id"])
    if row is None or row.state not in (Sending.WAITING, Sending.SENDING):
        return
    if row.state is Sending.SENDING:
        _uncertain(row.id, _died())
        return
    wait = _pace().wait(row.recipient.rpartition("@")[2], row.id)
    if wait > 0:
        raise Later(timedelta(seconds=wait), _("Not so many mails at once."), counts=False)
    try:
        _send(row.id)
    except context.Gone as error:
        _end(row.id, Sending.WAITING, Sending.CANCELLED, error.message)
    except Never as error:
        _refused(row.id, error.message)
    except Unknown as error:
        _uncertain(row.id, error.message)
    except NotNow as error:
        _put_off(row.id, error.message, is_servers=error.is_servers)
    except HelpdeskError as error:
        _put_off(row.id, error.message, is_servers=False)
    except Exception as error:
        _stumbled(row.id, error)
        raise  # the job says so, too, and tries again


def _send(row_id: int) -> None:
    with transaction():
        row = db.session.get_one(OutgoingMail, row_id)
        of = context.context_of(row)
        composing.put_into_words(of)
    parts = composing.mail_of(of)
    server = mailboxes.smtp_of(of.mailbox)
    if server is None:
        raise HelpdeskError(_("There is no server to send mail by any more."))
    utf8 = any(map(mime.needs_utf8, (parts.sender.address, parts.recipient.address)))
    db.session.rollback()  # no snapshot of the database is held while a server is waited for
    with _connections().to(server, sender.our_name()) as connection:
        _works(of.mailbox)
        content = _content(parts, utf8=utf8 and connection.takes_utf8)
        connection.offer(_envelope(parts, len(content), utf8=utf8 and connection.takes_utf8))
        _hand_over(row_id, connection, content)


def _hand_over(row_id: int, connection: Connection, content: bytes) -> None:
    if not _move(row_id, Sending.WAITING, Sending.SENDING):
        return  # somebody cancelled it this moment, or another process was faster
    answer = connection.hand_over(content)
    _end(row_id, Sending.SENDING, Sending.SENT, answer)


def _content(parts: mime.Parts, *, utf8: bool) -> bytes:
    try:
        return mime.written(parts, utf8=utf8)
    except HelpdeskError as error:
        raise Never(error.message) from None


def _envelope(parts: mime.Parts, size: int, *, utf8: bool) -> Envelope:
    sender_, recipient = parts.sender.address, parts.recipient.address
    if not utf8:
        sender_, recipient = mime.ascii_address(sender_), mime.ascii_address(recipient)
    return Envelope(sender_, recipient, size, utf8)


# How it ended. Each only where the row is still as this attempt left it.


def _move(row_id: int, before: Sending, after: Sending) -> bool:
    with transaction():
        moved = (
            sa.update(OutgoingMail)
            .where(OutgoingMail.id == row_id, OutgoingMail.state == before)
            .values(state=after, attempts=OutgoingMail.attempts + 1)
            .returning(OutgoingMail.id)
            .execution_options(synchronize_session=False)
        )
        return db.session.scalar(moved) is not None


def _end(row_id: int, before: Sending, after: Sending, said: str) -> None:
    """It is *after* now. One that was taken for uncertain meanwhile is known to be sent."""
    befores = [before, Sending.UNCERTAIN] if after is Sending.SENT else [before]
    sent_at: datetime | None = clock.now() if after is Sending.SENT else None
    with transaction():
        db.session.execute(
            sa.update(OutgoingMail)
            .where(OutgoingMail.id == row_id, OutgoingMail.state.in_(befores))
            .values(state=after, said=said, sent_at=sent_at)
            .execution_options(synchronize_session=False)
        )


def _refused(row_id: int, said: str) -> None:
    with transaction():
        row = db.session.get_one(OutgoingMail, row_id)
        if row.state in (Sending.WAITING, Sending.SENDING):
            row.attempts += row.state is Sending.WAITING
            row.state, row.said = Sending.FAILED, said


def _uncertain(row_id: int, said: str) -> None:
    """It may have been sent. Where the shop rather has a mail twice, raises Later."""
    if shop().repeats_uncertain:
        _put_off(row_id, said, is_servers=False, at_last=Sending.UNCERTAIN)
    else:
        _end(row_id, Sending.SENDING, Sending.UNCERTAIN, said)


def _put_off(
    row_id: int, said: str, *, is_servers: bool, at_last: Sending = Sending.FAILED
) -> None:
    """Let it wait; or, after three days, be what it is then *at_last*. Raises Later."""
    with transaction():
        row = db.session.get_one(OutgoingMail, row_id)
        if row.state not in (Sending.WAITING, Sending.SENDING):
            return
        row.attempts += row.state is Sending.WAITING
        row.said = said
        has_failed = row.attempts >= MOST_ATTEMPTS
        row.state = at_last if has_failed else Sending.WAITING
        if is_servers and row.mailbox_id is not None:
            mailbox = db.session.get_one(Mailbox, row.mailbox_id)
            mailbox.smtp_failing_since = mailbox.smtp_failing_since or clock.now()
            mailbox.smtp_error = said
    if not has_failed:
        raise Later(reason=said)


def _stumbled(row_id: int, error: Exception) -> None:
    """Count a fault of our own; with the last one it has failed. Never where it may be sent."""
    with transaction():
        row = db.session.get_one(OutgoingMail, row_id)
        if row.state is Sending.WAITING:
            row.attempts += 1
            row.said = _("A fault of the desk: %(kind)s.", kind=type(error).__name__)
            row.state = Sending.FAILED if row.attempts >= MOST_ATTEMPTS else Sending.WAITING


def _works(mailbox: Mailbox | None) -> None:
    """Its server lets us in: what ailed it is over."""
    if mailbox is None or mailbox.smtp_failing_since is None:
        return
    with transaction():
        found = db.session.get_one(Mailbox, mailbox.id)
        found.smtp_failing_since, found.smtp_error = None, ""


def failed(payload: dict[str, Any], reason: str) -> None:
    """No attempt is left to its job, because the desk fell over each time."""
    row = db.session.get(OutgoingMail, payload["id"])
    if row is None or row.state not in (Sending.WAITING, Sending.SENDING):
        return
    row.state = Sending.FAILED if row.state is Sending.WAITING else Sending.UNCERTAIN
    row.said = row.said or reason


def _died() -> str:
    return _("The desk ended before the server had answered.")


def _connections() -> Connections:
    found: Connections = current_app.extensions[CONNECTIONS]
    return found


def _pace() -> Pace:
    found: Pace = current_app.extensions[PACE]
    return found
