"""The tables of the tickets, and behaviour that needs only the row."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Base, Instant, one_of


class Status(StrEnum):
    """Whose turn it is."""

    OPEN = "open"  # ours to answer
    PENDING = "pending"  # waiting for the customer
    RESOLVED = "resolved"
    CLOSED = "closed"


SOLVED = (Status.RESOLVED, Status.CLOSED)


class Priority(StrEnum):
    """How much it matters to the shop; a customer never sees it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Place(StrEnum):
    """Where a ticket lies. Its requester isn't told: in the bin it is gone for them."""

    INBOX = "inbox"  # with all the others, whatever its status
    SPAM = "spam"
    BIN = "bin"  # deleted, for 30 days to be had back
    MERGED = "merged"  # its words are another ticket's now
    PURGED = "purged"  # deleted for good: an empty row, so that its number is never given again


class Format(StrEnum):
    """How the words of a message are written."""

    TEXT = "text"  # shown as they stand
    MARKDOWN = "markdown"


class AuthorKind(StrEnum):
    """The ``senderType`` of API.md: what the author was when they wrote."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    ADMIN = "admin"


class Category(Base):
    """What a ticket is about, in two levels."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("categories.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    is_active: Mapped[bool] = mapped_column(default=True)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(sa.String(16))  # a role's name (API.md)
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_by: Mapped[str] = mapped_column(sa.String(16))
    modified_at: Mapped[datetime] = mapped_column(Instant)


class Tag(Base):
    """A word that staff hang on tickets, kept in lower case."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)


ticket_tags = sa.Table(
    "ticket_tags",
    Base.metadata,
    sa.Column("ticket_id", sa.ForeignKey("tickets.id"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tags.id"), primary_key=True, index=True),
)


# The orders of lists as numbers, small ones first or last (queries/listing.py). A query must say
# them as their indexes do, to the letter: no bound value in them.
LAST_WORDS_AT = (
    "CASE WHEN coalesce(last_customer_at, 0) >= coalesce(last_staff_at, 0)"
    " THEN coalesce(last_customer_at, 0) ELSE coalesce(last_staff_at, 0) END"
)
WAITING_FIRST = "coalesce(waiting_since, 1099511627776)"  # 2**40 seconds: after every real moment
URGENCY = 2**41  # from one priority to the next
URGENT_FIRST = (
    "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END"
    f" * {URGENCY} + {WAITING_FIRST}"
)


class Ticket(Base):
    """A request and its conversation.

    ``last_words`` and ``file_count`` repeat what the public messages say, so that a list needs no
    second look; notes never go into them.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        # Every list is read in the order of one of these (queries/orders.py).
        # This one has what lists are filtered by, too, so that rows needn't be read for that.
        sa.Index(
            "ix_tickets_newest",
            "place",
            "status",
            "created_at",
            "id",
            "priority",
            "assignee_id",
            "requester_id",
            "requester_kind",
            "category_id",
            "subcategory_id",
            "waiting_since",
            "last_customer_at",
            "last_staff_at",
            "first_answer_at",
            "resolved_at",
            "file_count",
        ),
        sa.Index("ix_tickets_last_words", "place", "status", sa.text(LAST_WORDS_AT), "id"),
        sa.Index("ix_tickets_waiting", "place", "status", sa.text(WAITING_FIRST), "id"),
        sa.Index("ix_tickets_urgent", "place", "status", sa.text(URGENT_FIRST), "id"),
        sa.Index(
            "ix_tickets_assignee_newest", "assignee_id", "place", "status", "created_at", "id"
        ),
        sa.Index(
            "ix_tickets_assignee_last_words",
            "assignee_id",
            "place",
            "status",
            sa.text(LAST_WORDS_AT),
            "id",
        ),
        sa.Index(
            "ix_tickets_assignee_waiting",
            "assignee_id",
            "place",
            "status",
            sa.text(WAITING_FIRST),
            "id",
        ),
        sa.Index("ix_tickets_category", "category_id", "place", "status", "created_at", "id"),
        sa.Index(
            "ix_tickets_category_last_words",
            "category_id",
            "place",
            "status",
            sa.text(LAST_WORDS_AT),
            "id",
        ),
        # Of one requester they are few enough to be read whatever their place and status.
        sa.Index(
            "ix_tickets_requester_newest", "requester_id", "created_at", "id", "place", "status"
        ),
        sa.Index(
            "ix_tickets_requester_last_words",
            "requester_id",
            sa.text(LAST_WORDS_AT),
            "id",
            "place",
            "status",
        ),
        sa.Index("ix_tickets_place", "place", "placed_at", "id"),
        sa.Index("ix_tickets_merged_into", "merged_into_id"),
        # Reports read these two alone, never the rows.
        sa.Index(
            "ix_tickets_opened",
            "place",
            "created_at",
            "first_answer_at",
            "resolved_at",
            "created_by_kind",
            "requester_kind",
            "status",
            "category_id",
            "subcategory_id",
            "assignee_id",
        ),
        sa.Index(
            "ix_tickets_solved",
            "place",
            "resolved_at",
            "created_at",
            "requester_kind",
            "category_id",
            "subcategory_id",
            "assignee_id",
        ),
        {"sqlite_autoincrement": True},  # a number that a customer was told is never given again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(250))
    description: Mapped[str] = mapped_column(sa.Text)
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    requester_kind: Mapped[AuthorKind] = mapped_column(one_of(AuthorKind))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    status: Mapped[Status] = mapped_column(one_of(Status), default=Status.OPEN)
    priority: Mapped[Priority] = mapped_column(one_of(Priority), default=Priority.NORMAL)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("categories.id"))
    subcategory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("categories.id"))
    version: Mapped[int] = mapped_column(default=1)
    message_count: Mapped[int] = mapped_column(default=0)  # public ones
    file_count: Mapped[int] = mapped_column(default=0)  # of public messages
    last_words: Mapped[str] = mapped_column(sa.String(160), default="")
    created_by_kind: Mapped[AuthorKind] = mapped_column(one_of(AuthorKind))
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_by_kind: Mapped[AuthorKind] = mapped_column(one_of(AuthorKind))
    modified_at: Mapped[datetime] = mapped_column(Instant)
    last_customer_at: Mapped[datetime | None] = mapped_column(Instant)
    last_staff_at: Mapped[datetime | None] = mapped_column(Instant)
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)  # for an answer of ours
    first_answer_at: Mapped[datetime | None] = mapped_column(Instant)  # of staff, in public
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)  # while resolved or closed
    place: Mapped[Place] = mapped_column(one_of(Place), default=Place.INBOX)
    placed_at: Mapped[datetime | None] = mapped_column(Instant)  # when it left the inbox
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))

    requester: Mapped[User] = relationship(foreign_keys=requester_id)
    assignee: Mapped[User | None] = relationship(foreign_keys=assignee_id)
    category: Mapped[Category | None] = relationship(foreign_keys=category_id)
    subcategory: Mapped[Category | None] = relationship(foreign_keys=subcategory_id)
    tags: Mapped[list[Tag]] = relationship(secondary=ticket_tags, order_by=Tag.name)

    @property
    def ref(self) -> str:
        return ref_of(self.id)

    @property
    def tag_names(self) -> list[str]:
        return [tag.name for tag in self.tags]


def ref_of(ticket_id: int) -> str:
    """The number that people quote: ``TKT`` and the id (API.md)."""
    return f"TKT{ticket_id}"


class Message(Base):
    """Words of a ticket: a public message, or a note (``internal``) that only staff may see."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.Index("ix_messages_ticket", "ticket_id", "created_at", "id"),
        sa.Index(  # for reports: who answered when
            "ix_messages_answers",
            "author_kind",
            "internal",
            "created_at",
            "author_id",
            "ticket_id",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    author_kind: Mapped[AuthorKind] = mapped_column(one_of(AuthorKind))
    internal: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(sa.Text)
    format: Mapped[Format] = mapped_column(one_of(Format), default=Format.TEXT)
    created_at: Mapped[datetime] = mapped_column(Instant)
    modified_by_kind: Mapped[AuthorKind] = mapped_column(one_of(AuthorKind))
    modified_at: Mapped[datetime] = mapped_column(Instant)

    author: Mapped[User | None] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="message", order_by="Attachment.id"
    )


class Attachment(Base):
    """A file of a message; until a message claims it, an upload that only its uploader sees.

    An upload that waits with a draft or a held reply is kept as long as they are.
    """

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)  # in addresses
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("drafts.id"), index=True)
    held_reply_id: Mapped[int | None] = mapped_column(sa.ForeignKey("held_replies.id"), index=True)
    uploader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    file_name: Mapped[str] = mapped_column(sa.String(255))  # as the sender called it, made safe
    stored_name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    content_type: Mapped[str] = mapped_column(sa.String(100))  # sniffed, not claimed
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes
    sha256: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)

    message: Mapped[Message | None] = relationship(back_populates="attachments")


class MessageKind(StrEnum):
    """Whom the words of a composer are for."""

    REPLY = "reply"
    NOTE = "note"


class Draft(Base):
    """What an agent is writing on a ticket: one a ticket and agent, kept while they type.

    One that was discarded stays for a day, for whoever takes that back.
    """

    __tablename__ = "drafts"
    __table_args__ = (sa.UniqueConstraint("user_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    kind: Mapped[MessageKind] = mapped_column(one_of(MessageKind))
    body: Mapped[str] = mapped_column(sa.Text)
    choices: Mapped[dict[str, str]] = mapped_column(sa.JSON)  # beside the words: status, assignee
    modified_at: Mapped[datetime] = mapped_column(Instant)
    discarded_at: Mapped[datetime | None] = mapped_column(Instant)


class HeldReply(Base):
    """A reply that leaves at ``leaves_at`` unless it is called back: until then nobody's words."""

    __tablename__ = "held_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(sa.Text)
    format: Mapped[Format] = mapped_column(one_of(Format))
    choices: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # what goes with it: status, assignee
    created_at: Mapped[datetime] = mapped_column(Instant)
    leaves_at: Mapped[datetime] = mapped_column(Instant, index=True)

    author: Mapped[User] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by=Attachment.id)


class ReadMark(Base):
    """How far an agent has read a ticket: to which message, or that it is to be read again."""

    __tablename__ = "read_marks"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    message_id: Mapped[int | None]  # the last one that was read; None: marked unread
    marked_at: Mapped[datetime] = mapped_column(Instant)


class TicketLink(Base):
    """Two tickets that belong together, the older one first."""

    __tablename__ = "ticket_links"

    low_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    high_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True, index=True)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Follower(Base):
    """Somebody besides the requester who gets a ticket's answers by mail and may answer them."""

    __tablename__ = "followers"

    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True, index=True)
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    user: Mapped[User] = relationship(foreign_keys=user_id)
