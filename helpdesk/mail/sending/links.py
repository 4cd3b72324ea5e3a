"""A link in a mail that opens one request for the one who made it, and nothing else of theirs.

Its token is computed from the row and the secret key, as those of accounts/links.py are: a copy of
the database without the key opens nothing.
"""

import hmac
import secrets
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor, User
from ...accounts.secrets import signature
from ...database import Prepared, db, transaction
from ...errors import NotFound
from ...events import record
from ...i18n import gettext as _
from ...tickets import policy
from ...tickets.models import Ticket
from ..models import RequestLink


def link_of(ticket: Ticket, user: User) -> RequestLink:
    """The link of *user* to *ticket*, a new one where there is none or it was revoked.

    Only inside a ``transaction()``.
    """
    link = _kept(ticket.id, user.id)
    if link is None:
        link = RequestLink(ticket_id=ticket.id, user_id=user.id)
        db.session.add(link)
    elif link.revoked_at is None:
        return link
    link.nonce, link.created_at, link.revoked_at = _nonce(), clock.now(), None
    db.session.flush()
    return link


def path_of(ticket: Ticket, user: User) -> str:
    """Where on the desk the link of *user* to *ticket* leads: the end of its address."""
    if user.is_staff:
        return f"/desk/tickets/{ticket.id}"
    link = _kept(ticket.id, user.id)
    if link is None or link.revoked_at is not None:
        return f"/tickets/{ticket.id}"  # behind a sign-in
    return f"/r/{token_of(link)}"


def token_of(link: RequestLink) -> str:
    """What goes into the address of *link*: 128 bits that nobody can guess."""
    signed = signature(f"request:{link.id}:{link.ticket_id}:{link.user_id}:{link.nonce}")
    return f"{link.id}-{signed}"


def find(token: str) -> RequestLink:
    """The link behind *token*, if it still opens something. Raises NotFound for any other."""
    number = token.partition("-")[0]
    known = number.isascii() and number.isdigit() and len(number) < 18
    link = db.session.get(RequestLink, int(number)) if known else None
    if (
        link is None
        or link.revoked_at is not None
        or not hmac.compare_digest(token_of(link).encode(), token.encode("utf-8", "replace"))
    ):
        raise NotFound(_("This link does not work any more."))
    return link


def opened_by(link: RequestLink) -> tuple[User, int]:
    """Who opens which ticket by *link*, which was not revoked.

    Raises NotFound where the account is disabled, or the request is somebody else's now.
    """
    user = db.session.get_one(User, link.user_id)
    ticket = db.session.get_one(Ticket, link.ticket_id)
    if not user.is_active or user.is_staff or ticket.requester_id != user.id:
        raise NotFound(_("This link does not work any more."))
    return user, ticket.id


def revoke(actor: Actor, ticket: Ticket) -> int:
    """End all links that open *ticket*; how many. The next mail has a new one. NotAllowed."""
    policy.require(actor, "change_fields", ticket)
    with transaction():
        ended = db.session.scalars(
            sa.update(RequestLink)
            .where(*_open_ones(ticket.id))
            .values(revoked_at=clock.now())
            .returning(RequestLink.id)
        ).all()
        if ended:
            record(actor.id, "ticket.links_revoked", ticket_id=ticket.id)
    return len(ended)


def _open_ones(ticket_id: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Of the links to this ticket and to those that were merged into it, which they open too."""
    merged = _merged(ticket_id)
    return RequestLink.ticket_id.in_(sa.select(merged.c.id)), RequestLink.revoked_at.is_(None)


def _merged(ticket_id: Any) -> Any:
    """The ids of the ticket and of those that were merged into it."""
    first = sa.select(sa.type_coerce(ticket_id, sa.Integer).label("id"))
    merged = first.cte("merged", recursive=True)
    return merged.union(sa.select(Ticket.id).where(Ticket.merged_into_id == merged.c.id))


def _kept(ticket_id: int, user_id: int) -> RequestLink | None:
    return db.session.scalar(
        sa.select(RequestLink).where(
            RequestLink.ticket_id == ticket_id, RequestLink.user_id == user_id
        )
    )


def _nonce() -> str:
    return secrets.token_urlsafe(32)


# A row where some link opens the ticket ``ticket_id``, for staff to know.
_ALL = _merged(sa.bindparam("ticket_id"))
OPEN_LINKS = Prepared(
    sa.select(RequestLink.id)
    .join(_ALL, _ALL.c.id == RequestLink.ticket_id)
    .where(RequestLink.revoked_at.is_(None))
    .limit(1)
)
