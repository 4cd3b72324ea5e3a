"""The tags of tickets beside what lists are ordered by: a tag's newest come off an index.

Triggers keep the table, in the writing transaction (migration 0007; ``helpdesk doctor`` compares).
A ticket without tags costs them a look. Place and status are the ticket's own, too.
"""

from typing import Any

import sqlalchemy as sa

from ..database import Base, db
from .models import LAST_WORDS_AT, URGENT_FIRST, WAITING_FIRST, Ticket, ticket_tags

NEWEST = "ix_tickets_tagged_newest"
_ORDERS = {  # the keys of lists (queries/filters.py: Sort), by the name of the order
    "newest": "created_at",
    "activity": "last_words_at",
    "waiting": "waiting_first",
    "priority": "urgent_first",
}
TAGGED = sa.Table(
    "tickets_tagged",
    Base.metadata,
    sa.Column("ticket_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tag_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("place", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    *(sa.Column(key, sa.BigInteger, nullable=False) for key in _ORDERS.values()),
    *(
        sa.Index(f"ix_tickets_tagged_{order}", "tag_id", "place", "status", key, "ticket_id")
        for order, key in _ORDERS.items()
    ),
    sqlite_with_rowid=False,
)
TRIGGERS = (
    "tickets_tagged_insert",
    "tickets_tagged_delete",
    "tickets_tagged_update",
    "tickets_tagged_moved",
)


def key_of(order: str) -> sa.Column[int]:
    """What lists in this *order* are ordered by."""
    found: sa.Column[int] = TAGGED.c[_ORDERS[order]]
    return found


def index_of(order: str) -> str:
    return f"ix_tickets_tagged_{order}"


def is_wrong() -> bool:
    """Whether the table says anything else than the tickets and their tags."""
    kept, known = sa.select(*TAGGED.c), _known()
    return any(
        db.session.execute(sa.except_(one, other).limit(1)).first() is not None
        for one, other in ((kept, known), (known, kept))
    )


def make_anew() -> None:
    """Make the table from the tickets and their tags. Only inside a ``transaction()``."""
    db.session.execute(sa.delete(TAGGED))
    db.session.execute(sa.insert(TAGGED).from_select(TAGGED.c.keys(), _known()))


def _known() -> sa.Select[Any]:
    keys = (LAST_WORDS_AT, WAITING_FIRST, URGENT_FIRST)
    return (
        sa.select(
            ticket_tags.c.ticket_id,
            ticket_tags.c.tag_id,
            sa.type_coerce(Ticket.place, sa.String),
            sa.type_coerce(Ticket.status, sa.String),
            sa.type_coerce(Ticket.created_at, sa.BigInteger),
            *(sa.literal_column(key, sa.BigInteger) for key in keys),
        )
        .join(Ticket, Ticket.id == ticket_tags.c.ticket_id)
        .select_from(ticket_tags)
    )
