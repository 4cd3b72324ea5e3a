"""Mails as scripts read them: those that came, and ours."""

from datetime import UTC, datetime
from typing import Any

from ..mail import queries
from ..mail.models import OutgoingMail, ReceivedMail
from . import kinds
from .shapes import Answered, Time

ID_BEFORE = kinds.ID.says("Only those older than the one with this id.")


class Received(Answered):
    """A mail that came: a row of the ledger, which never loses one.

    *outcome* is what became of it: ticket, reply, note, bounce, ignored, duplicate, held, failed,
    or waiting; *reason* says why, in words. *sender* is what it claims.
    """

    id: int
    source: str
    mailbox: str | None
    uid: int | None
    message_id: str
    sha256: str
    size: int
    sender: str
    subject: str
    outcome: str
    reason: str
    ticket_id: int | None
    ticket_message_id: int | None
    duplicate_of: int | None
    created_date: Time
    decided_date: Time | None


class Sent(Answered):
    """A mail of ours, to one recipient.

    *state* is waiting, sending, sent, uncertain, failed or cancelled; *said* is what the other
    server said last, word for word, *bounce* why it came back.
    """

    id: int
    kind: str
    ticket_id: int | None
    ticket_message_id: int | None
    recipient: str
    subject: str
    message_id: str
    state: str
    attempts: int
    said: str
    bounce: str
    created_date: Time
    sent_date: Time | None
    bounced_date: Time | None


class MailOfTicket(Answered):
    """The mails of a ticket, oldest first."""

    received: list[Received]
    sent: list[Sent]


class EndedLinks(Answered):
    """How many links open nothing any more."""

    ended: int


_AT = datetime(2025, 4, 20, 12, 34, 56, tzinfo=UTC)
RECEIVED = Received(
    id=148,
    source="imap",
    mailbox="support",
    uid=1042,
    message_id="c5e1@mail.example",
    sha256="5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456",
    size=2048,
    sender="Ana Ruiz <ana@mail.example>",
    subject="Issue with Product",
    outcome="held",
    reason="It is nested too deep to be read.",
    ticket_id=None,
    ticket_message_id=None,
    duplicate_of=None,
    created_date=_AT,
    decided_date=_AT,
)
SENT = Sent(
    id=77,
    kind="answered",
    ticket_id=123,
    ticket_message_id=7,
    recipient="ana@mail.example",
    subject="Re: Issue with Product [TKT123]",
    message_id="token.77@shop.example",
    state="failed",
    attempts=1,
    said="550 5.1.1 No such user here",
    bounce="",
    created_date=_AT,
    sent_date=None,
    bounced_date=None,
)


def received(mail: ReceivedMail) -> Received:
    return Received(
        id=mail.id,
        source=mail.source,
        mailbox=None if mail.mailbox is None else mail.mailbox.name,
        uid=mail.uid,
        message_id=mail.message_id,
        sha256=mail.sha256,
        size=mail.size,
        sender=mail.sender,
        subject=mail.subject,
        outcome=mail.outcome,
        reason=mail.reason,
        ticket_id=mail.ticket_id,
        ticket_message_id=mail.filed_as_id,
        duplicate_of=mail.duplicate_of_id,
        created_date=mail.arrived_at,
        decided_date=mail.decided_at,
    )


def sent(mail: OutgoingMail) -> Sent:
    return Sent(
        id=mail.id,
        kind=mail.kind,
        ticket_id=mail.ticket_id,
        ticket_message_id=mail.message_id,
        recipient=mail.recipient,
        subject=mail.subject,
        message_id=mail.mail_id,
        state=mail.state,
        attempts=mail.attempts,
        said=mail.said,
        bounce=mail.bounce,
        created_date=mail.created_at,
        sent_date=mail.sent_at,
        bounced_date=mail.bounced_at,
    )


def next_page(found: queries.Paged[Any]) -> dict[str, dict[str, str]]:
    """Where the list goes on, for a Link header."""
    return {} if found.older is None else {"next": {"before": str(found.older)}}
