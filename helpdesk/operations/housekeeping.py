"""What a desk throws away by itself, at start and every hour: what expired, what nobody claimed."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from .. import clock
from ..accounts import limits, sessions
from ..accounts.models import DESK
from ..api.idempotency import KEPT
from ..api.models import IdempotencyKey
from ..database import db, transaction
from ..files import store
from ..notices import actions as notices
from ..shop.queries import shop
from ..tickets.actions import drop_discarded_drafts, purge_old, reading
from ..tickets.models import Attachment
from ..tickets.queries import known_stored_names
from ..views import actions as views

EVERY = timedelta(hours=1)
UPLOADS_LAST = timedelta(days=1)
FILES_LAST = timedelta(days=1)

_log = logging.getLogger(__name__)


def sweep(app: Flask) -> None:
    """Do every chore of *app* once. A chore that fails is logged and keeps none from its turn."""
    chores: tuple[Callable[[], object], ...] = (
        sessions.sweep,
        limits.sweep,
        notices.sweep,
        reading.sweep,
        views.sweep,
        forget_old_answers,
        empty_bin,
        drop_discarded_drafts,
        drop_unclaimed_uploads,
        drop_nameless_files,
    )
    for chore in chores:
        with app.app_context():
            try:
                chore()
            except Exception:
                _log.exception("Housekeeping failed at %s", chore.__name__)


def forget_old_answers() -> None:
    """Forget what retried POSTs would be answered, a day after the first."""
    with transaction():
        db.session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.created_at <= _ago(KEPT)))


def empty_bin() -> None:
    """Delete for good what was deleted thirty days ago."""
    purge_old(DESK)


def drop_unclaimed_uploads() -> None:
    """Remove day-old uploads of no message, draft or held reply: the row first, then the file."""
    with transaction():
        names = db.session.scalars(
            sa.delete(Attachment)
            .where(
                Attachment.message_id.is_(None),
                Attachment.draft_id.is_(None),
                Attachment.held_reply_id.is_(None),
                Attachment.created_at <= _ago(UPLOADS_LAST),
            )
            .returning(Attachment.stored_name)
        ).all()
    for name in names:
        store().delete(name)


def drop_nameless_files() -> None:
    """Remove files older than a day that no row names: what a crash left behind."""

    def named(names: Sequence[str]) -> set[str]:
        known = known_stored_names(names)
        logo = shop().logo_name
        return known if logo is None else known | {logo}

    store().sweep(named, older_than=_ago(FILES_LAST))


def _ago(time: timedelta) -> datetime:
    return clock.now() - time


class Housekeeper:
    """Sweeps in a thread of its own until it is stopped."""

    def __init__(self, app: Flask, every: timedelta = EVERY) -> None:
        self._app, self._every = app, every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin, with a first sweep at once."""
        self._thread.start()

    def stop(self, patience: float = 5) -> None:
        """Ask it to end, and wait at most *patience* seconds for the chore that it is at."""
        self._stopping.set()
        self._thread.join(patience)

    def _work(self) -> None:
        while True:
            sweep(self._app)
            if self._stopping.wait(self._every.total_seconds()):
                return
