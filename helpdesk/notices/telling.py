"""One more notice for everybody whom an event concerns and who wants to hear of it."""

from collections.abc import Callable, Collection
from functools import partial

from flask import current_app

from .. import clock
from ..database import after_commit, insert
from ..events import Event
from .kinds import Kind
from .models import Notice
from .wishes import wanting

Listener = Callable[[list[int]], None]
Teller = Callable[[Event, Kind, list[int]], None]


def tell(event: Event, kind: Kind, user_ids: set[int] | None) -> None:
    """A notice for each of *user_ids* (None: all staff) who wants it, but for who did it."""
    told = whom(event, kind, user_ids)
    if not told:
        return
    for user_id in told:
        insert(
            Notice,
            user_id=user_id,
            kind=kind.value,
            ticket_id=event.ticket_id,
            event_id=event.id,
            batch=event.batch,
            tickets=1,
            created_at=clock.now(),
        )
    bell(told)
    tell_elsewhere(event, kind, told)


def whom(event: Event, kind: Kind, user_ids: set[int] | None) -> list[int]:
    """Those of *user_ids* who want to hear of *event*, which was not their own deed."""
    if user_ids is not None and not user_ids:
        return []
    return [user_id for user_id in wanting(kind, user_ids) if user_id != event.actor_id]


def tell_elsewhere(event: Event, kind: Kind, user_ids: list[int]) -> None:
    """Let whoever tells these people by other ways (mail) do so, in the transaction at hand."""
    for teller in current_app.extensions["helpdesk.notices.tellers"]:
        teller(event, kind, user_ids)


def bell(user_ids: Collection[int]) -> None:
    """Let the pages of these people look at their notices anew, after the commit."""
    for listener in current_app.extensions["helpdesk.notices"]:
        after_commit(partial(listener, list(user_ids)))
