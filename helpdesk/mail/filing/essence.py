"""What two copies of one mail share, whatever way each came."""

import hashlib
import re

import sqlalchemy as sa

from ...database import db
from ..models import Outcome, ReceivedMail
from ..reading import Mail

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_FILED = (Outcome.TICKET, Outcome.REPLY, Outcome.NOTE, Outcome.BOUNCE, Outcome.IGNORED)


def essence_of(mail: Mail, content: bytes, sha256: str) -> str:
    """A hash that two mails share only if they are one.

    A Message-ID alone proves nothing: some programs give every mail the same, so the words and
    whom it is from count too. The headers of the way don't. Without one, only the same bytes do.
    """
    if not mail.message_id:
        return sha256
    end = _END_OF_HEADERS.search(content)
    body = content[end.end() :] if end else b""
    sender = "" if mail.sender is None else mail.sender.email.lower()
    date = "" if mail.date is None else mail.date.isoformat()
    said = "\0".join((mail.message_id, sender, date, mail.subject))
    # Servers differ in how lines end, and in whether the last one does.
    plain = body.replace(b"\r\n", b"\n").strip()
    digest = hashlib.sha256(said.encode("utf-8", "replace"))
    digest.update(hashlib.sha256(plain).digest())
    return digest.hexdigest()


def filed_before(row: ReceivedMail) -> ReceivedMail | None:
    """The mail that *row* is a copy of, once that one was filed."""
    return db.session.scalar(
        sa.select(ReceivedMail)
        .where(
            ReceivedMail.essence == row.essence,
            ReceivedMail.id != row.id,
            ReceivedMail.outcome.in_(_FILED),
        )
        .order_by(ReceivedMail.id)
        .limit(1)
    )
