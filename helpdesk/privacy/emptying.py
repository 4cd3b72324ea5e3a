"""Tickets of somebody who is erased: they are still counted, and have no words any more.

Whatever was said in them was said to this person or about them, by whomever.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Role
from ..database import Base, db
from ..events import Event
from ..fields.models import FieldValue
from ..mail.models import MailThread, RequestLink
from ..tickets.models import (
    Attachment,
    AuthorKind,
    Draft,
    Format,
    HeldReply,
    Message,
    MessageKind,
    Place,
    Priority,
    Status,
    Ticket,
)

ERASED = "Erased"  # what stands where words stood
_WORDS: Sequence[type[StrEnum]] = (Status, Priority, Place, MessageKind, Format, Role, AuthorKind)
_HARMLESS = {member.value for one in _WORDS for member in one}


def empty_tickets(ids: Collection[int]) -> list[str]:
    """Take all words and files out of these tickets; the stored names of the files."""
    messages = sa.select(Message.id).where(Message.ticket_id.in_(ids))
    names = _drop_attachments(messages, ids)
    _change(
        sa.update(Message).where(Message.ticket_id.in_(ids)).values(body=ERASED, format=Format.TEXT)
    )
    for column in (
        Draft.ticket_id,
        HeldReply.ticket_id,
        FieldValue.ticket_id,
        MailThread.ticket_id,
        RequestLink.ticket_id,
    ):
        _change(sa.delete(column.table).where(column.in_(ids)))
    _change(
        sa.update(Ticket)
        .where(Ticket.id.in_(ids), Ticket.place != Place.PURGED)
        .values(
            subject=ERASED,
            description=ERASED,
            last_words=ERASED,
            file_count=0,
            version=Ticket.version + 1,
        )
    )
    blank_events(Event.ticket_id.in_(ids))
    keys = Base.metadata.tables["idempotency_keys"]  # of a room above this one
    batches = sa.select(Event.batch).where(Event.ticket_id.in_(ids), Event.batch.is_not(None))
    _change(sa.delete(keys).where(keys.c.batch.in_(batches)))
    return names


def empty_messages(author_ids: Sequence[int]) -> list[str]:
    """Take the words out of what they wrote elsewhere as customers; the names of the files."""
    theirs = sa.and_(Message.author_id.in_(author_ids), Message.author_kind != AuthorKind.ADMIN)
    messages = sa.select(Message.id).where(theirs)
    names = _drop_attachments(messages, ())
    touched = sa.select(Message.ticket_id).where(theirs)
    others = sa.update(Ticket).where(Ticket.id.in_(touched), Ticket.subject != ERASED)
    _change(others.values(file_count=_files_of_ticket()))
    _change(others.where(_last_message().in_(messages)).values(last_words=ERASED))
    began = sa.select(Ticket.id).where(Ticket.id.in_(touched), _opening().in_(messages))
    opened = list(db.session.scalars(began))
    _change(others.where(Ticket.id.in_(opened)).values(subject=ERASED, description=ERASED))
    blank_events(sa.and_(Event.ticket_id.in_(opened), Event.kind == "ticket.subject"))
    _change(sa.update(Message).where(theirs).values(body=ERASED, format=Format.TEXT))
    return names


def drop_drafts(author_ids: Sequence[int]) -> list[str]:
    """Delete what they had written and not sent; the stored names of its files."""
    drafts = sa.select(Draft.id).where(Draft.user_id.in_(author_ids))
    theirs = sa.delete(Attachment).where(Attachment.draft_id.in_(drafts))
    names = list(db.session.scalars(theirs.returning(Attachment.stored_name)))
    _change(sa.delete(Draft).where(Draft.user_id.in_(author_ids)))
    return names


def blank_events(which: sa.ColumnElement[bool]) -> None:
    """Let these events still say what happened, but no words. Only while *blanking*."""
    query = sa.select(Event.id, Event.before, Event.after, Event.kept).where(which)
    for row in db.session.execute(query.order_by(Event.id)).all():
        said = row.before, row.after, row.kept
        blank = tuple(map(_blank, said))
        if blank != said:
            before, after, kept = blank
            change = sa.update(Event).where(Event.id == row.id)
            _change(change.values(before=before, after=after, kept=kept))


def _blank(value: Any) -> Any:
    """*value* without words of people: numbers stay, and words that are the program's."""
    if isinstance(value, str):
        return value if value in _HARMLESS else None
    if isinstance(value, dict):
        return {key: item if key == "key" else _blank(item) for key, item in value.items()}
    if isinstance(value, list):
        blank = [_blank(item) for item in value]
        return None if blank != value and not any(map(_is_filled, blank)) else blank
    return value


def _is_filled(value: Any) -> bool:
    return value is not None


def _drop_attachments(messages: sa.Select[int], ticket_ids: Collection[int]) -> list[str]:
    drafts = sa.select(Draft.id).where(Draft.ticket_id.in_(ticket_ids))
    held = sa.select(HeldReply.id).where(HeldReply.ticket_id.in_(ticket_ids))
    which = sa.or_(
        Attachment.message_id.in_(messages),
        Attachment.draft_id.in_(drafts),
        Attachment.held_reply_id.in_(held),
    )
    found = db.session.scalars(sa.delete(Attachment).where(which).returning(Attachment.stored_name))
    return list(found)


def _files_of_ticket() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.ticket_id == Ticket.id, Message.internal.is_(False))
        .correlate(Ticket)
        .scalar_subquery()
    )


def _last_message() -> sa.ScalarSelect[int]:
    return _public(Message.created_at.desc(), Message.id.desc())


def _opening() -> sa.SQLColumnExpression[int]:
    """What a ticket began with, whoever it belongs to now: its subject and description are of it.

    One that was split off another one says by no event what that was.
    """
    opened = (
        sa.select(Event.after["message_id"].as_integer())
        .where(Event.kind == "ticket.opened", Event.ticket_id == Ticket.id)
        .correlate(Ticket)
        .limit(1)
        .scalar_subquery()
    )
    return sa.func.coalesce(opened, _public(Message.created_at, Message.id))


def _public(*order: sa.SQLColumnExpression[Any]) -> sa.ScalarSelect[int]:
    return (
        sa.select(Message.id)
        .where(Message.ticket_id == Ticket.id, Message.internal.is_(False))
        .order_by(*order)
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _change(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
