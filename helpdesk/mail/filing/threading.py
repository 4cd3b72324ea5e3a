"""Which ticket a mail belongs to: strictly, by its token AND by who takes part.

A mail that has one of the two only becomes a ticket of its own, which says what it may belong to.
"""

import re
from dataclasses import dataclass

from ...accounts.models import User
from ...database import db
from ...tickets.models import Place, Ticket
from ...tickets.policy import takes_part
from .. import tokens
from ..reading import Mail

_REF = re.compile(r"\bTKT(\d{1,18})\b", re.IGNORECASE)
_LONGEST_CHAIN = 20  # of merges


@dataclass(frozen=True)
class Match:
    """*ticket*: by token, None without. *related*: what a person may merge it with."""

    ticket: Ticket | None
    related: Ticket | None


def find(mail: Mail, who: User | None) -> Match:
    """What *mail*, written by *who*, belongs to. Staff take part in every ticket."""
    named = _by_tokens(mail)
    for ticket in named:
        if who is not None and (who.is_staff or takes_part(who, ticket)):
            return Match(ticket, ticket)
    return Match(None, named[0] if named else _by_ref(mail.subject))


def _by_tokens(mail: Mail) -> list[Ticket]:
    mail_ids = [*mail.in_reply_to, *reversed(mail.references)]
    addresses = [*(one.email for one in (*mail.to, *mail.cc)), *mail.delivered_to]
    threads = tokens.threads_in(mail_ids, addresses, mail.subject)
    found = (where_it_is_now(thread.ticket_id) for thread in threads)
    return [ticket for ticket in found if ticket is not None]


def _by_ref(subject: str) -> Ticket | None:
    for number in _REF.findall(subject)[:5]:
        if ticket := where_it_is_now(int(number)):
            return ticket
    return None


def where_it_is_now(ticket_id: int) -> Ticket | None:
    """The ticket, or the one that it was merged into; None where it is gone for good."""
    ticket = db.session.get(Ticket, ticket_id)
    for _step in range(_LONGEST_CHAIN):
        if ticket is None or ticket.place is not Place.MERGED or ticket.merged_into_id is None:
            break
        ticket = db.session.get(Ticket, ticket.merged_into_id)
    return None if ticket is None or ticket.place is Place.PURGED else ticket
