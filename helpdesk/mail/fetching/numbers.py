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


def last_uid(mailbox_id: int, uidvalidity: int) -> int:
    """The highest UID that the ledger has; 0 where it has none."""
    query = sa.select(sa.func.max(ReceivedMail.uid)).where(*_of(mailbox_id, uidvalidity))
    return db.session.scalar(query) or 0


def known_uids(mailbox_id: int, uidvalidity: int) -> set[int]:
    """Every UID that the ledger has."""
    found = db.session.scalars(sa.select(ReceivedMail.uid).where(*_of(mailbox_id, uidvalidity)))
    return {uid for uid in found if uid is not None}


def _of(mailbox_id: int, uidvalidity: int) -> tuple[sa.ColumnElement[bool], ...]:
    return ReceivedMail.mailbox_id == mailbox_id, ReceivedMail.uidvalidity == uidvalidity
