"""By what a mail finds its ticket: a token of 130 bits, one a ticket, that nobody can guess.

It stands in the Message-ID of every mail of ours, so in the References of every answer; where the
mailbox says so, in the address that is answered (``support+TOKEN@``) or in the subject
(``[TKT12-TOKEN]``) as well. It proves that a mail belongs to a ticket, never who wrote it.
"""

import re
import secrets
from collections.abc import Iterable

import sqlalchemy as sa

from ..database import db
from .models import MailThread

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH = 26  # of 5 bits each
_TOKEN = rf"[a-z2-7]{{{_LENGTH}}}"
_IN_MAIL_ID = re.compile(rf"({_TOKEN})\.[0-9a-f]{{16}}@", re.ASCII)
_IN_ADDRESS = re.compile(rf"[^@\s]*\+({_TOKEN})@", re.ASCII)
_IN_SUBJECT = re.compile(rf"\[TKT\d{{1,19}}-({_TOKEN})\]", re.ASCII | re.IGNORECASE)
_MOST = 50  # tokens that one mail is looked through for


def thread_of(ticket_id: int, mailbox_id: int | None = None) -> MailThread:
    """The thread of a ticket, made where it has none yet. Only inside a ``transaction()``.

    *mailbox_id* is where the ticket's first mail came to: its answers leave from there.
    """
    found = db.session.get(MailThread, ticket_id)
    if found is None:
        token = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        found = MailThread(ticket_id=ticket_id, token=token, mailbox_id=mailbox_id)
        db.session.add(found)
        db.session.flush()
    elif found.mailbox_id is None:  # made by the automatic answer, which knows of no mailbox
        found.mailbox_id = mailbox_id
    return found


def new_mail_id(thread: MailThread | None, domain: str) -> str:
    """A Message-ID (RFC 5322, 3.6.4) for a mail of ours, without ``<`` and ``>``."""
    token = "desk" if thread is None else thread.token
    return f"{token}.{secrets.token_hex(8)}@{domain.lower()}"


def plus_address(address: str, thread: MailThread) -> str:
    """*address* with the ticket's token in it (RFC 5233)."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{thread.token}@{domain}"


def subject_tag(ticket_ref: str, thread: MailThread) -> str:
    """The token as it stands in a subject."""
    return f"[{ticket_ref}-{thread.token}]"


def threads_in(mail_ids: Iterable[str], addresses: Iterable[str], subject: str) -> list[MailThread]:
    """The threads whose tokens these hold, in the order in which they are given, each once."""
    found = [m[1] for one in mail_ids if (m := _IN_MAIL_ID.match(one.lower()))]
    found += [m[1] for one in addresses if (m := _IN_ADDRESS.match(one.lower()))]
    found += [m[1].lower() for m in _IN_SUBJECT.finditer(subject)]
    tokens = list(dict.fromkeys(found))[:_MOST]
    if not tokens:
        return []
    rows = db.session.scalars(sa.select(MailThread).where(MailThread.token.in_(tokens)))
    by_token = {row.token: row for row in rows}
    return [by_token[token] for token in tokens if token in by_token]
