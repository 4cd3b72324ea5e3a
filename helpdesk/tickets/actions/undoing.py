"""Undo: what one deed did, taken back by another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import Conflict, NotFound, WrongState
from ...events import Event, record, writing_batch
from ...i18n import gettext as _
from .. import policy
from ..models import Place, Priority, Status, Ticket
from . import custom, holding, linking, merging, moving, placing, splitting
from .changing import Undo, set_field, value_of

# Puts back what an event did that is about no ticket: rooms above this one register theirs. False
# where that has changed again since.
UndoElsewhere = Callable[[Actor, Event], bool]
_ELSEWHERE: dict[str, UndoElsewhere] = {}


@dataclass(frozen=True)
class Undone:
    """What became of an undo: its own name, and the tickets that are not as they were before."""

    batch: str
    tickets: int
    changed_since: Sequence[int]


def undo(actor: Actor, batch: str) -> Undone:
    """Take back the deed *batch*, newest event first.

    What somebody has changed again since stays as it is now. Raises NotAllowed; NotFound where
    there is no such deed; Conflict where all of it has changed since, or it was undone before;
    WrongState where nothing of it can be taken back (words that were sent).
    """
    policy.require(actor, "change_fields")
    with transaction():
        events = _events_of(batch)
        _require_undoable(batch, events)
        tickets: set[int] = set()
        changed_since: set[int] = set()
        elsewhere = [
            _ELSEWHERE[event.kind](actor, event) for event in events if event.kind in _ELSEWHERE
        ]
        for event in events:
            put_back = UNDOS.get(event.kind)
            if put_back is None or event.ticket_id is None:
                continue
            ticket = db.session.get_one(Ticket, event.ticket_id)
            is_back = ticket.place is not Place.PURGED and put_back(actor, ticket, event)
            if is_back is None:
                continue
            tickets.add(ticket.id)
            if not is_back:
                changed_since.add(ticket.id)
        if not any(elsewhere) and tickets == changed_since:
            raise Conflict(_("Somebody has changed this again since: it was left as it is."))
        one = next(iter(tickets)) if len(tickets) == 1 else None
        record(actor.id, "ticket.undone", ticket_id=one, undoes=batch)
        return Undone(writing_batch(), len(tickets), sorted(changed_since))


def register(kind: str, put_back: UndoElsewhere) -> None:
    """Let *put_back* take back events of *kind*, which are about no ticket."""
    _ELSEWHERE[kind] = put_back


def can_undo(event: Event) -> bool:
    """Whether the deed that *event* belongs to has something that can be taken back."""
    return event.batch is not None and _is_undoable(event)


def _is_undoable(event: Event) -> bool:
    return event.kind in UNDOS or event.kind in _ELSEWHERE


def _events_of(batch: str) -> Sequence[Event]:
    query = sa.select(Event).where(Event.batch == batch).order_by(Event.id.desc())
    return db.session.scalars(query).all()


def _require_undoable(batch: str, events: Sequence[Event]) -> None:
    if not events:
        raise NotFound(_("There is nothing to undo."))
    if db.session.scalar(sa.select(Event.id).where(Event.undoes == batch)) is not None:
        raise Conflict(_("This was undone already."))
    if not any(_is_undoable(event) for event in events):
        raise WrongState(_("This can't be undone."))


def _field(name: str, read: Callable[[Any], Any] = lambda value: value) -> Undo:
    """An undo that sets field *name* back; *read* makes its value of what the event has."""

    def put_back(actor: Actor, ticket: Ticket, event: Event) -> bool:
        now = value_of(ticket, name)
        if now != (None if event.after is None else read(event.after)):
            return False
        set_field(actor, ticket, name, None if event.before is None else read(event.before))
        return True

    return put_back


def _put_back_custom_field(actor: Actor, ticket: Ticket, event: Event) -> bool:
    name = custom.PREFIX + event.after["key"]
    if value_of(ticket, name) != event.after["value"]:
        return False
    set_field(actor, ticket, name, event.before["value"])
    return True


UNDOS: Mapping[str, Undo] = {
    "ticket.status": _field("status", Status),
    "ticket.assignee": _field("assignee_id"),
    "ticket.priority": _field("priority", Priority),
    "ticket.category": _field("category_id"),
    "ticket.subcategory": _field("subcategory_id"),
    "ticket.tags": _field("tags"),
    "ticket.field": _put_back_custom_field,
    "ticket.subject": _field("subject"),
    **linking.UNDOS,
    **merging.UNDOS,
    **moving.UNDOS,
    **placing.UNDOS,
    **splitting.UNDOS,
    "ticket.reply_held": holding.put_back,
}
