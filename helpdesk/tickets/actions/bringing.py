"""Bringing tickets along from another program, with the times that they had there.

It is the past: nobody is mailed, told or marked, no reply opens anything again, and the events of
it belong to no deed. Everything here runs inside the caller's ``transaction()``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from ...accounts import confirming
from ...accounts.models import DESK, Actor, User
from ...database import db, insert, save
from ...events import recall
from ...text import Fields
from .. import policy
from ..models import SOLVED, AuthorKind, Format, Message, Place, Priority, Status, Ticket
from . import custom
from .attachments import Kept, attach
from .changes import LONGEST_SUBJECT
from .checking import check_categories, clean_tags
from .recounting import excerpt, recount
from .setting import tags_named
from .writing import LONGEST_BODY


@dataclass(frozen=True, kw_only=True)
class OldWords:
    """A message or note. *author* None: the shop's, and nobody knows whose."""

    body: str
    at: datetime
    author: User | None
    kind: AuthorKind
    internal: bool = False
    files: Sequence[Kept] = ()


@dataclass(frozen=True, kw_only=True)
class OldTicket:
    """What a ticket was elsewhere, but for its words."""

    subject: str
    requester: User
    priority: Priority = Priority.NORMAL
    category_id: int | None = None
    subcategory_id: int | None = None
    assignee_id: int | None = None
    tags: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)  # custom ones, by key


def bring(actor: Actor, old: OldTicket, opening: OldWords) -> tuple[Ticket, Message]:
    """A ticket with its first words. Raises NotAllowed; Invalid with every bad field.

    Settle it once it has all of its words.
    """
    policy.require(actor, "bring")
    fields = Fields()
    subject = fields.line("subject", old.subject, LONGEST_SUBJECT)
    body = fields.block("message", opening.body, LONGEST_BODY, required=not opening.files)
    tags = clean_tags(old.tags, fields)
    check_categories(old.category_id, old.subcategory_id, fields)
    filled = custom.for_opening(DESK, old.fields, fields)
    fields.raise_if_any()
    public = not opening.internal
    confirming.doubt(old.requester)  # who has signed up with their address must not see it
    ticket = insert(
        Ticket,
        subject=subject,
        description=body if public else subject,
        requester_id=old.requester.id,
        requester_kind=AuthorKind(old.requester.kind),
        assignee_id=old.assignee_id,
        status=Status.OPEN,
        priority=old.priority,
        category_id=old.category_id,
        subcategory_id=old.subcategory_id,
        version=2,  # as of one that is opened here
        message_count=int(public),
        file_count=len(opening.files) if public else 0,
        last_words=excerpt(body, Format.TEXT) if public else "",
        created_by_kind=opening.kind,
        created_at=opening.at,
        modified_by_kind=opening.kind,
        modified_at=opening.at,
        last_customer_at=opening.at,
        waiting_since=opening.at,
    )
    if tags:
        ticket.tags = tags_named(tags)
    for key, value in filled.items():
        custom.put(ticket, custom.PREFIX + key, value)
    message = _message(ticket, opening, body)
    _tell("ticket.opened", ticket, message)
    return ticket, message


def bring_words(actor: Actor, ticket: Ticket, words: OldWords) -> Message:
    """Words that *ticket* had besides, whatever its status. Raises NotAllowed, Invalid."""
    policy.require(actor, "bring", ticket)
    fields = Fields()
    body = fields.block("message", words.body, LONGEST_BODY, required=not words.files)
    fields.raise_if_any()
    message = _message(ticket, words, body)
    ticket.version += 1
    if not words.internal and words.at >= ticket.modified_at:
        ticket.modified_by_kind, ticket.modified_at = words.kind, words.at
    _tell("ticket.noted" if words.internal else "ticket.replied", ticket, message)
    return message


def settle(
    actor: Actor,
    ticket: Ticket,
    status: Status | None = None,
    *,
    solved_at: datetime | None = None,
    spam_since: datetime | None = None,
) -> None:
    """Let *ticket* be what its words make of it, with *status*.

    Without one it is open while its requester waits for an answer, else pending. Where it lies
    stays as it is, unless it was spam.
    """
    policy.require(actor, "bring", ticket)
    db.session.flush()
    since = recount(ticket)
    ticket.status = status or (Status.PENDING if since is None else Status.OPEN)
    ticket.waiting_since = since if ticket.status is Status.OPEN else None
    ticket.resolved_at = (solved_at or ticket.modified_at) if ticket.status in SOLVED else None
    if spam_since is not None:
        ticket.place, ticket.placed_at = Place.SPAM, spam_since
    save(ticket)


def _message(ticket: Ticket, words: OldWords, body: str) -> Message:
    if words.author is not None:
        confirming.doubt(words.author)
    message = insert(
        Message,
        ticket_id=ticket.id,
        author_id=None if words.author is None else words.author.id,
        author_kind=words.kind,
        internal=words.internal,
        body=body,
        format=Format.TEXT,
        created_at=words.at,
        modified_by_kind=words.kind,
        modified_at=words.at,
    )
    set_committed_value(message, "attachments", [])  # nothing hangs on it yet
    if words.files:
        attach(words.author or ticket.requester, message, words.files)
        for row in message.attachments:
            row.created_at = words.at
            row.uploader_id = message.author_id
    return message


def _tell(kind: str, ticket: Ticket, message: Message) -> None:
    recall(
        kind,
        at=message.created_at,
        actor_id=message.author_id,
        ticket_id=ticket.id,
        after={"message_id": message.id},
    )
