"""Events become notices, in the transaction that records them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from .. import clock
from ..database import after_commit, db
from ..events import Event, subscribe
from ..markdown import mentions
from ..tickets.models import Format, Message, Ticket
from .kinds import Kind
from .models import Notice
from .wishes import wanting

Listener = Callable[[list[int]], None]


def install(app: Flask) -> None:
    """Ask to be told of the events that notices are made of."""
    app.extensions["helpdesk.notices"] = []
    for kind, handler in _HANDLERS.items():
        subscribe(app, kind, handler)


def listen(app: Flask, listener: Listener) -> None:
    """Call *listener* with the ids of those who have a new notice, once it is committed."""
    app.extensions["helpdesk.notices"].append(listener)


def _opened(event: Event) -> None:
    ticket = _ticket(event)
    _tell(event, Kind.MENTIONED, _mentioned(event))
    if ticket.assignee_id is None:
        _tell(event, Kind.OPENED, None)


def _assigned(event: Event) -> None:
    if isinstance(event.after, int):
        _tell(event, Kind.ASSIGNED, {event.after})


def _written(event: Event) -> None:
    """To whoever is named in the words; else to the one whose ticket it is."""
    ticket, named = _ticket(event), _mentioned(event)
    _tell(event, Kind.MENTIONED, named)
    if ticket.assignee_id is not None and ticket.assignee_id not in named:
        is_answer = event.actor_id == ticket.requester_id
        kind = Kind.ANSWERED if is_answer else Kind.DISCUSSED
        _tell(event, kind, {ticket.assignee_id})


def _returned(event: Event) -> None:
    if event.user_id is not None:
        _tell(event, Kind.RETURNED, {event.user_id})


def _purged(event: Event) -> None:
    """What was deleted for good concerns nobody any more."""
    db.session.execute(sa.delete(Notice).where(Notice.ticket_id == event.ticket_id))


_HANDLERS: dict[str, Callable[[Event], None]] = {
    "ticket.purged": _purged,
    "ticket.opened": _opened,
    "ticket.replied": _written,
    "ticket.noted": _written,
    "ticket.assignee": _assigned,
    "ticket.reply_returned": _returned,
}


def _ticket(event: Event) -> Ticket:
    return db.session.get_one(Ticket, event.ticket_id)


def _mentioned(event: Event) -> set[int]:
    """Whom the words that *event* tells of name; only staff's words name anybody."""
    message_id = event.after.get("message_id") if isinstance(event.after, dict) else None
    message = db.session.get(Message, message_id) if message_id is not None else None
    if message is None or message.format is not Format.MARKDOWN:
        return set()
    if message.author is None or not message.author.is_staff:
        return set()
    return set(mentions(message.body))


def _tell(event: Event, kind: Kind, user_ids: set[int] | None) -> None:
    """A notice for each of *user_ids* (None: all staff) who wants it, but for who did it."""
    if user_ids is not None and not user_ids:
        return
    told = [user_id for user_id in wanting(kind, user_ids) if user_id != event.actor_id]
    if not told:
        return
    db.session.execute(sa.insert(Notice), list(_rows(event, kind, told)))
    for listener in current_app.extensions["helpdesk.notices"]:
        after_commit(partial(listener, told))


def _rows(event: Event, kind: Kind, user_ids: list[int]) -> Iterator[dict[str, Any]]:
    for user_id in user_ids:
        yield {
            "user_id": user_id,
            "kind": kind.value,
            "ticket_id": event.ticket_id,
            "event_id": event.id,
            "created_at": clock.now(),
        }
