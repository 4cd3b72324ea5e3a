"""What a mailbox's row and the events say of how its fetching goes."""

import logging
from datetime import datetime

from ... import clock
from ...database import db, transaction
from ...events import record
from ..models import Mailbox

_log = logging.getLogger(__name__)


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
