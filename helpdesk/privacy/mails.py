"""Mails of somebody who is erased: those that came go from the disk, of those that left the words.

The ledger still counts them, and knows a copy by its hash.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import NOBODYS
from ..database import db
from ..errors import NotFound
from ..mail import raw
from ..mail.models import (
    MailKind,
    MailOfMessage,
    Outcome,
    OutgoingMail,
    ReceivedMail,
    Sending,
)
from ..tickets.models import Message
from .naming import stand_in

_LONGEST_HEAD = 64 * 1024  # bytes
_NO_WORDS: dict[str, Any] = {
    "subject": "",
    "text": "",
    "html": "",
    "bounce": "",
    "said": "",
    "details": {},
}


def forget_of_tickets(ids: Collection[int]) -> list[str]:
    """Forget all mails of these tickets; the hashes of those that are on the disk."""
    messages = sa.select(Message.id).where(Message.ticket_id.in_(ids))
    _change(
        sa.update(MailOfMessage)
        .where(MailOfMessage.message_id.in_(messages))
        .values(sender="", quoted="", signature="", copied=[], remarks=[])
    )
    _change(
        sa.update(OutgoingMail)
        .where(OutgoingMail.ticket_id.in_(ids), OutgoingMail.state == Sending.WAITING)
        .values(state=Sending.CANCELLED)
    )
    _change(sa.update(OutgoingMail).where(OutgoingMail.ticket_id.in_(ids)).values(**_NO_WORDS))
    return forget(sa.or_(ReceivedMail.ticket_id.in_(ids), ReceivedMail.filed_as_id.in_(messages)))


def forget_in_tickets(ids: Collection[int]) -> list[str]:
    """The same of others' tickets in which they took part: what was said there stays, but not the
    mails themselves, which quote one another; the hashes as above."""
    messages = sa.select(Message.id).where(Message.ticket_id.in_(ids))
    _change(
        sa.update(MailOfMessage).where(MailOfMessage.message_id.in_(messages)).values(quoted="")
    )
    sent = sa.and_(OutgoingMail.ticket_id.in_(ids), OutgoingMail.state != Sending.WAITING)
    _change(sa.update(OutgoingMail).where(sent).values(**_NO_WORDS))
    return forget(sa.or_(ReceivedMail.ticket_id.in_(ids), ReceivedMail.filed_as_id.in_(messages)))


def forget_of_address(addresses: Collection[str], held: Sequence[int]) -> list[str]:
    """Forget what came from these addresses and what went to them; the hashes as above.

    *held* is what :func:`held_from` said of them.
    """
    late = sa.and_(OutgoingMail.recipient.in_(addresses), OutgoingMail.state == Sending.WAITING)
    _change(sa.update(OutgoingMail).where(late).values(state=Sending.CANCELLED))
    _change(
        sa.update(OutgoingMail)
        .where(OutgoingMail.recipient.in_(addresses))
        .values(recipient=f"erased@{NOBODYS}", **_NO_WORDS)
    )
    # What staff are told once a day has subjects and names of many: nobody reads an old one again.
    old = sa.and_(OutgoingMail.kind == MailKind.DIGEST, OutgoingMail.state != Sending.WAITING)
    _change(sa.update(OutgoingMail).where(old).values(**_NO_WORDS))
    return forget(ReceivedMail.id.in_([*_from(addresses), *held]))


def _from(addresses: Collection[str]) -> list[int]:
    """What came from these addresses: ``juliana@…`` has ``ana@…`` in it, and is somebody else."""
    like = [ReceivedMail.sender.icontains(one, autoescape=True) for one in addresses]
    query = sa.select(ReceivedMail.id, ReceivedMail.sender).where(sa.or_(*like))
    return [row.id for row in db.session.execute(query) if stand_in(row.sender, addresses)]


def held_from(addresses: Collection[str]) -> list[int]:
    """Those of which nobody could read who sent them, but whose head has such an address.

    They are read for that, so it is asked before a transaction.
    """
    query = sa.select(ReceivedMail.id, ReceivedMail.sha256).where(
        ReceivedMail.outcome == Outcome.HELD,
        ReceivedMail.sender == "",
        ReceivedMail.sha256 != "",
        ReceivedMail.forgotten_at.is_(None),
    )
    rows = db.session.execute(query).all()
    return [row.id for row in rows if stand_in(_head_of(row.sha256), addresses)]


def _head_of(sha256: str) -> str:
    with suppress(NotFound), raw.opened(sha256) as file:
        return head_of(file.read(_LONGEST_HEAD))
    return ""


def head_of(content: bytes) -> str:
    """The lines before the words of a mail that begins with *content*."""
    head = content[:_LONGEST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return head.decode("latin-1")


def still_named(hashes: Collection[str]) -> set[str]:
    """Those of *hashes* whose file another mail that is not forgotten has, too."""
    query = sa.select(ReceivedMail.sha256).where(
        ReceivedMail.sha256.in_(hashes), ReceivedMail.forgotten_at.is_(None)
    )
    return set(db.session.scalars(query))


def forget(which: sa.ColumnElement[bool]) -> list[str]:
    """Forget these and the copies of them; the hashes of those that are on the disk.

    None that waits is filed any more: somebody may have had it tried again a moment ago.
    """
    ids = sa.select(ReceivedMail.id).where(which)
    every = sa.or_(ReceivedMail.id.in_(ids), ReceivedMail.duplicate_of_id.in_(ids))
    hashes = db.session.scalars(
        sa.select(ReceivedMail.sha256).where(every, ReceivedMail.sha256 != "")
    ).all()
    _change(
        sa.update(ReceivedMail)
        .where(every)
        .values(sender="", subject="", message_id="", reason="", forgotten_at=clock.now())
    )
    _change(
        sa.update(ReceivedMail)
        .where(every, ReceivedMail.outcome == Outcome.WAITING)
        .values(outcome=Outcome.IGNORED, decided_at=clock.now())
    )
    return list(hashes)


def _change(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
