"""Events become notices, in the transaction that records them."""

from collections.abc import Callable

from flask import Flask

from ..database import load
from ..events import Event, subscribe
from ..markdown import mentions
from ..tickets.models import Format, Message, Ticket
from . import giving
from .kinds import Kind
from .telling import Listener, Teller, tell


def install(app: Flask) -> None:
    """Ask to be told of the events that notices are made of."""
    app.extensions["helpdesk.notices"] = []
    app.extensions["helpdesk.notices.tellers"] = []
    for kind, handler in _HANDLERS.items():
        subscribe(app, kind, handler)


def listen(app: Flask, listener: Listener) -> None:
    """Call *listener* with the ids of those who have a new notice, once it is committed."""
    app.extensions["helpdesk.notices"].append(listener)


def tell_also(app: Flask, teller: Teller) -> None:
    """Call *teller* with event, kind and ids for each notice, in the transaction that makes it."""
    app.extensions["helpdesk.notices.tellers"].append(teller)


def _opened(event: Event) -> None:
    ticket = _ticket(event)
    tell(event, Kind.MENTIONED, _mentioned(event))
    if ticket.assignee_id is None:
        tell(event, Kind.OPENED, None)


def _written(event: Event) -> None:
    """To whoever is named in the words; else to the one whose ticket it is."""
    ticket, named = _ticket(event), _mentioned(event)
    tell(event, Kind.MENTIONED, named)
    if ticket.assignee_id is not None and ticket.assignee_id not in named:
        is_answer = event.actor_id == ticket.requester_id
        kind = Kind.ANSWERED if is_answer else Kind.DISCUSSED
        tell(event, kind, {ticket.assignee_id})


def _returned(event: Event) -> None:
    if event.user_id is not None:
        tell(event, Kind.RETURNED, {event.user_id})


_HANDLERS: dict[str, Callable[[Event], None]] = {
    "ticket.purged": giving.purged,
    "ticket.undone": giving.undone,
    "ticket.opened": _opened,
    "ticket.replied": _written,
    "ticket.noted": _written,
    "ticket.assignee": giving.assigned,
    "ticket.reply_returned": _returned,
}


def _ticket(event: Event) -> Ticket:
    assert event.ticket_id is not None  # noqa: S101
    return load(Ticket, event.ticket_id)


def _mentioned(event: Event) -> set[int]:
    """Whom the words that *event* tells of name; only staff's words name anybody."""
    message_id = event.after.get("message_id") if isinstance(event.after, dict) else None
    message = load(Message, message_id) if message_id is not None else None
    if message is None or message.format is not Format.MARKDOWN:
        return set()
    if message.author is None or not message.author.is_staff:
        return set()
    return set(mentions(message.body))
