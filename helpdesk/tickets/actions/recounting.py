"""What a ticket repeats of its messages: how many, the last words, who spoke when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from ... import markdown
from ...database import db, transaction
from ...events import Event
from ..models import Attachment, AuthorKind, Format, Message, Place, Status, Ticket

LONGEST_EXCERPT = 160
BATCH = 200  # tickets that one transaction counts anew


@dataclass(frozen=True)
class Repeated:
    """The columns of a ticket that follow from its public messages."""

    message_count: int = 0
    file_count: int = 0
    last_words: str = ""
    last_customer_at: datetime | None = None
    last_staff_at: datetime | None = None
    first_answer_at: datetime | None = None


def repeated(ticket: Ticket) -> Repeated:
    """What the messages of *ticket* say, whatever its columns do; in three queries."""
    return _repeated(_public(ticket), ticket)[0]


def _repeated(messages: Sequence[sa.Row[Any]], ticket: Ticket) -> tuple[Repeated, datetime | None]:
    """The same of *messages*, and since when words of the requester have no answer."""
    if not messages:
        return Repeated(), None
    asked, answered = _sides(ticket, messages)
    last = messages[-1]
    found = Repeated(
        message_count=len(messages),
        file_count=sum(message.files for message in messages),
        last_words=_last_words(last.id),
        last_customer_at=asked[-1] if asked else None,
        last_staff_at=answered[-1] if answered else None,
        first_answer_at=answered[0] if answered else None,
    )
    return found, _unanswered(asked, answered)


def recount(ticket: Ticket) -> datetime | None:
    """Let *ticket* repeat what its messages say; since when its requester has no answer.

    Only inside a ``transaction()``.
    """
    found, since = _repeated(_public(ticket), ticket)
    for name, value in vars(found).items():
        setattr(ticket, name, value)
    return since


def wrong_tickets() -> Sequence[int]:
    """The ids of tickets that repeat another number of messages or files than they have."""
    public = (Message.ticket_id == Ticket.id, Message.internal.is_(False))
    messages = sa.select(sa.func.count()).where(*public).correlate(Ticket)
    files = (
        sa.select(sa.func.count())
        .select_from(Attachment)
        .join(Message, Attachment.message_id == Message.id)
        .where(*public)
        .correlate(Ticket)
    )
    differs = sa.or_(
        Ticket.message_count != messages.scalar_subquery(),
        Ticket.file_count != files.scalar_subquery(),
    )
    query = sa.select(Ticket.id).where(Ticket.place != Place.PURGED, differs)
    return db.session.scalars(query.order_by(Ticket.id)).all()


def recount_wrong() -> int:
    """Let those of :func:`wrong_tickets` repeat what their messages say; how many they were."""
    wrong = wrong_tickets()
    for ids in (wrong[start : start + BATCH] for start in range(0, len(wrong), BATCH)):
        with transaction():
            for ticket in db.session.scalars(sa.select(Ticket).where(Ticket.id.in_(ids))):
                recount(ticket)
    return len(wrong)


def unanswered_since(ticket: Ticket) -> datetime | None:
    """Since when words of the requester wait for an answer, going by the messages alone."""
    if ticket.status is not Status.OPEN:
        return None
    return _unanswered(*_sides(ticket, _public(ticket)))


def _unanswered(asked: Sequence[datetime], answered: Sequence[datetime]) -> datetime | None:
    return next((when for when in asked if not answered or when > answered[-1]), None)


def excerpt(body: str, format: Format) -> str:
    """The beginning of *body* on one line, as lists show it: without its markup."""
    if format is Format.MARKDOWN:
        return markdown.excerpt(body, LONGEST_EXCERPT)
    return " ".join(body.split())[:LONGEST_EXCERPT]


def _public(ticket: Ticket) -> Sequence[sa.Row[Any]]:
    return db.session.execute(_public_words(), {"ticket_id": ticket.id}).all()


@cache
def _public_words() -> sa.Select[Any]:
    files = (
        sa.select(sa.func.count())
        .where(Attachment.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    return (
        sa.select(Message.id, Message.author_kind, Message.created_at, files.label("files"))
        .where(Message.ticket_id == sa.bindparam("ticket_id"), Message.internal.is_(False))
        .order_by(Message.created_at, Message.id)
    )


def _sides(
    ticket: Ticket, messages: Sequence[sa.Row[Any]]
) -> tuple[list[datetime], list[datetime]]:
    """When the requester spoke, and when staff did.

    What a ticket began with is the requester's, whoever wrote it down for them: so are the
    beginnings of those that were merged into it.
    """
    openings = {messages[0].id, *_openings(ticket)} if messages else set()
    is_answer = [
        message.author_kind is AuthorKind.ADMIN and message.id not in openings
        for message in messages
    ]
    pairs = list(zip(messages, is_answer, strict=True))
    return (
        [message.created_at for message, answers in pairs if not answers],
        [message.created_at for message, answers in pairs if answers],
    )


def _openings(ticket: Ticket) -> Sequence[int]:
    return db.session.scalars(_beginnings(), {"ticket_id": ticket.id}).all()


@cache
def _beginnings() -> sa.Select[int]:
    asked: Any = sa.bindparam("ticket_id")
    merged = sa.select(Ticket.id).where(Ticket.id == asked).cte("merged", recursive=True)
    merged = merged.union(sa.select(Ticket.id).where(Ticket.merged_into_id == merged.c.id))
    return sa.select(Event.after["message_id"].as_integer()).where(
        Event.kind == "ticket.opened", Event.ticket_id.in_(sa.select(merged.c.id))
    )


def _last_words(message_id: int) -> str:
    body, format = db.session.execute(_words(), {"message_id": message_id}).one()
    return excerpt(body, format)


@cache
def _words() -> sa.Select[str, Format]:
    asked: Any = sa.bindparam("message_id")
    return sa.select(Message.body, Message.format).where(Message.id == asked)
