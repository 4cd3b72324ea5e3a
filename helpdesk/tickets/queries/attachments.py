"""Attachments: reached through the message that they hang on, or by whoever uploaded them."""

from collections.abc import Sequence

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db
from ...errors import NotFound
from ...i18n import gettext as _
from ..models import Attachment, Message, Ticket
from .visibility import EVERY_PLACE, readable_by, visible_to


def attachment(actor: Actor, key: str) -> Attachment:
    """The attachment with this key, of a message that *actor* may read or an upload of theirs.

    Raises NotFound for everything else, a note's file for a customer included.
    """
    readable = (
        sa.select(Message.id)
        .where(Message.ticket_id.in_(visible_to(actor, EVERY_PLACE).with_only_columns(Ticket.id)))
        .where(readable_by(actor))
    )
    query = sa.select(Attachment).where(
        Attachment.key == key,
        sa.or_(Attachment.message_id.in_(readable), _is_own_upload(actor), _is_held(actor)),
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def attachments_from(
    actor: Actor, requester_id: int, *, limit: int, before_id: int = 0
) -> Sequence[sa.Row[Attachment, int]]:
    """Files of a requester's tickets that *actor* may read, newest first, with the ticket's id.

    With *before_id*, those that are older than this attachment.
    """
    tickets = visible_to(actor).where(Ticket.requester_id == requester_id)
    query = (
        sa.select(Attachment, Message.ticket_id)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.ticket_id.in_(tickets.with_only_columns(Ticket.id)), readable_by(actor))
        .order_by(Attachment.id.desc())
        .limit(limit)
    )
    if before_id:
        query = query.where(Attachment.id < before_id)
    return db.session.execute(query).all()


def unclaimed_upload(actor: Actor, key: str) -> Attachment:
    """An upload of *actor* that no message has claimed yet. Raises NotFound."""
    found = db.session.scalar(
        sa.select(Attachment).where(
            Attachment.key == key, _is_own_upload(actor), Attachment.held_reply_id.is_(None)
        )
    )
    if found is None:
        raise NotFound(_("There is no such upload of yours."))
    return found


def known_stored_names(names: Sequence[str]) -> set[str]:
    """Which of the stored files *names* a row names: the rest may be swept."""
    return set(
        db.session.scalars(
            sa.select(Attachment.stored_name).where(Attachment.stored_name.in_(names))
        )
    )


def _is_own_upload(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.id is None:
        return sa.false()
    return sa.and_(Attachment.message_id.is_(None), Attachment.uploader_id == actor.id)


def _is_held(actor: Actor) -> sa.ColumnElement[bool]:
    """Of a reply that has not left yet: for staff alone."""
    return Attachment.held_reply_id.is_not(None) if actor.is_staff else sa.false()
