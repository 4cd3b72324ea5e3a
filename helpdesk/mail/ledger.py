"""The ledger: what came is on disk and has a row before anything looks inside it."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from .. import clock, jobs
from ..database import db, transaction
from ..errors import WrongState
from ..i18n import gettext as _
from . import raw
from .models import Mailbox, Outcome, ReceivedMail, Source

FILE = "mail.file"  # the job that looks inside


def arrive(
    content: bytes,
    source: Source,
    mailbox: Mailbox | None = None,
    uidvalidity: int | None = None,
    uid: int | None = None,
) -> ReceivedMail:
    """Keep a mail as it came, and have it filed. Once this returns, it can't get lost.

    A mail of a mailbox that the ledger knows already is not kept twice: its row is returned.
    Raises HelpdeskError where the disk refuses.
    """
    kept = raw.keep(content)
    with transaction(together=True):
        # Pipes and hooks have no numbers: each call is a mail of its own.
        row = None if mailbox is None or uid is None else known(mailbox, uidvalidity, uid)
        if row is None:
            row = _new(source, mailbox, uidvalidity, uid)
            db.session.add(row)
        elif row.outcome is not Outcome.FAILED:
            return row
        row.sha256, row.size = kept.sha256, kept.size
        row.outcome, row.reason, row.decided_at = Outcome.WAITING, "", None
        db.session.flush()
        have_filed(row)
    return row


def have_filed(row: ReceivedMail, **how: Any) -> None:
    """Let the mail of *row* be looked into soon. Only inside a ``transaction()``."""
    jobs.enqueue(FILE, {"received_id": row.id, **how}, key=str(row.id))


def fail(mailbox: Mailbox, uidvalidity: int, uid: int, reason: str) -> ReceivedMail:
    """Say in the ledger that a mail can't be had, and why. It may still come later."""
    with transaction():
        row = known(mailbox, uidvalidity, uid)
        if row is None:
            row = _new(Source.IMAP, mailbox, uidvalidity, uid)
            db.session.add(row)
        elif row.outcome is not Outcome.FAILED:
            return row
        row.outcome, row.reason, row.decided_at = Outcome.FAILED, reason, clock.now()
    return row


def can_be_asked_for(row: ReceivedMail) -> bool:
    """Whether *row* is of a mail that its server did not give, and may still."""
    return row.outcome is Outcome.FAILED and not row.sha256 and row.uid is not None


def ask_again(row: ReceivedMail) -> None:
    """Have the next round of fetching ask for the mail of *row*. Only inside a ``transaction()``.

    Raises WrongState where the server has other numbers by now.
    """
    mailbox = row.mailbox
    if mailbox is None or row.uidvalidity != mailbox.uidvalidity:
        raise WrongState(_("The server does not know this mail by its number any more."))
    mailbox.refused = {**mailbox.refused, str(row.uid): 0}


def note_old(mailbox: Mailbox, uidvalidity: int, uids: Collection[int]) -> None:
    """Say in the ledger that these were there before the desk was, and stay where they are."""
    # Not row by row: there may be a hundred thousand, and nobody else can write meanwhile.
    with transaction():
        now = clock.now()
        common = {
            "mailbox_id": mailbox.id,
            "source": Source.IMAP,
            "uidvalidity": uidvalidity,
            "arrived_at": now,
            "outcome": Outcome.IGNORED,
            "reason": _("It was in the mailbox before the desk was."),
            "decided_at": now,
        }
        rows = [common | {"uid": uid} for uid in sorted({*uids} - known_uids(mailbox, uidvalidity))]
        if rows:
            db.session.execute(sa.insert(ReceivedMail), rows)


def known_uids(mailbox: Mailbox, uidvalidity: int) -> set[int]:
    """Every UID of *mailbox* that has a row under this numbering."""
    query = sa.select(ReceivedMail.uid).where(
        ReceivedMail.mailbox_id == mailbox.id, ReceivedMail.uidvalidity == uidvalidity
    )
    return {uid for uid in db.session.scalars(query) if uid is not None}


def known(mailbox: Mailbox, uidvalidity: int | None, uid: int | None) -> ReceivedMail | None:
    """The row of a mail of *mailbox* by its number there (RFC 9051, 2.3.1.1)."""
    return db.session.scalar(
        sa.select(ReceivedMail).where(
            ReceivedMail.mailbox_id == mailbox.id,
            ReceivedMail.uidvalidity == uidvalidity,
            ReceivedMail.uid == uid,
        )
    )


def _new(
    source: Source, mailbox: Mailbox | None, uidvalidity: int | None, uid: int | None
) -> ReceivedMail:
    return ReceivedMail(
        source=source,
        mailbox_id=None if mailbox is None else mailbox.id,
        uidvalidity=uidvalidity,
        uid=uid,
        sha256="",
        size=0,
        arrived_at=clock.now(),
        outcome=Outcome.WAITING,
        reason="",
        message_id="",
        essence="",
        sender="",
        subject="",
    )
