"""What a desk throws away by itself, every hour: what expired, what nobody claimed."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from .. import clock, search
from ..accounts import limits, sessions
from ..accounts.factors import devices, steps
from ..accounts.models import DESK
from ..api.idempotency import KEPT
from ..api.models import IdempotencyKey
from ..audit import failures
from ..database import db, transaction
from ..files import store
from ..i18n import gettext as _
from ..jobs import GiveUp
from ..jobs import actions as jobs
from ..mail import raw
from ..mail.models import ReceivedMail
from ..notices import actions as notices
from ..shop.queries import shop
from ..tickets.actions import drop_discarded_drafts, purge_old, reading
from ..tickets.models import Attachment
from ..tickets.queries import known_stored_names
from ..views import actions as views
from ..webhooks import actions as webhooks

UPLOADS_LAST = timedelta(days=1)
FILES_LAST = timedelta(days=1)

_log = logging.getLogger(__name__)


def sweep(app: Flask) -> None:
    """Do every chore of *app* once. One that fails keeps none from its turn.

    Raises GiveUp with the names of those that failed; the log has why.
    """
    chores: tuple[Callable[[], object], ...] = (
        sessions.sweep,
        limits.sweep,
        failures.sweep,
        devices.sweep,
        steps.sweep,
        notices.sweep,
        reading.sweep,
        views.sweep,
        jobs.sweep,
        webhooks.sweep,
        forget_old_answers,
        empty_bin,
        drop_discarded_drafts,
        drop_unclaimed_uploads,
        drop_nameless_files,
        drop_unfinished_mails,
        drop_nameless_mails,
        search.tidy_up,
    )
    failed = []
    for chore in chores:
        with app.app_context():
            try:
                chore()
            except Exception:
                failed.append(f"{chore.__module__.rpartition('.')[2]}.{chore.__name__}")
                _log.exception("Housekeeping failed at %s", failed[-1])
    if failed:
        raise GiveUp(_("Housekeeping failed at: %(chores)s.", chores=", ".join(failed)))


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


def drop_unfinished_mails() -> None:
    """Remove day-old halves of mails that a crash left behind: whoever brought them tried again."""
    raw.drop_unfinished(older_than=_ago(FILES_LAST))


def drop_nameless_mails() -> None:
    """Remove mails that the bucket has and no row names, if older than a day."""

    def named(hashes: Sequence[str]) -> set[str]:
        query = sa.select(ReceivedMail.sha256).where(
            ReceivedMail.sha256.in_(hashes), ReceivedMail.forgotten_at.is_(None)
        )
        return set(db.session.scalars(query))

    raw.sweep(named, older_than=_ago(FILES_LAST))


def _ago(time: timedelta) -> datetime:
    return clock.now() - time
