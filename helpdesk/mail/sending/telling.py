"""Events become rows of the outbox, in the transaction that records them."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from ...accounts import confirming, links
from ...accounts.models import LinkPurpose, OneTimeLink, User
from ...audit.recording import masked
from ...database import db
from ...events import Event, subscribe
from ...tickets.models import Status, Ticket
from ..models import MailKind, OutgoingMail, Sending
from . import outbox, troubles
from .recipients import participants, requester_of, whole_person


def install(app: Flask) -> None:
    """Ask to be told of the events that mails are made of."""
    for kind, handler in _HANDLERS.items():
        subscribe(app, kind, _if_open(handler))
    subscribe(app, "ticket.undone", _undone)


def _if_open(handler: Callable[[Event], None]) -> Callable[[Event], None]:
    def told(event: Event) -> None:
        if outbox.is_open():
            handler(event)

    return told


def _opened(event: Event) -> None:
    """To the requester: that we have it, or the words with which staff opened it for them."""
    ticket = _ticket(event)
    requester = requester_of(ticket)
    if requester is None:
        return
    if event.actor_id == ticket.requester_id:
        if not requester.is_staff:
            outbox.put_answer(requester, ticket)
    elif requester.id != event.actor_id:
        confirming.doubt(requester)
        outbox.put(MailKind.ANSWERED, requester, ticket=ticket, message_id=_message_id(event))


def _replied(event: Event) -> None:
    """To everybody who takes part but for whoever wrote."""
    ticket = _ticket(event)
    _drop_resolved(ticket.id, event.batch)  # these words tell of it
    for user in participants(ticket, but=event.actor_id):
        outbox.put(MailKind.ANSWERED, user, ticket=ticket, message_id=_message_id(event))


def _status(event: Event) -> None:
    """To the requester, when it was resolved by somebody else, and without words."""
    if event.after != Status.RESOLVED or _was_answered(event):
        return
    ticket = _ticket(event)
    requester = requester_of(ticket)
    if requester is not None and event.actor_id not in (ticket.requester_id, requester.id):
        outbox.put(MailKind.RESOLVED, requester, ticket=ticket, details={"batch": event.batch})


def _undone(event: Event) -> None:
    """What was resolved by the deed that *event* takes back is not: nobody is told that it is.

    Nor by the undo itself, which may resolve again what was opened.
    """
    _drop_resolved(event.ticket_id, event.undoes, unless_still=True)
    _drop_resolved(event.ticket_id, event.batch)


def _asked_for_link(event: Event) -> None:
    _send_link(event, LinkPurpose.RESET)


def _invited(event: Event) -> None:
    _send_link(event, LinkPurpose.INVITE)


def _send_link(event: Event, purpose: LinkPurpose) -> None:
    user = whole_person(db.session.get(User, event.user_id))
    if user is None or user.id != event.user_id:
        return
    link = next((one for one in links.open_resets(user) if one.purpose is purpose), None)
    if link is not None:
        details: dict[str, Any] = {"link": link.id, "purpose": purpose.value}
        outbox.put(MailKind.ACCOUNT, user, details=details)


def _to_confirm(event: Event) -> None:
    """To the address that is to be confirmed, which may be another than the account has."""
    link = db.session.get(OneTimeLink, event.after["link"])
    user = db.session.get(User, event.user_id)
    if link is None or user is None or not link.address:
        return
    details = {"link": link.id, "purpose": link.purpose.value}
    row = outbox.put(MailKind.ACCOUNT, user, details=details)
    if row is not None:
        row.recipient = link.address


def _profile(event: Event) -> None:
    """To the old address, that there is another one now."""
    before, after = event.before["email"], event.after["email"]
    if before != after:
        row = _put_news(event, {"to": masked(after)})
        if row is not None:
            row.recipient = before


def _factor(event: Event) -> None:
    _put_news(event, {})


def _new_device(event: Event) -> None:
    _put_news(event, event.after)


def _put_news(event: Event, more: dict[str, Any]) -> OutgoingMail | None:
    """To somebody, of what happened to their account: they may not have done it."""
    user = whole_person(db.session.get(User, event.user_id))
    if user is None or user.id != event.user_id:
        return None
    at = int(event.created_at.timestamp())
    details = {"purpose": "news", "what": event.kind, "at": at} | more
    return outbox.put(MailKind.ACCOUNT, user, details=details)


_HANDLERS: dict[str, Callable[[Event], None]] = {
    "ticket.opened": _opened,
    "ticket.replied": _replied,
    "ticket.status": _status,
    "user.reset_requested": _asked_for_link,
    "user.invited": _invited,
    "user.confirm_requested": _to_confirm,
    "user.email_requested": _to_confirm,
    "user.profile": _profile,
    "user.factor_added": _factor,
    "user.factor_removed": _factor,
    "user.factors_reset": _factor,
    "user.new_device": _new_device,
    "webhook.paused": troubles.webhook_paused,
}


def _ticket(event: Event) -> Ticket:
    return db.session.get_one(Ticket, event.ticket_id)


def _message_id(event: Event) -> int | None:
    found: int | None = event.after["message_id"]
    return found


def _was_answered(event: Event) -> bool:
    query = sa.select(Event.id).where(
        Event.batch == event.batch,
        Event.ticket_id == event.ticket_id,
        Event.kind == "ticket.replied",
    )
    return db.session.scalar(query.limit(1)) is not None


def _drop_resolved(ticket_id: int | None, batch: str | None, *, unless_still: bool = False) -> None:
    """Cancel what waits to tell that the deed *batch* resolved *ticket_id* (None: any ticket).

    With *unless_still* not where it still is: an undo may have left some as they are.
    """
    query = sa.select(OutgoingMail).where(
        OutgoingMail.state == Sending.WAITING,
        OutgoingMail.kind == MailKind.RESOLVED,
        OutgoingMail.details["batch"].as_string() == batch,
    )
    if ticket_id is not None:
        query = query.where(OutgoingMail.ticket_id == ticket_id)
    if unless_still:
        resolved = sa.select(Ticket.id).where(Ticket.status == Status.RESOLVED)
        query = query.where(OutgoingMail.ticket_id.not_in(resolved))
    for row in db.session.scalars(query):
        outbox.cancel_row(row, "It was undone, or answered with words.")
    db.session.flush()
