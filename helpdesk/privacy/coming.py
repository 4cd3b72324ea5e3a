"""Mails of somebody who is erased that were not filed or sent yet: they would bring them back.

A mail that waits to be filed would make a new account for who wrote it. Looking into it may take
long, so nobody waits for that at the lock: it is done before, and again where one came since.
"""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..database import db
from ..errors import NotFound
from ..mail import raw
from ..mail.filing.senders import every_way, sender_of
from ..mail.models import Outcome, OutgoingMail, ReceivedMail, Sending
from ..mail.reading import Unreadable, read
from . import mails
from .naming import stand_in

Seen = dict[int, bool]  # the number of a mail that waits → whether it is theirs


class Came(Exception):
    """There is a mail that nobody has looked into yet."""


def look(addresses: Collection[str], seen: Seen | None = None) -> Seen:
    """Which mails that wait are from *addresses*; those that were *seen* are not read again."""
    known = seen or {}
    return {
        id_: known[id_] if id_ in known else _is_from(sha, addresses) for id_, sha in _that_wait()
    }


def drop(seen: Seen) -> list[str]:
    """Let those that are theirs never be filed; the hashes of their files.

    Only inside a ``transaction()``. Raises Came where there is one that nobody has *seen*.
    """
    if not {id_ for id_, _sha in _that_wait()} <= seen.keys():
        raise Came
    theirs = [id_ for id_, is_theirs in seen.items() if is_theirs]
    if not theirs:
        return []
    _change(
        sa.update(ReceivedMail)
        .where(ReceivedMail.id.in_(theirs))
        .values(outcome=Outcome.IGNORED, decided_at=clock.now())
    )
    return mails.forget(ReceivedMail.id.in_(theirs))


def keep_back(addresses: Collection[str]) -> int:
    """Send nothing of what waits for *addresses*; how many. Only inside a ``transaction()``."""
    cancelled = db.session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.recipient.in_(addresses), OutgoingMail.state == Sending.WAITING)
        .values(state=Sending.CANCELLED)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    )
    return len(cancelled.all())


def _that_wait() -> Sequence[Any]:
    query = sa.select(ReceivedMail.id, ReceivedMail.sha256).where(
        ReceivedMail.outcome == Outcome.WAITING, ReceivedMail.sha256 != ""
    )
    return db.session.execute(query).all()


def _is_from(sha256: str, addresses: Collection[str]) -> bool:
    try:
        content = raw.read(sha256)
    except NotFound:
        return False
    try:
        sender = sender_of(read(content))
    except Unreadable:  # it would be held; nobody can tell who of its head has sent it
        return stand_in(mails.head_of(content), addresses)
    ways: Sequence[str] = () if sender is None else every_way(sender.email)
    return not set(ways).isdisjoint(addresses)


def _change(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
