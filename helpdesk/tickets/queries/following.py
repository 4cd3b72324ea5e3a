"""Who gets a ticket's answers besides its requester."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...accounts.models import Actor, User
from ...database import db
from .. import policy
from ..models import Follower, Ticket


def followers(actor: Actor, ticket: Ticket) -> Sequence[Follower]:
    """The followers of *ticket* by name, their users loaded, in one query; NotAllowed."""
    policy.require(actor, "follow", ticket)
    query = (
        sa.select(Follower)
        .join(Follower.user)
        .where(Follower.ticket_id == ticket.id)
        .options(joinedload(Follower.user))
        .order_by(User.name_folded, User.id)
    )
    return db.session.scalars(query).all()
