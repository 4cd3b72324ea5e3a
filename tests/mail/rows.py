"""Rows of the mail for tests that show what others have filed or sent."""

from itertools import count
from typing import Any

from helpdesk import clock
from helpdesk.database import db, transaction
from helpdesk.files import bucket
from helpdesk.mail import raw
from helpdesk.mail.models import (
    MailKind,
    MailOfMessage,
    Outcome,
    OutgoingMail,
    ReceivedMail,
    Sending,
    Source,
)
from helpdesk.tickets.models import Message
from tests.mail.letters import letter

_numbers = count(1)


def damage(sha256: str) -> None:
    """Let the raw mail be another than came, wherever it is kept."""
    place = bucket()
    if place is None:
        raw._path(sha256).write_bytes(b"damaged")
    else:
        place.put(raw._key(sha256), b"damaged")


def received(content: bytes | None = None, **columns: Any) -> ReceivedMail:
    """A mail in the ledger, its raw file on the disk."""
    kept = raw.keep(letter() if content is None else content)
    columns = {
        "source": Source.PIPE,
        "sha256": kept.sha256,
        "size": kept.size,
        "arrived_at": clock.now(),
        "outcome": Outcome.TICKET,
        "reason": "",
        "message_id": f"{next(_numbers)}@customer.example",
        "essence": "",
        "sender": "Alice Moor <alice.moor@shop.example>",
        "subject": "Broken lamp",
    } | columns
    with transaction():
        row = ReceivedMail(**columns)
        db.session.add(row)
    return row


def came_by_mail(message: Message, content: bytes | None = None, **columns: Any) -> MailOfMessage:
    """Let *message* be one that came by mail."""
    row = received(content, ticket_id=message.ticket_id, filed_as_id=message.id)
    with transaction():
        columns = {"sender": row.sender, "copied": [], "remarks": []} | columns
        mail = MailOfMessage(message_id=message.id, received_id=row.id, **columns)
        db.session.add(mail)
    return mail


def outgoing(message: Message | None = None, **columns: Any) -> OutgoingMail:
    """A mail of ours, that brought *message* to somebody."""
    number = next(_numbers)
    columns = {
        "kind": MailKind.ANSWERED,
        "ticket_id": None if message is None else message.ticket_id,
        "message_id": None if message is None else message.id,
        "recipient": f"somebody{number}@customer.example",
        "mail_id": f"{number}@lamps.example",
        "details": {},
        "state": Sending.SENT,
        "created_at": clock.now(),
        "sent_at": clock.now(),
    } | columns
    with transaction():
        row = OutgoingMail(**columns)
        db.session.add(row)
    return row
