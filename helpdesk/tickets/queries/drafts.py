"""Drafts and held replies: the first for their writer alone, the second for staff."""

from collections.abc import Sequence, Set

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from ...accounts.models import User
from ...database import Prepared, db, until_written
from ...database.reading import columns
from .. import policy
from ..models import Attachment, Draft, HeldReply, Message, Ticket


def draft_of(actor: User, ticket_id: int) -> Draft | None:
    """What *actor* is writing on this ticket; nobody's but their own."""
    return db.session.scalar(
        sa.select(Draft).where(
            Draft.ticket_id == ticket_id, Draft.user_id == actor.id, Draft.discarded_at.is_(None)
        )
    )


def draft_files(draft: Draft) -> Sequence[Attachment]:
    """The files that wait with *draft*, in the order in which they came."""
    query = sa.select(Attachment).where(Attachment.draft_id == draft.id)
    return db.session.scalars(query.order_by(Attachment.id)).all()


def drafted(actor: User, ticket_ids: Sequence[int]) -> Set[int]:
    """On which of these tickets *actor* has begun to write."""
    if not ticket_ids:
        return set()
    return until_written(("drafts", actor.id), lambda: _drafts_of(actor)).intersection(ticket_ids)


def _drafts_of(actor: User) -> frozenset[int]:
    """Of all that somebody has begun, which is little: so that any list may ask."""
    return frozenset(columns(_drafted, user_id=actor.id)[0])


_drafted = Prepared(
    sa.select(Draft.ticket_id).where(
        Draft.user_id == sa.bindparam("user_id"), Draft.discarded_at.is_(None)
    )
)


def is_said(actor: User, ticket: Ticket, words: str) -> bool:
    """Whether *actor* has just said these words on *ticket*: in a reply that is about to leave, or
    in the last message there."""
    words = words.replace("\r\n", "\n").strip()
    held = sa.select(HeldReply.body).where(
        HeldReply.ticket_id == ticket.id, HeldReply.author_id == actor.id
    )
    last = sa.select(Message.body, Message.author_id).where(Message.ticket_id == ticket.id)
    newest = db.session.execute(last.order_by(Message.id.desc()).limit(1)).first()
    is_last = newest is not None and newest.author_id == actor.id and newest.body == words
    return is_last or words in db.session.scalars(held)


def held_on(actor: User, ticket: Ticket) -> Sequence[HeldReply]:
    """The replies on *ticket* that have not left yet, first to leave first. Raises NotAllowed."""
    policy.require(actor, "note", ticket)
    query = (
        sa.select(HeldReply)
        .where(HeldReply.ticket_id == ticket.id)
        .options(joinedload(HeldReply.author), selectinload(HeldReply.attachments))
        .order_by(HeldReply.leaves_at, HeldReply.id)
    )
    return db.session.scalars(query).all()
