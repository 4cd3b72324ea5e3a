"""Failures, which somebody may cause by the thousand: they must not fill the disk.

The first of a minute by one address at one account has a row of its own, at once. Those after it
are counted, and told in one row once the minute is over; where there are too many addresses and
accounts, all others of that minute are counted together.
"""

import hashlib
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask, current_app

from .. import clock
from ..database import db, transaction
from .kinds import Kind
from .models import FailureCount
from .origin import DESK, Origin, origin
from .recording import Somebody, append

MOST_A_MINUTE = 60  # rows of their own
SECONDS = 60
_LISTENER = "helpdesk.audit.failed"


def hear_of_failures(app: Flask, listener: Callable[[Kind], None]) -> None:
    """Call *listener* at each failure, whether it has a row of its own or not."""
    app.extensions[_LISTENER] = listener


def failed(kind: Kind, *, subject: Somebody | None = None) -> None:
    """Record that something of *kind* failed, at the account *subject* where one is known."""
    listener = current_app.extensions.get(_LISTENER)
    if listener is not None:
        listener(kind)
    where, minute = origin(), int(clock.now().timestamp()) // SECONDS
    subject_id = None if subject is None else subject.id
    with transaction(together=True):
        held = _held(kind, where.ip, subject_id)
        if held is None and _rows_of(minute) >= MOST_A_MINUTE:
            where, subject_id = Origin(where.way), None
            held = _held(kind, "", None)
        if held is not None and held.minute == minute:
            held.count += 1
            return
        if held is None:
            held = FailureCount(
                key=_key(kind, where.ip, subject_id), kind=kind, subject_id=subject_id, ip=where.ip
            )
            db.session.add(held)
        else:
            _tell(held)
        held.minute, held.count = minute, 0
        append(kind, actor_id=None, subject_id=subject_id, details=None, count=1, where=where)


def sweep() -> None:
    """Tell of what was counted in minutes that are over, and forget them."""
    minute = int(clock.now().timestamp()) // SECONDS
    over = sa.select(FailureCount).where(FailureCount.minute < minute)
    with transaction():
        for held in db.session.scalars(over.order_by(FailureCount.minute, FailureCount.key)):
            _tell(held)
            db.session.delete(held)


def _tell(held: FailureCount) -> None:
    if held.count:
        append(
            held.kind,
            actor_id=None,
            subject_id=held.subject_id,
            details={"more": True},
            count=held.count,
            where=Origin(DESK, held.ip),
        )


def _held(kind: Kind, ip: str, subject_id: int | None) -> FailureCount | None:
    return db.session.get(FailureCount, _key(kind, ip, subject_id))


def _key(kind: Kind, ip: str, subject_id: int | None) -> str:
    return hashlib.sha256(f"{kind}\n{ip}\n{subject_id}".encode()).hexdigest()


def _rows_of(minute: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(FailureCount.minute == minute)) or 0
