"""Mails for tests: raw ones, as a server would give them."""

from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from typing import Any

from helpdesk import jobs
from helpdesk.database import db
from helpdesk.mail import ledger
from helpdesk.mail.models import Mailbox, MailThread, ReceivedMail, Source

_numbers = count(1)


def letter(
    text: str = "It is broken.",
    *,
    from_: str = "Alice Moor <alice.moor@shop.example>",
    to: str = "support@lamps.example",
    subject: str = "Broken lamp",
    files: tuple[tuple[str, str, bytes], ...] = (),
    html: str = "",
    **headers: str,
) -> bytes:
    """A mail; *headers* as ``In_Reply_To="<…>"``, None leaves one out.

    *files*: the name, type and content of each.
    """
    message = EmailMessage(policy=SMTP)
    given: dict[str, Any] = {
        "From": from_,
        "To": to,
        "Subject": subject,
        "Date": "Wed, 25 Nov 2026 10:00:00 +0000",
        "Message-ID": f"<{next(_numbers)}@customer.example>",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value is not None:
            message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, kind, content in files:
        main, _slash, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def post(desk: Any, content: bytes, mailbox: Mailbox | None = None, **where: int) -> ReceivedMail:
    """Let a mail come and be filed; its row in the ledger."""
    source = Source.PIPE if mailbox is None else Source.IMAP
    row = ledger.arrive(content, source, mailbox, **where)
    jobs.run_due(desk.app)
    return fresh(row)


def fresh(row: Any) -> Any:
    """*row* as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(type(row), row.id)


def token_of(ticket_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(MailThread, ticket_id).token


def answer_to(ticket_id: int) -> dict[str, str]:
    """The headers of an answer to a mail of ours about the ticket."""
    return {"In_Reply_To": f"<{token_of(ticket_id)}.0123456789abcdef@lamps.example>"}
