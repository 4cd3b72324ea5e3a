"""What the pages of one ticket show of it: columns, in statements that are made once.

``ticket_id`` is the ticket, ``reader_id`` who asks. All but :func:`ticket` take the ticket for one
that whoever asks may see: what they find of a ticket that it doesn't give is nobody's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ...accounts.models import STAFF, Role, User, initials_of
from ...database import Prepared, Row, sql
from ..models import (
    Attachment,
    AuthorKind,
    Category,
    Follower,
    Format,
    Message,
    Place,
    Priority,
    Status,
    Tag,
    Ticket,
    ref_of,
    ticket_tags,
)
from .reading import is_unread
from .visibility import AnyReader, readable_by, visible_one

TICKET_ID: Any = sa.bindparam("ticket_id", type_=sa.Integer)


class OpenTicket(Row, frozen=True):
    """A ticket with its people, categories and tags."""

    id: int
    subject: str
    description: str
    requester_id: int
    assignee_id: int | None
    status: Status
    priority: Priority
    category_id: int | None
    subcategory_id: int | None
    last_words: str
    file_count: int
    created_at: datetime
    modified_at: datetime
    waiting_since: datetime | None
    place: Place
    placed_at: datetime | None
    merged_into_id: int | None
    requester_name: str
    requester_email: str
    requester_role: Role
    requester_disabled_at: datetime | None
    requester_created_at: datetime
    company_id: int | None
    assignee_name: str | None
    category_name: str | None
    subcategory_name: str | None
    tag_names: list[str]
    is_unread: bool

    @property
    def ref(self) -> str:
        return ref_of(self.id)

    @property
    def category_words(self) -> str:
        """``Lamps / Desk lamps``; nothing where there is no category."""
        return " / ".join(name for name in (self.category_name, self.subcategory_name) if name)


@cache
def ticket(is_staff: bool) -> Prepared:
    """The ticket, as :func:`.visibility.get` gives it; no row where it isn't there for whoever
    asks. For staff also whether it is unread, by ``news_since``."""
    reader = AnyReader(is_staff)
    requester, assignee = aliased(User), aliased(User)
    top, sub = aliased(Category), aliased(Category)
    tags = (
        sa.select(Tag.name)
        .join(ticket_tags, ticket_tags.c.tag_id == Tag.id)
        .where(ticket_tags.c.ticket_id == Ticket.id)
        .order_by(Tag.name)
        .correlate(Ticket)
        .subquery()
    )
    names = sa.select(sql.json_group_array(tags.c.name)).select_from(tags).scalar_subquery()
    query = (
        visible_one(reader, TICKET_ID)
        .join(requester, requester.id == Ticket.requester_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
        .outerjoin(top, top.id == Ticket.category_id)
        .outerjoin(sub, sub.id == Ticket.subcategory_id)
    )
    known: dict[str, Any] = {
        "requester_name": requester.name,
        "requester_email": requester.email,
        "requester_role": requester.role,
        "requester_disabled_at": requester.disabled_at,
        "requester_created_at": requester.created_at,
        "company_id": requester.company_id,
        "assignee_name": assignee.name,
        "category_name": top.name,
        "subcategory_name": sub.name,
        "tag_names": sa.type_coerce(names, sa.JSON),
        "is_unread": is_unread(reader) if is_staff else sa.false(),
    }
    columns = (
        known[name].label(name) if name in known else getattr(Ticket, name)
        for name in OpenTicket.__struct_fields__
    )
    return Prepared(query.with_only_columns(*columns), into=OpenTicket)


class File(Row, frozen=True):
    """An attachment of a message, of a reply that is about to leave, or of a draft."""

    key: str
    file_name: str
    size: int  # bytes
    content_type: str


class FileOf(File, frozen=True):
    """The same with the message, or the reply, that it hangs on."""

    of: int


class Said(Row, frozen=True):
    """A message or a note."""

    id: int
    author_id: int | None
    author_kind: AuthorKind
    internal: bool
    body: str
    format: Format
    created_at: datetime
    author_name: str | None
    author_email: str | None
    author_role: Role | None

    @property
    def is_by_staff(self) -> bool:
        if self.author_role is None:
            return self.author_kind is AuthorKind.ADMIN
        return self.author_role in STAFF

    @property
    def initials(self) -> str:
        return initials_of(self.author_name or "")


def of_messages(query: Any, message_id: Any, *, is_staff: bool) -> Any:
    """*query*, of what hangs on messages by *message_id*, for those of the ticket that whoever asks
    may read. A join: for a list SQLite makes a table each time."""
    readable = Message.ticket_id == TICKET_ID, readable_by(AnyReader(is_staff))
    return query.join(Message, Message.id == message_id).where(*readable)


@cache
def conversation(is_staff: bool) -> Prepared:
    """The messages, oldest first; notes are for staff only."""
    columns = (
        Message.id,
        Message.author_id,
        Message.author_kind,
        Message.internal,
        Message.body,
        Message.format,
        Message.created_at,
        User.name.label("author_name"),
        User.email.label("author_email"),
        User.role.label("author_role"),
    )
    query = (
        sa.select(*columns)
        .outerjoin(User, User.id == Message.author_id)
        .where(Message.ticket_id == TICKET_ID, readable_by(AnyReader(is_staff)))
        .order_by(Message.created_at, Message.id)
    )
    return Prepared(query, into=Said)


FILE = (Attachment.key, Attachment.file_name, Attachment.size, Attachment.content_type)


@cache
def files(is_staff: bool) -> Prepared:
    """The files of these messages."""
    query = sa.select(*FILE, Attachment.message_id.label("of")).order_by(Attachment.id)
    return Prepared(of_messages(query, Attachment.message_id, is_staff=is_staff), into=FileOf)


def by_what(files: Sequence[FileOf]) -> Mapping[int, Sequence[File]]:
    """*files* by what they hang on."""
    found: dict[int, list[File]] = {}
    for file in files:
        found.setdefault(file.of, []).append(file)
    return found


class Following(Row, frozen=True):
    """A follower."""

    user_id: int
    name: str
    email: str
    disabled_at: datetime | None


FOLLOWERS = Prepared(
    sa.select(Follower.user_id, User.name, User.email, User.disabled_at)
    .join(Follower.user)
    .where(Follower.ticket_id == TICKET_ID)
    .order_by(User.name_folded, User.id),
    into=Following,
)
