"""Who gets a mail of a ticket: each address once, nobody disabled, never the author."""

from collections.abc import Iterable

import sqlalchemy as sa

from ...accounts.models import User
from ...database import db
from ...tickets.models import Follower, Ticket


def whole_person(user: User | None) -> User | None:
    """*user*, or whom that account was merged into; None where nobody may be written to."""
    seen = set[int]()
    while user is not None and user.merged_into_id is not None and user.id not in seen:
        seen.add(user.id)
        user = db.session.get(User, user.merged_into_id)
    return user if user is not None and user.is_active else None


def requester_of(ticket: Ticket) -> User | None:
    """Whose request *ticket* is, if they can be written to."""
    return whole_person(db.session.get(User, ticket.requester_id))


def participants(ticket: Ticket, *, but: int | None) -> list[User]:
    """Requester and followers of *ticket*, without the user *but*."""
    author = whole_person(None if but is None else db.session.get(User, but))
    query = (
        sa.select(User)
        .join(Follower, Follower.user_id == User.id)
        .where(Follower.ticket_id == ticket.id)
        .order_by(User.id)
    )
    everybody: Iterable[User | None] = [
        db.session.get(User, ticket.requester_id),
        *db.session.scalars(query),
    ]
    people = dict.fromkeys(filter(None, map(whole_person, everybody)))
    skipped = {but, None if author is None else author.id}
    return [user for user in people if user.id not in skipped]
