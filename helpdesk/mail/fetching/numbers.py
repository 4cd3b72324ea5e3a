"""Which messages of a mailbox the ledger has, by the numbers that the server gave them."""

import sqlalchemy as sa

from ...database import db
from ..models import Mailbox, ReceivedMail
from .account import Account

# What the ledger calls UIDVALIDITY has in its upper half how often the mailbox moved: another
# server or folder may well have the same UIDVALIDITY (some have 1 everywhere), and other messages.
_MOVE = 2**32


def numbering(mailbox: Mailbox, account: Account, validity: int) -> int:
    """The ledger's word for the UIDs that *account*'s folder has under its UIDVALIDITY."""
    newest = db.session.scalar(
        sa.select(sa.func.max(ReceivedMail.uidvalidity)).where(
            ReceivedMail.mailbox_id == mailbox.id
        )
    )
    moves = max(newest or 0, mailbox.uidvalidity or 0) // _MOVE
    if mailbox.fetched_from not in ("", account.place):
        moves += 1
    return moves * _MOVE + validity


def last_uid(mailbox: Mailbox, uidvalidity: int) -> int:
    """The highest UID that the ledger has; 0 where it has none."""
    return _highest(mailbox, uidvalidity)


def last_kept_uid(mailbox: Mailbox, uidvalidity: int) -> int:
    """The highest UID of those whose message is on our disk; 0 where there is none."""
    return _highest(mailbox, uidvalidity, ReceivedMail.sha256 != "")


def _highest(mailbox: Mailbox, uidvalidity: int, *more: sa.ColumnElement[bool]) -> int:
    query = sa.select(ReceivedMail.uid).where(
        ReceivedMail.mailbox_id == mailbox.id, ReceivedMail.uidvalidity == uidvalidity, *more
    )
    return db.session.scalar(query.order_by(ReceivedMail.uid.desc()).limit(1)) or 0
