"""What a merge of two customers would do, before it is done."""

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec import Struct

from ...accounts import sessions, tokens
from ...accounts.models import Actor, User
from ...database import db
from ...events import Event
from ...fields import queries as fields
from ...fields.models import About, CustomField
from ...fields.values import Value
from ...tickets.models import Attachment, Message, Ticket
from ...tickets.queries import EVERY_PLACE, visible_to
from .. import policy
from ..models import CustomerNote
from ..parting import merge_of, parting


class Preview(Struct, frozen=True):
    """What becomes the kept one's, and what ends.

    ``filled`` are fields with the values that fill a gap; ``left`` are fields that both have filled
    in, with the kept one's value and the other's, which is left behind.
    """

    tickets: int
    messages: int
    files: int
    notes: int
    tokens: int
    devices: int
    filled: Sequence[tuple[CustomField, Value]]
    left: Sequence[tuple[CustomField, Value, Value]]


def preview(actor: Actor, kept: User, other: User) -> Preview:
    """What making *other* a part of *kept* would do. Raises NotAllowed."""
    policy.require_staff(actor)
    theirs = sa.select(Ticket.id).where(Ticket.requester_id == other.id)
    said = sa.select(Message.id).where(Message.ticket_id.in_(theirs), Message.internal.is_(False))
    values = fields.values(About.CUSTOMER, [kept.id, other.id])
    mine, new = values[kept.id], values[other.id]
    known = [one for one in fields.fields(actor, About.CUSTOMER, active=None) if one.key in new]
    return Preview(
        tickets=_count(theirs),
        messages=_count(said),
        files=_count(sa.select(Attachment.id).where(Attachment.message_id.in_(said))),
        notes=_count(sa.select(CustomerNote.id).where(CustomerNote.user_id == other.id)),
        tokens=len(tokens.tokens_of(other)),
        devices=len(sessions.sessions_of(other)),
        filled=[(one, new[one.key]) for one in known if one.key not in mine],
        left=[
            (one, mine[one.key], new[one.key])
            for one in known
            if one.key in mine and mine[one.key] != new[one.key]
        ],
    )


def would_stay(actor: Actor, other: User) -> Sequence[Ticket]:
    """What stays with the kept one when *other* is taken out again. Raises NotAllowed."""
    policy.require_staff(actor)
    event = merge_of(other)
    ids = () if event is None else parting(event).stayed
    return tickets_named(actor, ids)


def stayed(actor: Actor, batch: str) -> Sequence[int]:
    """The tickets that stayed with the kept one in the deed *batch*, which took people apart."""
    policy.require_staff(actor)
    query = sa.select(Event).where(Event.batch == batch, Event.kind == "customer.unmerged")
    return [id_ for event in db.session.scalars(query) for id_ in event.after["stayed"]]


def tickets_named(actor: Actor, ids: Sequence[int], limit: int = 20) -> Sequence[Ticket]:
    """The first of these tickets, wherever they lie, to tell of them."""
    query = visible_to(actor, EVERY_PLACE).where(Ticket.id.in_(sorted(ids)[:limit]))
    return db.session.scalars(query.order_by(Ticket.id)).all()


def _count(query: sa.Select[int]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
