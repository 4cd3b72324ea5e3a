"""The time: whether it goes forward, and is known for the shop's place."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ... import clock
from ...audit.models import AuditRow
from ...database import db
from ...events import Event
from ...i18n import lazy
from ...jobs.models import Job
from ...shop.queries import shop
from ...tickets.models import Message, Ticket
from .checks import Check, Patient, Said, bad, good, some, warn, when

MADE = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that goes right is before this program
SLACK = timedelta(minutes=5)
_NEWEST: dict[str, Any] = {
    "tickets": Ticket,
    "messages": Message,
    "events": Event,
    "jobs": Job,
    "audit": AuditRow,
}


def system_clock(_patient: Patient) -> Said:
    """Whether the newest rows are of the past."""
    now = clock.now()
    if now < MADE:
        return bad(
            lazy("The clock of this machine says %(now)s: it is wrong.", now=when(now)),
            "timedatectl set-ntp true",
        )
    ahead = [
        table for table, model in _NEWEST.items() if (at := _newest(model)) and at > now + SLACK
    ]
    if ahead:
        return warn(
            lazy(
                "The newest rows are of the future (%(which)s): the clock was ahead, or is behind"
                " now (%(now)s). Until then lists show what is new in a wrong place.",
                which=some(ahead),
                now=when(now),
            ),
            "timedatectl set-ntp true",
        )
    return good(lazy("The clock goes forward."))


def time_zone(_patient: Patient) -> Said:
    """Whether the shop's time zone is known."""
    name = shop().time_zone
    try:
        ZoneInfo(name)
    except (OSError, ValueError):
        return bad(
            lazy("Nothing is known of the shop's time zone, %(zone)s.", zone=name),
            "pip install --upgrade tzdata",
        )
    return good(lazy("The shop's time zone is %(zone)s.", zone=name))


def _newest(model: Any) -> datetime | None:
    found: datetime | None = db.session.scalar(
        sa.select(model.created_at).order_by(model.id.desc()).limit(1)
    )
    return found


CHECKS = (
    Check("program", lazy("clock"), system_clock),
    Check("program", lazy("time zone"), time_zone),
)
