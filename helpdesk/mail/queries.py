"""What is known of mails."""

from collections.abc import Iterator

import sqlalchemy as sa

from ..database import db
from .models import Mailbox, ReceivedMail

_AT_ONCE = 1000


def every_mail() -> Iterator[tuple[ReceivedMail, str | None]]:
    """Every mail ever seen and the name of its mailbox, oldest first; a part at a time."""
    last = 0
    query = (
        sa.select(ReceivedMail, Mailbox.name)
        .outerjoin(Mailbox, Mailbox.id == ReceivedMail.mailbox_id)
        .order_by(ReceivedMail.id)
        .limit(_AT_ONCE)
    )
    while rows := db.session.execute(query.where(ReceivedMail.id > last)).all():
        yield from ((mail, name) for mail, name in rows)
        last = rows[-1][0].id
        db.session.expunge_all()  # a hundred thousand rows are not kept
