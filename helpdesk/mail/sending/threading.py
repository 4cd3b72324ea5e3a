"""By what a mail program knows that our mails and somebody's belong together: RFC 5322, 3.6.4."""

import re

import sqlalchemy as sa

from ...database import db
from ..models import Outcome, OutgoingMail, ReceivedMail, Sending

MOST = 20  # of References; the first one stays whatever happens
_FILED = (Outcome.TICKET, Outcome.REPLY)
_LEFT = (Sending.SENT, Sending.SENDING, Sending.UNCERTAIN)
_ID = re.compile(r"[!-;=?-~]{3,250}")  # no spaces, no < and >


def references(row: OutgoingMail) -> list[str]:
    """Message ids of what came before *row* on its ticket, oldest first, without < and >.

    What was received, and what of ours went to the same person.
    """
    if row.ticket_id is None:
        return []
    received = sa.select(
        ReceivedMail.message_id, ReceivedMail.arrived_at, ReceivedMail.filed_as_id
    ).where(
        ReceivedMail.ticket_id == row.ticket_id,
        ReceivedMail.outcome.in_(_FILED),
        ReceivedMail.message_id != "",
        ReceivedMail.arrived_at <= row.created_at,
    )
    ours = sa.select(OutgoingMail.mail_id, OutgoingMail.created_at, OutgoingMail.message_id).where(
        OutgoingMail.ticket_id == row.ticket_id,
        OutgoingMail.recipient == row.recipient,
        OutgoingMail.state.in_(_LEFT),
        OutgoingMail.id < row.id,
    )
    known = [
        (found[1], found[2] or 0, _rank(found[2], is_ours=is_ours), found[0])
        for is_ours, query in ((False, received), (True, ours))
        for found in db.session.execute(query)
    ]
    # Times are whole seconds: within one, by the words that they brought.
    first = min((words for _when, words, _rank, _id in known if words), default=0)
    ordered = sorted((when, words or first, rank, one) for when, words, rank, one in known)
    ids = list(dict.fromkeys(one for *_order, one in ordered if _ID.fullmatch(one)))
    return ids if len(ids) <= MOST else [ids[0], *ids[-(MOST - 1) :]]


def _rank(words: int | None, *, is_ours: bool) -> int:
    """An automatic answer brings no words of its own, and comes after what it answers."""
    return 0 if not is_ours else 1 if words is None else 2
