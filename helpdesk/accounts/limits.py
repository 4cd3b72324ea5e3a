"""Rate limits, in a table so that they survive a restart."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from .. import clock
from ..database import db, transaction
from ..errors import TooMany
from ..i18n import gettext as _
from .models import RateLimit
from .secrets import digest


@dataclass(frozen=True)
class Limit:
    """At most *most* tries in *window*, for each subject."""

    name: str
    most: int
    window: timedelta

    def key(self, subject: str) -> str:
        return digest(f"{self.name}\n{subject}")


SIGN_IN = Limit("sign-in", 10, timedelta(minutes=15))  # an e-mail address from one address
SIGN_IN_USER = Limit("sign-in of a user", 100, timedelta(hours=1))  # from anywhere
SIGN_IN_FROM = Limit("sign-in from", 100, timedelta(minutes=15))  # one address, any user
SECOND_STEP = Limit("second step", 10, timedelta(minutes=15))  # of a user from one address
SECOND_STEP_USER = Limit("second step of a user", 50, timedelta(hours=1))  # from anywhere new
SIGN_UP = Limit("sign-up", 30, timedelta(hours=1))
RESET = Limit("reset", 5, timedelta(hours=1))
RESET_FROM = Limit("reset from", 30, timedelta(hours=1))
LINK = Limit("link", 30, timedelta(minutes=15))
TOKEN = Limit("token", 60, timedelta(minutes=5))


def check(limit: Limit, subject: str) -> None:
    """Raise TooMany when *subject* has used up *limit*. Counts nothing, writes nothing."""
    row = db.session.get(RateLimit, limit.key(subject))
    if row is not None and row.ends_at > clock.now() and row.count >= limit.most:
        wait = int((row.ends_at - clock.now()).total_seconds())
        raise TooMany(
            _("Too many attempts. Please try again in %(minutes)s min.", minutes=-(-wait // 60)),
            retry_after=max(1, wait),
        )


def count(limit: Limit, subject: str) -> None:
    """Count a try of *subject*; raise TooMany, without counting, when none is left.

    The look comes before the write, so a flood that is being refused writes nothing.
    """
    check(limit, subject)
    with transaction(together=True):
        check(limit, subject)
        now, row = clock.now(), db.session.get(RateLimit, limit.key(subject))
        if row is None:
            row = RateLimit(key=limit.key(subject), count=0, started_at=now, ends_at=now)
            db.session.add(row)
        if row.ends_at <= now:
            row.count, row.started_at, row.ends_at = 0, now, now + limit.window
        row.count += 1


def forgive(limit: Limit, subject: str) -> None:
    """Take back one counted try of *subject*: it was no failure."""
    with transaction(together=True):
        db.session.execute(
            sa.update(RateLimit)
            .where(RateLimit.key == limit.key(subject), RateLimit.count > 0)
            .values(count=RateLimit.count - 1)
        )


def sweep() -> None:
    """Remove the windows that have ended."""
    with transaction():
        db.session.execute(sa.delete(RateLimit).where(RateLimit.ends_at <= clock.now()))
