"""Holding a reply for some seconds before it leaves: until then its author can call it back.

It waits in the database and not in a timer, so nothing that happens to the process loses it or
sends it twice. Until it leaves, no customer can tell that there is anything.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from ... import clock
from ...accounts.models import User
from ...database import after_commit, db, transaction
from ...errors import Conflict, NotAllowed, NotFound
from ...events import Event, record, writing_batch
from ...i18n import gettext as _
from .. import policy
from ..models import Draft, Format, HeldReply, Message, Ticket
from ..queries.drafts import draft_of
from ..queries.opened_by_staff import HeldWords
from .along import Along, apply_all, seen_now
from .attachments import Files, attach, keeping
from .checking import require_solvable
from .drafting import give_back
from .writing import check_body, reply, require_open_to_replies


def init_app(app: Flask) -> None:
    """Give *app* its own, empty list of those who want to know when a reply is held."""
    app.extensions["helpdesk.held"] = []


def on_hold(app: Flask, call: Callable[[], None]) -> None:
    """Call *call* after each commit that holds a reply."""
    app.extensions["helpdesk.held"].append(call)


def hold_reply(
    actor: User,
    ticket: Ticket,
    body: str,
    files: Files = (),
    along: Along | None = None,
    *,
    seconds: int,
    format: Format = Format.TEXT,
) -> HeldReply:
    """Let a reply of staff leave in *seconds*, with its files and what goes *along*.

    Checks now all that ``reply`` would. Raises NotAllowed, TooLarge, Invalid; WrongState on a
    closed, merged or deleted ticket.
    """
    policy.require(actor, "reply", ticket)
    policy.require(actor, "change_fields", ticket)
    body = check_body(body, files)
    along = along or Along()
    with keeping(files) as kept, transaction(together=True):
        require_open_to_replies(actor, ticket)
        along.check()
        if along.status is not None:
            require_solvable(actor, ticket, along.status, along.changes.fields)
        now, batch = clock.now(), writing_batch()
        held = HeldReply(
            ticket_id=ticket.id,
            author_id=actor.id,
            body=body,
            format=format,
            choices=along.as_json()
            | {
                "batch": batch,
                "ticket": ticket.id,
                "seen": seen_now(ticket, along) | {"status": ticket.status},
                "after": _last_message_id(ticket.id),
            },
            created_at=now,
            # Times are whole seconds, rounded down: with one more nobody has less than promised.
            leaves_at=now + timedelta(seconds=seconds + 1),
        )
        db.session.add(held)
        db.session.flush()
        attach(actor, held, kept)
        db.session.flush()
        record(actor.id, "ticket.reply_held", ticket_id=ticket.id, after={"held": batch})
        for call in current_app.extensions["helpdesk.held"]:
            after_commit(call)
    return held


def send_reply(
    actor: User,
    ticket: Ticket,
    body: str,
    files: Files = (),
    along: Along | None = None,
    *,
    seconds: int,
    format: Format = Format.TEXT,
) -> HeldReply | Message:
    """:func:`hold_reply`, or with no *seconds* to wait the message itself, at once.

    Raises what either does.
    """
    if seconds > 0:
        return hold_reply(actor, ticket, body, files, along, seconds=seconds, format=format)
    along = along or Along()
    with transaction(together=True):
        require_open_to_replies(actor, ticket)
        apply_all(actor, ticket, along, but_status=True)
        return reply(actor, ticket, body, files, along.status, format=format)


def name_of(held: HeldReply | HeldWords) -> str:
    """The name by which *held* is called back; it is never given again, as its id may be."""
    return str(held.choices["batch"])


def call_back(actor: User, name: str) -> Draft:
    """Make the held reply *name* its author's draft again: words, files, status and assignee.

    Twice is as good as once. Raises NotFound, NotAllowed for somebody else's; Conflict once it has
    left.
    """
    with transaction(together=True):
        held = _named(name)
        if held is None:
            return _called_back_before(actor, name)
        _require_author(actor, held.author_id)
        draft, ticket_id = _taken_back(held), held.ticket_id
        told = {"held": name}
        record(actor.id, "ticket.reply_called_back", ticket_id=ticket_id, after=told, undoes=name)
    return draft


def put_back(actor: Any, _ticket: Ticket, event: Event) -> bool:
    """Undo of ``ticket.reply_held``: it is called back. Raises NotAllowed, Conflict."""
    held = _named(event.after["held"])
    if held is None:
        raise Conflict(_("This reply has left already: it can't be called back any more."))
    _require_author(actor, held.author_id)
    _taken_back(held)
    return True


def _taken_back(held: HeldReply) -> Draft:
    draft = give_back(held, held.ticket_id)
    db.session.delete(held)
    db.session.flush()
    return draft


def _require_author(actor: User, author_id: int | None) -> None:
    if author_id != actor.id:
        raise NotAllowed(_("Only whoever wrote a reply can call it back."))


def _called_back_before(actor: User, name: str) -> Draft:
    """The draft that the reply *name* has become. Raises NotFound, NotAllowed, Conflict."""
    known = db.session.scalar(
        sa.select(Event).where(Event.batch == name, Event.kind == "ticket.reply_held")
    )
    if known is None:
        raise NotFound(_("There is no such reply."))
    _require_author(actor, known.actor_id)
    undone = db.session.scalar(sa.select(Event).where(Event.undoes == name))
    if undone is None:
        raise Conflict(_("This reply has left already: it can't be called back any more."))
    draft = draft_of(actor, undone.ticket_id or 0)
    if draft is None:
        raise Conflict(_("This reply was called back before."))
    return draft


def _named(name: str) -> HeldReply | None:
    held = db.session.scalars(sa.select(HeldReply)).all()  # of some seconds: few
    return next((one for one in held if name_of(one) == name), None)


def _last_message_id(ticket_id: int) -> int:
    query = sa.select(sa.func.max(Message.id)).where(
        Message.ticket_id == ticket_id, Message.internal.is_(False)
    )
    return db.session.scalar(query) or 0
