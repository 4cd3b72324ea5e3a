"""What the page of one ticket shows to staff besides its words: see opened.py."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ...accounts.models import User, initials_of
from ...database import Prepared, Row, sql
from ...events import Event
from ..models import (
    Attachment,
    Category,
    Draft,
    Format,
    HeldReply,
    MessageKind,
    Ticket,
)
from .linked import linked_to
from .opened import FILE, TICKET_ID, File, FileOf
from .visibility import AnyReader, visible_to

MOST_OTHERS = 5  # tickets of the requester


class Happened(Row, frozen=True):
    """An event with the names of who did it, and of whom or what it is about."""

    id: int
    kind: str
    ticket_id: int
    actor_id: int | None
    before: Any
    after: Any
    created_at: datetime
    batch: str | None
    undoes: str | None
    who: str | None  # None: the desk itself
    name_before: str | None
    name_after: str | None


_PEOPLE = ("ticket.requester", "ticket.followed", "ticket.unfollowed")
_CATEGORIES = ("ticket.category", "ticket.subcategory")


def _name(side: Any) -> sa.ColumnElement[Any]:
    """What is called so that *side* of an event names by its id."""
    number = sql.json_number(side)

    def called(model: Any, id_: Any) -> sa.ScalarSelect[str]:
        one = aliased(model)
        return sa.select(one.name).where(one.id == id_).scalar_subquery()

    return sa.case(
        (Event.kind == "ticket.assignee", called(User, number)),
        (Event.kind.in_(_PEOPLE), called(User, side["id"].as_integer())),
        (Event.kind.in_(_CATEGORIES), called(Category, number)),
    )


# For staff alone: what happened, oldest first.
EVENTS = Prepared(
    sa.select(
        Event.id,
        Event.kind,
        Event.ticket_id,
        Event.actor_id,
        Event.before,
        Event.after,
        Event.created_at,
        Event.batch,
        Event.undoes,
        User.name.label("who"),
        _name(Event.before).label("name_before"),
        _name(Event.after).label("name_after"),
    )
    .outerjoin(User, User.id == Event.actor_id)
    .where(Event.ticket_id == TICKET_ID)
    .order_by(Event.id),
    into=Happened,
)
# Which of these deeds undo another one, and which; which of them were undone. Joins: for a list
# SQLite makes a table each time.
_here = aliased(Event)
UNDOING = Prepared(
    sa.select(Event.batch, Event.undoes)
    .join(_here, _here.batch == Event.batch)
    .where(_here.ticket_id == TICKET_ID, Event.undoes.is_not(None))
)
UNDONE = Prepared(
    sa.select(Event.undoes)
    .join(_here, _here.batch == Event.undoes)
    .where(_here.ticket_id == TICKET_ID)
)


class OpenDraft(Row, frozen=True):
    """What whoever asks is writing."""

    kind: MessageKind
    body: str
    choices: dict[str, str]


_is_theirs = (
    Draft.ticket_id == TICKET_ID,
    Draft.user_id == sa.bindparam("reader_id"),
    Draft.discarded_at.is_(None),
)
DRAFT = Prepared(
    sa.select(Draft.kind, Draft.body, Draft.choices).where(*_is_theirs), into=OpenDraft
)
DRAFT_FILES = Prepared(
    sa.select(*FILE)
    .join(Draft, Draft.id == Attachment.draft_id)
    .where(*_is_theirs)
    .order_by(Attachment.id),
    into=File,
)


class HeldWords(Row, frozen=True):
    """A reply that is about to leave; *batch* is the name by which it is called back."""

    id: int
    author_id: int
    author_name: str
    body: str
    format: Format
    choices: dict[str, Any]
    leaves_at: datetime

    @property
    def initials(self) -> str:
        return initials_of(self.author_name)


HELD = Prepared(
    sa.select(
        HeldReply.id,
        HeldReply.author_id,
        User.name.label("author_name"),
        HeldReply.body,
        HeldReply.format,
        HeldReply.choices,
        HeldReply.leaves_at,
    )
    .join(HeldReply.author)
    .where(HeldReply.ticket_id == TICKET_ID)
    .order_by(HeldReply.leaves_at, HeldReply.id),
    into=HeldWords,
)
HELD_FILES = Prepared(
    sa.select(*FILE, Attachment.held_reply_id.label("of"))
    .join(HeldReply, HeldReply.id == Attachment.held_reply_id)
    .where(HeldReply.ticket_id == TICKET_ID)
    .order_by(Attachment.id),
    into=FileOf,
)
LINKED = Prepared(
    linked_to(AnyReader(True), TICKET_ID).with_only_columns(
        Ticket.id, Ticket.subject, Ticket.status, Ticket.place
    )
)
_this = aliased(Ticket)
OTHERS = Prepared(
    visible_to(AnyReader(True))
    .where(
        Ticket.requester_id
        == sa.select(_this.requester_id).where(_this.id == TICKET_ID).scalar_subquery(),
        Ticket.id != TICKET_ID,
    )
    .with_only_columns(Ticket.id, Ticket.subject, Ticket.status, Ticket.created_at)
    .with_hint(Ticket, "INDEXED BY ix_tickets_requester_newest", "sqlite")
    .order_by(Ticket.created_at.desc(), Ticket.id.desc())
    .limit(MOST_OTHERS)
)
