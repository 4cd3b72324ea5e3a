"""Messages from one ticket to another, with their files: nothing is copied, nothing is lost."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from ...database import db
from ..models import Message, Ticket

_AT_ONCE = 500  # ids in one statement


def move_messages(
    from_: Ticket | Sequence[Ticket], to: Ticket, only: Collection[int] | None = None
) -> list[int]:
    """Let *to* have the messages and notes of *from_* (*only* those with these ids, if given).

    Returns the ids of those that moved. Counters are the caller's business (recounting.py).
    """
    tickets = [from_] if isinstance(from_, Ticket) else from_
    query = sa.select(Message.id).where(Message.ticket_id.in_([ticket.id for ticket in tickets]))
    found = db.session.scalars(query.order_by(Message.id)).all()
    wanted = set(found if only is None else only)
    ids = [id_ for id_ in found if id_ in wanted]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        db.session.execute(sa.update(Message).where(Message.id.in_(some)).values(ticket_id=to.id))
    return ids
