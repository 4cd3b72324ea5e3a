"""The mails behind the messages of one ticket, as its page shows them: for staff, but COPIED.

Statements as those of ``tickets/queries/opened.py``, with the same values.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from ...database import Prepared, Row
from ...tickets.models import Message
from ...tickets.queries.opened import of_messages
from ..models import MailKind, MailOfMessage, OutgoingMail, Sending


class CopiedBy(Row, frozen=True):
    """Whom the mail of a message was sent to as well."""

    message_id: int
    copied: list[dict[str, str]]


class CameBy(CopiedBy, frozen=True):
    """What a message that came by mail has besides its words."""

    received_id: int
    sender: str
    quoted: str
    signature: str
    has_html: bool
    remarks: list[str]
    related_ticket_id: int | None


CAME = Prepared(
    of_messages(
        sa.select(
            MailOfMessage.message_id,
            MailOfMessage.copied,
            MailOfMessage.received_id,
            MailOfMessage.sender,
            MailOfMessage.quoted,
            MailOfMessage.signature,
            MailOfMessage.has_html,
            MailOfMessage.remarks,
            MailOfMessage.related_ticket_id,
        ),
        MailOfMessage.message_id,
        is_staff=True,
    ),
    into=CameBy,
)


# The mails that whoever asks, ``reader_id``, has sent on their own ticket.
COPIED = Prepared(
    of_messages(
        sa.select(MailOfMessage.message_id, MailOfMessage.copied),
        MailOfMessage.message_id,
        is_staff=False,
    )
    .where(Message.author_id == sa.bindparam("reader_id"))
    .order_by(Message.id),
    into=CopiedBy,
)


class SentOn(Row, frozen=True):
    """A mail that brings a message to somebody, and how far it is."""

    id: int
    message_id: int
    recipient: str
    state: Sending
    attempts: int
    said: str
    sent_at: datetime | None
    bounced_at: datetime | None
    bounce: str


SENT = Prepared(
    of_messages(
        sa.select(
            OutgoingMail.id,
            OutgoingMail.message_id,
            OutgoingMail.recipient,
            OutgoingMail.state,
            OutgoingMail.attempts,
            OutgoingMail.said,
            OutgoingMail.sent_at,
            OutgoingMail.bounced_at,
            OutgoingMail.bounce,
        ),
        OutgoingMail.message_id,
        is_staff=True,
    )
    .where(OutgoingMail.kind == MailKind.ANSWERED)
    .order_by(OutgoingMail.id),
    into=SentOn,
)


def by_message(sent: Sequence[SentOn]) -> Mapping[int, Sequence[SentOn]]:
    """*sent* by the message that they bring."""
    found: dict[int, list[SentOn]] = {}
    for mail in sent:
        found.setdefault(mail.message_id, []).append(mail)
    return found
