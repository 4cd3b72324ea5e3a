"""The ledger from its first row to its last, for commands."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...database import db
from ..models import ReceivedMail

_AT_ONCE = 1000


def every_mail() -> Iterator[ReceivedMail]:
    """Every mail ever seen with its mailbox, oldest first; no more than a part is in memory."""
    last = 0
    query = sa.select(ReceivedMail).options(joinedload(ReceivedMail.mailbox))
    query = query.order_by(ReceivedMail.id).limit(_AT_ONCE)
    while mails := db.session.scalars(query.where(ReceivedMail.id > last)).all():
        yield from mails
        last = mails[-1].id
        db.session.expunge_all()
