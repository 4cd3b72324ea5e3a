"""What a mailbox's row and the events say of how its fetching goes."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from ... import clock
from ...database import db, transaction
from ...events import record
from ..models import Mailbox

_log = logging.getLogger(__name__)


class MailboxState(NamedTuple):
    """How a mailbox is: whether it can be fetched from (None: it isn't meant to), and sent by."""

    name: str
    fetches: bool | None
    sends: bool
    fetched_at: datetime | None


def states_of_mailboxes() -> Sequence[MailboxState]:
    """Of each mailbox that is in use."""
    query = sa.select(
        Mailbox.name,
        Mailbox.imap_host,
        Mailbox.failing_since,
        Mailbox.smtp_failing_since,
        Mailbox.fetched_at,
    ).where(Mailbox.is_active)
    return [
        MailboxState(
            row.name,
            row.failing_since is None if row.imap_host else None,
            row.smtp_failing_since is None,
            row.fetched_at,
        )
        for row in db.session.execute(query.order_by(Mailbox.name))
    ]


def note_success(mailbox_id: int) -> None:
    """A round went well. The first one after failures is an event."""
    with transaction():
        mailbox = db.session.get_one(Mailbox, mailbox_id)
        mailbox.fetched_at = clock.now()
        since, error = mailbox.failing_since, mailbox.last_error
        if since is None:
            return
        mailbox.failing_since, mailbox.last_error = None, ""
        mailbox.failed_from, mailbox.recovered_at = since, mailbox.fetched_at
        _log.info("Mailbox %s can be fetched from again", mailbox.name)
        record(
            None,
            "mailbox.recovered",
            before={"since": clock.iso(since), "error": error},
            after={**_named(mailbox), "seconds": _seconds_since(since)},
        )


def note_failure(mailbox_id: int, sentence: str) -> None:
    """A round failed, as *sentence* says. The first of several is an event."""
    mailbox = db.session.get_one(Mailbox, mailbox_id)
    if mailbox.failing_since is not None and mailbox.last_error == sentence:
        return
    _log.warning("Mailbox %s: %s", mailbox.name, sentence)
    with transaction():
        mailbox = db.session.get_one(Mailbox, mailbox_id)
        mailbox.last_error = sentence
        if mailbox.failing_since is None:
            mailbox.failing_since = clock.now()
            record(None, "mailbox.failing", after={**_named(mailbox), "error": sentence})


def _named(mailbox: Mailbox) -> dict[str, object]:
    return {"mailbox": mailbox.name, "mailbox_id": mailbox.id}


def _seconds_since(moment: datetime) -> int:
    return int((clock.now() - moment).total_seconds())
