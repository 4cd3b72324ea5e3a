"""Rate limits, in a table so that they survive a restart."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from msgspec import Struct

from .. import clock
from ..database import db, transaction
from ..errors import NotFound, NotSignedIn, TooMany
from ..i18n import gettext as _
from ..networks import network_of
from .models import RateLimit
from .secrets import digest

MOST_ROWS = 100_000  # subjects that are counted at once: with more, those that end first are let go
SWEPT_EVERY = 256  # new subjects, on average
EVERYBODY = ""  # the subject of what is counted for the whole shop


class Limit(Struct, frozen=True):
    """At most *most* tries in *window*, for each subject: words, of which an address of the
    internet stands for its network.
    """

    name: str
    most: int
    window: timedelta

    def key(self, subject: str) -> str:
        words = " ".join(map(network_of, subject.split(" ")))
        return digest(f"{self.name}\n{words}")


SIGN_IN = Limit("sign-in", 10, timedelta(minutes=15))  # an e-mail address from one address
SIGN_IN_USER = Limit("sign-in of a user", 100, timedelta(hours=1))  # from anywhere
SIGN_IN_FROM = Limit("sign-in from", 100, timedelta(minutes=15))  # one address, any user
SECOND_STEP = Limit("second step", 10, timedelta(minutes=15))  # of a user from one address
SECOND_STEP_USER = Limit("second step of a user", 50, timedelta(hours=1))  # from anywhere new
SIGN_UP = Limit("sign-up", 30, timedelta(hours=1))  # accounts made from one address
SIGN_UP_TRY = Limit("try to sign up", 120, timedelta(hours=1))  # it tells which accounts there are
SIGN_UP_ALL = Limit("sign-up of all", 500, timedelta(hours=1))  # whom the shop gets
CONFIRM = Limit("confirm", 5, timedelta(hours=1))  # links to one account's addresses
RESET = Limit("reset", 5, timedelta(hours=1))
RESET_FROM = Limit("reset from", 30, timedelta(hours=1))
RESET_ALL = Limit("reset of all", 1000, timedelta(hours=1))
LINK = Limit("link", 30, timedelta(minutes=15))  # ones that lead nowhere, from one address
TOKEN = Limit("token", 60, timedelta(minutes=5))  # wrong ones, from one address
GUEST = Limit("guest", 60, timedelta(hours=1))  # what comes by the link of one mail


def check(limit: Limit, subject: str) -> None:
    """Raise TooMany when *subject* has used up *limit*. Counts nothing, writes nothing."""
    row = db.session.get(RateLimit, limit.key(subject))
    if row is not None and row.ends_at > clock.now() and row.count >= limit.most:
        wait = int((row.ends_at - clock.now()).total_seconds())
        raise TooMany(
            _("Too many attempts. Please try again in %(minutes)s min.", minutes=-(-wait // 60)),
            retry_after=max(1, wait),
        )


def used(limit: Limit, subject: str) -> int:
    """How often *subject* was counted in the window that is open."""
    row = db.session.get(RateLimit, limit.key(subject))
    return 0 if row is None or row.ends_at <= clock.now() else row.count


def count(limit: Limit, subject: str) -> None:
    """Count a try of *subject*; raise TooMany, without counting, when none is left.

    The look comes before the write, so a flood that is being refused writes nothing.
    """
    check(limit, subject)
    with transaction(together=True):
        check(limit, subject)
        now, row = clock.now(), db.session.get(RateLimit, limit.key(subject))
        if row is None:
            if secrets.randbelow(SWEPT_EVERY) == 0:
                _make_room()
            row = RateLimit(key=limit.key(subject), count=0, started_at=now, ends_at=now)
            db.session.add(row)
        if row.ends_at <= now:
            row.count, row.started_at, row.ends_at = 0, now, now + limit.window
        row.count += 1


@contextmanager
def failures(limit: Limit, subject: str) -> Iterator[None]:
    """Count it where nothing is found in the block; raise TooMany then, once none is left.

    What is right always passes: whoever guesses behind an address shuts out nobody beside them.
    """
    try:
        yield
    except (NotFound, NotSignedIn):
        count(limit, subject)
        raise


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


def _make_room() -> None:
    """Keep the table small, however many addresses somebody has."""
    db.session.execute(sa.delete(RateLimit).where(RateLimit.ends_at <= clock.now()))
    counted = db.session.scalar(sa.select(sa.func.count()).select_from(RateLimit)) or 0
    first = sa.select(RateLimit.key).order_by(RateLimit.ends_at)
    if counted > MOST_ROWS:
        first = first.limit(counted - MOST_ROWS)
        db.session.execute(sa.delete(RateLimit).where(RateLimit.key.in_(first)))
