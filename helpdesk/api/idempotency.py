"""A retried POST answers as the first did (API.md, ``Idempotency-Key``)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeGuard, TypeVar

import sqlalchemy as sa
from flask import request
from werkzeug.exceptions import BadRequest

from .. import clock
from ..accounts.models import Known
from ..accounts.secrets import digest
from ..database import db, transaction
from ..errors import HelpdeskError, WrongState
from ..events import Event, recorded_batch
from ..i18n import gettext as _
from .models import IdempotencyKey

KEPT = timedelta(hours=24)
_Ready = TypeVar("_Ready")
_KEY = re.compile(r"[\x20-\x7e]{1,200}", re.ASCII)


def key_of_request() -> str:
    """The key that this request came with, or nothing. Raises BadRequest for one out of form."""
    key = request.headers.get("Idempotency-Key", "")
    if key and not _KEY.fullmatch(key):
        raise BadRequest(_("An Idempotency-Key has at most 200 plain characters."))
    return key


def once(
    user: Known,
    key: str,
    request_hash: str,
    prepare: Callable[[], _Ready],
    work: Callable[[_Ready], bytes],
) -> bytes:
    """What *work* answers, or answered when *user* first came with *key*.

    *prepare* is for what takes time, before the transaction: reading the body, sending files to
    where they are kept. What it finds wrong is nothing to who has had the answer meanwhile.

    The answer is kept in the transaction of the work itself: either both are there or none. So
    what fails is not kept and may be tried again. Raises WrongState when *key* came with another
    request.
    """
    user_id, key_hash = user.id, digest(key)
    known = db.session.get(IdempotencyKey, (user_id, key_hash))
    if _is_fresh(known):
        return _answer_of(known, request_hash)
    try:
        ready = prepare()
    except HelpdeskError:
        db.session.rollback()
        known = db.session.get(IdempotencyKey, (user_id, key_hash), populate_existing=True)
        if not _is_fresh(known):
            raise
        return _answer_of(known, request_hash)
    with transaction(together=True):
        known = db.session.get(IdempotencyKey, (user_id, key_hash))
        if _is_fresh(known):
            return _answer_of(known, request_hash)
        if known is not None:
            db.session.delete(known)
            db.session.flush()
        answer = work(ready)
        db.session.add(
            IdempotencyKey(
                user_id=user_id,
                key_hash=key_hash,
                request_hash=request_hash,
                answer=answer.decode(),
                created_at=clock.now(),
                batch=recorded_batch(),
            )
        )
    return answer


def _is_fresh(known: IdempotencyKey | None) -> TypeGuard[IdempotencyKey]:
    return known is not None and known.created_at > clock.now() - KEPT


def _answer_of(known: IdempotencyKey, request_hash: str) -> bytes:
    if known.request_hash != request_hash:
        raise WrongState(_("This Idempotency-Key came with another request before."))
    return known.answer.encode()


def forget(event: Event) -> None:
    """Drop what was answered of a ticket that is deleted for good, as *event* tells.

    What was answered where nothing had to be done may have been of this ticket: it goes as well.
    """
    deeds = sa.select(Event.batch).where(
        Event.ticket_id == event.ticket_id, Event.batch.is_not(None)
    )
    told = sa.or_(IdempotencyKey.batch.in_(deeds), IdempotencyKey.batch.is_(None))
    db.session.execute(
        sa.delete(IdempotencyKey).where(told).execution_options(synchronize_session=False)
    )
