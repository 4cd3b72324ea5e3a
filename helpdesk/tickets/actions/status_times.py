"""The times that follow from a ticket's status: since when somebody waits, when it was solved."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ... import clock
from ...accounts.models import Actor
from ..models import SOLVED, Status, Ticket

NAMES = ("waiting_since", "resolved_at")
Times = Mapping[str, int | None]  # seconds since 1970, by name


def times_of(ticket: Ticket) -> dict[str, int | None]:
    """What the times of *ticket* are now, as events keep them."""
    moments = {name: getattr(ticket, name) for name in NAMES}
    return {name: moment and int(moment.timestamp()) for name, moment in moments.items()}


def keep_times_right(ticket: Ticket, actor: Actor) -> None:
    """Nobody waits for us on a ticket that isn't open; a requester who reopens one does again."""
    if ticket.status is not Status.OPEN:
        ticket.waiting_since = None
    elif ticket.waiting_since is None and not actor.is_staff:
        ticket.waiting_since = clock.now()
    if ticket.status not in SOLVED:
        ticket.resolved_at = None
    elif ticket.resolved_at is None:
        ticket.resolved_at = clock.now()


def put_times(ticket: Ticket, times: Times) -> None:
    """Let the times of *ticket* be *times*."""
    for name in NAMES:
        seconds = times.get(name)
        moment = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
        setattr(ticket, name, moment)
