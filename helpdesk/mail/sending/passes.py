"""A pass: what the link of a mail becomes in a browser. It opens what the link opens, for a month.

It proves the link and isn't its token: a copied pass ends, and nobody reads the link off it.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ... import clock
from ...accounts import limits
from ...accounts.entering import Visitor
from ...accounts.models import User
from ...accounts.secrets import signature
from ...database import db
from ...errors import NotAllowed, NotFound
from ...i18n import gettext as _
from ...tickets import queries
from ...tickets.models import Status, Ticket
from ..models import RequestLink
from . import links

LASTS = timedelta(days=30)
STATUSES = (Status.OPEN, Status.RESOLVED)  # a mail may have been passed on: its reader ends nothing
_LONGEST_NUMBER = 17  # digits: what is an integer to the database


@dataclass(frozen=True)
class Guest:
    """Somebody who came by a link, and the one request that it opens."""

    user: User
    ticket: Ticket  # where its words are now
    linked_id: int  # the ticket that the link was made for: it may have been merged since
    secret: str  # the pass
    until: datetime


def admit(visitor: Visitor, token: str) -> Guest:
    """Let *visitor* in by the link *token*, with a new pass. Raises NotFound, TooMany.

    Nothing is written, but for the count of those that fail.
    """
    with limits.failures(limits.LINK, visitor.ip):
        return _guest(links.find(token), clock.now())


def find(secret: str) -> Guest:
    """Who has the pass *secret*. Raises NotFound once it is old, or its link opens nothing."""
    number, issued, _rest = (*secret.split("-", 2), "", "")[:3]
    known = all(_is_number(text) for text in (number, issued))
    link = db.session.get(RequestLink, int(number)) if known else None
    if link is None or link.revoked_at is not None:
        raise NotFound(_("This link does not work any more."))
    since = datetime.fromtimestamp(min(int(issued), int(clock.now().timestamp())), UTC)
    if not hmac.compare_digest(_written(link, since).encode(), secret.encode("utf-8", "replace")):
        raise NotFound(_("This link does not work any more."))
    return _guest(link, since)


def count(guest: Guest) -> None:
    """Count something that *guest* does. Raises TooMany: the link may be in many hands."""
    limits.count(limits.GUEST, f"request {guest.linked_id}")


def require_status(status: Status) -> None:
    """Raise NotAllowed where a guest may not move their request to *status*."""
    if status not in STATUSES:
        raise NotAllowed(_("Please sign in first."))


def _guest(link: RequestLink, since: datetime) -> Guest:
    user, ticket_id = links.opened_by(link)
    if since + LASTS <= clock.now():
        raise NotFound(_("This link does not work any more."))
    ticket = queries.get(user, ticket_id)
    return Guest(user, ticket, ticket_id, _written(link, since), since + LASTS)


def _written(link: RequestLink, since: datetime) -> str:
    named = f"{link.id}-{int(since.timestamp())}"
    return f"{named}-{signature(f'pass:{named}:{links.token_of(link)}')}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
