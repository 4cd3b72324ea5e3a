"""Which ticket an old mail belongs to: by what it answers AND by who takes part.

The mails of an archive name each other by Message-ID, which anybody may have read who was sent
one of them. So the second half is as strict as for mail that comes now: a stranger's mail becomes
a ticket of its own, which says what it may belong to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ....accounts.models import User
from ....database import db
from ....mail.filing import threading
from ....mail.models import MailOfMessage, Outcome, OutgoingMail, ReceivedMail
from ....mail.reading import Mail
from ....tickets.models import Message, Place, Ticket
from ....tickets.policy import takes_part

_MOST_IDS = 200  # that one mail names
_FILED = (Outcome.TICKET, Outcome.REPLY, Outcome.NOTE)


@dataclass(frozen=True)
class Match:
    """*ticket*: where the mail belongs, None for nowhere. *related*: what it names."""

    ticket: Ticket | None
    related: Ticket | None


def find(mail: Mail, email: str, who: User | None, *, is_ours: bool) -> Match:
    """What *mail* belongs to, which *who* has written from *email*: one of us, or a customer."""
    by_token = threading.find(mail, who)
    if by_token.ticket is not None and by_token.ticket.place is Place.INBOX:
        return Match(by_token.ticket, by_token.ticket)
    named = [one for one in _named(mail) if one.place is Place.INBOX]
    for ticket in named:
        is_staff = is_ours or (who is not None and who.is_staff)
        if is_staff or (who and takes_part(who, ticket)) or _was_sent(ticket, email):
            return Match(ticket, ticket)
    return Match(None, named[0] if named else by_token.related)


def _named(mail: Mail) -> list[Ticket]:
    """The tickets that the mails are in which *mail* answers, the nearest one first."""
    ids = list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))[:_MOST_IDS]
    if not ids:
        return []
    came = sa.select(ReceivedMail.message_id, ReceivedMail.ticket_id).where(
        ReceivedMail.message_id.in_(ids), ReceivedMail.outcome.in_(_FILED)
    )
    sent = sa.select(OutgoingMail.mail_id, OutgoingMail.ticket_id).where(
        OutgoingMail.mail_id.in_([one.lower() for one in ids])
    )
    known: dict[str, int] = {}
    for statement in (came, sent):
        for mail_id, ticket_id in db.session.execute(statement):
            if ticket_id is not None:
                known.setdefault(mail_id, ticket_id)
    tickets = dict.fromkeys(known.get(one) or known.get(one.lower()) for one in ids)
    found = [threading.where_it_is_now(one) for one in tickets if one is not None]
    return [ticket for ticket in found if ticket is not None]


def _was_sent(ticket: Ticket, email: str) -> bool:
    """Whether a mail of *ticket* went to *email*, too."""
    query = (
        sa.select(MailOfMessage.copied)
        .join(Message, Message.id == MailOfMessage.message_id)
        .where(Message.ticket_id == ticket.id, Message.internal.is_(False))
    )
    copied: Sequence[list[dict[str, str]]] = db.session.scalars(query).all()
    return any(one.get("email") == email for addresses in copied for one in addresses)
