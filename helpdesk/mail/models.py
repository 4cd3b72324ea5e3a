"""The tables of the mail: mailboxes, the ledger, what a message owes to a mail, the outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Base, Instant, one_of
from ..tickets.models import Message, Ticket


class Security(StrEnum):
    """How a connection to a mail server is kept private."""

    TLS = "tls"  # from the first byte
    STARTTLS = "starttls"
    NONE = "none"  # only sensible on one machine or in one's own network


class ReplyTag(StrEnum):
    """Where the token of a ticket stands besides Message-ID, for programs that drop References."""

    NONE = "none"
    PLUS = "plus"  # support+TOKEN@shop.example: the server must deliver such addresses
    SUBJECT = "subject"  # [TKT12-TOKEN] in the subject


class Mailbox(Base):
    """An address of the shop's, where its mail is fetched from and how its answers are sent.

    Passwords are kept as they are: the data folder is its owner's alone, and the program needs
    them. No page, answer or log shows one.
    """

    __tablename__ = "mailboxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)  # in addresses and commands
    address: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    sender_name: Mapped[str] = mapped_column(sa.String(100), default="")  # before the address
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("categories.id"), index=True)
    signature: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown, under each answer
    imap_host: Mapped[str] = mapped_column(sa.String(253), default="")  # empty: nothing is fetched
    imap_port: Mapped[int] = mapped_column(default=993)
    imap_security: Mapped[Security] = mapped_column(one_of(Security), default=Security.TLS)
    imap_user: Mapped[str] = mapped_column(sa.String(254), default="")
    imap_password: Mapped[str] = mapped_column(sa.String(500), default="")
    imap_password_file: Mapped[str] = mapped_column(sa.String(500), default="")  # instead
    imap_folder: Mapped[str] = mapped_column(sa.String(200), default="INBOX")
    files_old_mail: Mapped[bool] = mapped_column(default=True)  # what was there before the desk
    smtp_host: Mapped[str] = mapped_column(sa.String(253), default="")  # empty: HELPDESK_SMTP_URL
    smtp_port: Mapped[int] = mapped_column(default=465)
    smtp_security: Mapped[Security] = mapped_column(one_of(Security), default=Security.TLS)
    smtp_user: Mapped[str] = mapped_column(sa.String(254), default="")
    smtp_password: Mapped[str] = mapped_column(sa.String(500), default="")
    smtp_password_file: Mapped[str] = mapped_column(sa.String(500), default="")
    reply_tag: Mapped[ReplyTag] = mapped_column(one_of(ReplyTag), default=ReplyTag.NONE)
    # Whose Authentication-Results are believed (RFC 8601); empty: nobody's.
    authserv_id: Mapped[str] = mapped_column(sa.String(253), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    from_settings: Mapped[bool] = mapped_column(default=False)  # HELPDESK_IMAP_URL says how
    # What the ledger calls the numbering of its messages (fetching/numbers.py), and whose that is.
    uidvalidity: Mapped[int | None] = mapped_column(sa.BigInteger)
    fetched_from: Mapped[str] = mapped_column(sa.Text, default="")
    # UID → in how many rounds the server was asked for that message and did not give it.
    refused: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    fetched_at: Mapped[datetime | None] = mapped_column(Instant)  # the last round that went well
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")  # in words
    # The last time that it failed for a while: from when to when.
    failed_from: Mapped[datetime | None] = mapped_column(Instant)
    recovered_at: Mapped[datetime | None] = mapped_column(Instant)
    # The same of its outgoing server: nothing can be sent (no connection, log-in refused).
    smtp_failing_since: Mapped[datetime | None] = mapped_column(Instant)
    smtp_error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)


class MailboxCheck(Base):
    """The last test of a mailbox: its steps as they are done."""

    __tablename__ = "mailbox_checks"

    mailbox_id: Mapped[int] = mapped_column(sa.ForeignKey("mailboxes.id"), primary_key=True)
    run: Mapped[str] = mapped_column(sa.String(32))  # another one each time
    steps: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Source(StrEnum):
    """How a mail came."""

    IMAP = "imap"
    PIPE = "pipe"  # `helpdesk mail deliver`
    HOOK = "hook"  # POST …/mail/inbound
    IMPORT = "import"  # `helpdesk import`: it was written to another program


class Outcome(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"  # on disk, not looked into yet
    TICKET = "ticket"  # a new ticket
    REPLY = "reply"  # a public message on a ticket
    NOTE = "note"  # a note on a ticket: it claims to be somebody and can't show it
    BOUNCE = "bounce"  # a mail of ours did not arrive
    IGNORED = "ignored"  # automatic, or there before the desk was
    DUPLICATE = "duplicate"  # the same mail as another row
    HELD = "held"  # for a person to look at: it could not be read, or filed
    FAILED = "failed"  # it can't be had: the server doesn't give it


class ReceivedMail(Base):
    """The ledger: a row for every mail ever seen. Rows are never removed (a trigger sees to it)."""

    __tablename__ = "received_mails"
    __table_args__ = (
        sa.UniqueConstraint("mailbox_id", "uidvalidity", "uid"),
        sa.Index("ix_received_mails_sha256", "sha256"),
        sa.Index("ix_received_mails_essence", "essence"),
        sa.Index("ix_received_mails_message_id", "message_id"),
        sa.Index("ix_received_mails_outcome", "outcome", "id"),
        sa.Index("ix_received_mails_ticket", "ticket_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mailboxes.id"))
    source: Mapped[Source] = mapped_column(one_of(Source))
    uidvalidity: Mapped[int | None] = mapped_column(sa.BigInteger)
    uid: Mapped[int | None] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")  # empty: never on our disk
    size: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # bytes
    arrived_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[Outcome] = mapped_column(one_of(Outcome), default=Outcome.WAITING)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # in words, where there is one
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    message_id: Mapped[str] = mapped_column(sa.Text, default="")
    essence: Mapped[str] = mapped_column(sa.String(64), default="")  # what two copies share
    sender: Mapped[str] = mapped_column(sa.Text, default="")
    subject: Mapped[str] = mapped_column(sa.Text, default="")
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    filed_as_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("messages.id", ondelete="SET NULL"), index=True
    )
    duplicate_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("received_mails.id"))
    forgotten_at: Mapped[datetime | None] = mapped_column(Instant)  # with what was deleted for good
    bounced_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox.id"), index=True)

    mailbox: Mapped[Mailbox | None] = relationship()


class MailOfMessage(Base):
    """What a message that came by mail has besides its words."""

    __tablename__ = "mails_of_messages"

    message_id: Mapped[int] = mapped_column(
        sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
    )
    received_id: Mapped[int] = mapped_column(sa.ForeignKey("received_mails.id"), index=True)
    sender: Mapped[str] = mapped_column(sa.Text)  # From, as it was claimed
    quoted: Mapped[str] = mapped_column(sa.Text, default="")
    signature: Mapped[str] = mapped_column(sa.Text, default="")
    has_html: Mapped[bool] = mapped_column(default=False)
    # Who else it was sent to: [{"name": …, "email": …}], the shop's own addresses left out.
    copied: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON)
    remarks: Mapped[list[str]] = mapped_column(sa.JSON)  # what was odd and was mended
    # A ticket that this mail names without the right to write on it: for a person to merge.
    related_ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))

    received: Mapped[ReceivedMail] = relationship()
    message: Mapped[Message] = relationship()


class MailThread(Base):
    """By what a mail finds its ticket, and from which address the ticket answers."""

    __tablename__ = "mail_threads"

    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True)  # 130 bits, a to z and 2 to 7
    mailbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mailboxes.id"), index=True)


class MailKind(StrEnum):
    """What a mail of ours is for."""

    RECEIVED = "received"  # to the requester: we have it (automatic)
    ANSWERED = "answered"  # to requester and followers: words of staff
    RESOLVED = "resolved"  # to the requester (automatic)
    NOTICE = "notice"  # to a member of staff
    DIGEST = "digest"  # to a member of staff
    ACCOUNT = "account"  # a link to set a password
    TEST = "test"  # of the set-up


class Sending(StrEnum):
    """How far a mail of ours is."""

    WAITING = "waiting"
    SENDING = "sending"  # handed to the server this moment, or when the desk was killed
    SENT = "sent"  # the server has taken it
    UNCERTAIN = "uncertain"  # the server may have taken it: never sent again by itself
    FAILED = "failed"
    CANCELLED = "cancelled"


class OutgoingMail(Base):
    """The outbox: a row a recipient, written in the transaction of what it tells of."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index("ix_outbox_state", "state", "id"),
        sa.Index("ix_outbox_ticket", "ticket_id"),
        sa.Index("ix_outbox_recipient", "recipient", "kind", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MailKind] = mapped_column(one_of(MailKind))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    # A ticket that is deleted for good takes its messages with it, never a row of the outbox.
    message_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("messages.id", ondelete="SET NULL"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mailboxes.id"), index=True)
    recipient: Mapped[str] = mapped_column(sa.String(254))  # the address, lower case
    # Message-ID without < and >: the same at every attempt, so that a repeat can be recognised.
    mail_id: Mapped[str] = mapped_column(sa.String(250), unique=True)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # what its template needs besides
    # What was sent, word for word, once it was put together; the files are the message's.
    subject: Mapped[str] = mapped_column(sa.Text, default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    html: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[Sending] = mapped_column(one_of(Sending), default=Sending.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    # The server's last answer, word for word; else why it is as it is, in words.
    said: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)
    bounce: Mapped[str] = mapped_column(sa.Text, default="")  # why, word for word

    ticket: Mapped[Ticket | None] = relationship()
    user: Mapped[User | None] = relationship()
    mailbox: Mapped[Mailbox | None] = relationship()


class RequestLink(Base):
    """A link in a mail that opens one request for one person; its token comes from *nonce*."""

    __tablename__ = "request_links"
    __table_args__ = (sa.UniqueConstraint("ticket_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    nonce: Mapped[str] = mapped_column(sa.String(43))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class MailTemplate(Base):
    """The shop's own words for a kind of mail, and whether it is sent at all."""

    __tablename__ = "mail_templates"

    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=True)
    subject: Mapped[str] = mapped_column(sa.Text, default="")  # empty: the program's own
    body: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown; empty: the program's own
    modified_at: Mapped[datetime] = mapped_column(Instant)
