"""Undo: what one deed did, taken back by another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import Conflict, Invalid, NotFound, WrongState
from ...events import Event, record, writing_batch
from ...i18n import gettext as _
from .. import policy
from ..models import Place, Ticket
from ..queries.opened_by_staff import Happened
from . import following, holding, linking, merging, moving, placing, splitting, undoing_fields
from .changes import Undo, changed_again
from .overtaking import Topic, overtaken, topic_of

# Puts back what an event did that is about no ticket: rooms above this one register theirs. False
# where that has changed again since.
UndoElsewhere = Callable[[Actor, Event], bool]
_ELSEWHERE: dict[str, UndoElsewhere] = {}


@dataclass(frozen=True)
class Undone:
    """What became of an undo: its own name, and the tickets that stay as they are, and why."""

    batch: str
    tickets: int
    stayed: Mapping[int, str]
    is_again: bool = False  # what was undone is done again

    @property
    def changed_since(self) -> list[int]:
        """The tickets that stay as they are."""
        return sorted(self.stayed)


def undo(actor: Actor, batch: str) -> Undone:
    """Take back the deed *batch*, newest event first, of each ticket all or nothing.

    What somebody has changed again since stays as it is now, and so does what can't be any more (a
    choice that is gone). Raises NotAllowed; NotFound where there is no such deed; Conflict where
    all of it stays, or it was undone before; WrongState where nothing of it can be taken back
    (words that were sent).
    """
    policy.require(actor, "change_fields")
    with transaction():
        events = _events_of(batch)
        _require_undoable(batch, events)
        gone = overtaken(events)
        elsewhere = [
            _ELSEWHERE[event.kind](actor, event) for event in events if event.kind in _ELSEWHERE
        ]
        tickets: set[int] = set()
        stayed: dict[int, str] = {}
        for ticket_id, of_ticket in _by_ticket(events).items():
            try:
                with db.session.begin_nested():
                    if _put_back(actor, ticket_id, of_ticket, gone):
                        tickets.add(ticket_id)
            except (Conflict, Invalid, WrongState) as error:
                db.session.expire_all()  # what the savepoint took back
                tickets.add(ticket_id)
                stayed[ticket_id] = error.message
        if not any(elsewhere) and tickets == stayed.keys():
            raise Conflict(next(iter(stayed.values()), changed_again()))
        one = next(iter(tickets)) if len(tickets) == 1 else None
        is_again = _is_back(events)
        after = {"again": is_again}
        record(actor.id, "ticket.undone", ticket_id=one, after=after, undoes=batch)
        return Undone(writing_batch(), len(tickets), stayed, is_again)


def _is_back(events: Sequence[Event]) -> bool:
    """Whether the deed *events* had put back what it was about as it was before."""
    return any(event.undoes and not (event.after or {}).get("again") for event in events)


def _put_back(actor: Actor, ticket_id: int, events: Sequence[Event], gone: set[Topic]) -> bool:
    """Put back what *events* did to one ticket; False where they only tell it of another's.

    Raises Conflict, Invalid, WrongState where it stays as it is.
    """
    ticket = db.session.get_one(Ticket, ticket_id)
    if ticket.place is Place.PURGED or any(topic_of(event) in gone for event in events):
        raise Conflict(changed_again())
    done = [_put_back_one(actor, ticket, event) for event in events if event.kind in UNDOS]
    fields = [event for event in events if event.kind in undoing_fields.KINDS]
    if fields:
        undoing_fields.put_back_fields(actor, ticket, fields)
    return bool(fields) or any(done)


def _put_back_one(actor: Actor, ticket: Ticket, event: Event) -> bool:
    is_back = UNDOS[event.kind](actor, ticket, event)
    if is_back is False:
        raise Conflict(changed_again())
    return is_back is True


def _by_ticket(events: Sequence[Event]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for event in events:
        if event.ticket_id is not None and _is_of_ticket(event):
            found.setdefault(event.ticket_id, []).append(event)
    return found


def register(kind: str, put_back: UndoElsewhere) -> None:
    """Let *put_back* take back events of *kind*, which are about no ticket."""
    _ELSEWHERE[kind] = put_back


def can_undo(event: Event | Happened) -> bool:
    """Whether the deed that *event* belongs to has something that can be taken back."""
    return event.batch is not None and _is_undoable(event)


def _is_undoable(event: Event | Happened) -> bool:
    return _is_of_ticket(event) or event.kind in _ELSEWHERE


def _is_of_ticket(event: Event | Happened) -> bool:
    return event.kind in UNDOS or event.kind in undoing_fields.KINDS


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


# By kind, but for those of a ticket's fields (undoing_fields.py).
UNDOS: Mapping[str, Undo] = {
    **following.UNDOS,
    **linking.UNDOS,
    **merging.UNDOS,
    **moving.UNDOS,
    **placing.UNDOS,
    **splitting.UNDOS,
    "ticket.reply_held": holding.put_back,
}
