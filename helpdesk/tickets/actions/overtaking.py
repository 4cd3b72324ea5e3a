"""Which deeds were overtaken: somebody has changed the same again since, and that still stands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from ...database import db
from ...events import Event
from ..queries.opened_by_staff import Happened

Topic = tuple[int, str]  # a ticket's id, and what of it

_AT_ONCE = 500  # tickets in one statement
# Deeds of two kinds that are about one thing.
_OF = {
    "ticket.linked": "link",
    "ticket.unlinked": "link",
    "ticket.followed": "follow",
    "ticket.unfollowed": "follow",
    "ticket.merged": "merge",
    "ticket.unmerged": "merge",
}
KINDS = (
    "ticket.status",
    "ticket.assignee",
    "ticket.priority",
    "ticket.category",
    "ticket.subcategory",
    "ticket.tags",
    "ticket.field",
    "ticket.subject",
    "ticket.place",
    "ticket.requester",
    *_OF,
)


def topic_of(event: Event | Happened) -> Topic | None:
    """What *event* changed; None where no other deed can have changed the same."""
    if event.kind not in KINDS or event.ticket_id is None:
        return None
    about, told = _OF.get(event.kind, event.kind), event.after or event.before or {}
    if event.kind == "ticket.field":
        about += f":{told['key']}"
    elif about == "link":
        about += f":{told['to']}"
    elif about == "follow":
        about += f":{told['id']}"
    elif about == "merge" and "into" not in told:
        return None  # the other ticket's side of it
    return event.ticket_id, about


def overtaken(events: Sequence[Event]) -> set[Topic]:
    """What of the deed *events* was changed again since by deeds that were not undone."""
    mine = {topic: event.id for event in events if (topic := topic_of(event))}
    if not mine:
        return set()
    later: dict[Topic, list[Event]] = defaultdict(list)
    for event in _later({ticket_id for ticket_id, _about in mine}, min(mine.values())):
        topic = topic_of(event)
        if topic in mine and event.id > mine[topic] and event.batch != events[0].batch:
            later[topic].append(event)
    undoes = _undoes({event.batch for some in later.values() for event in some if event.batch})
    return {topic for topic, some in later.items() if _stands(some, undoes)}


def overtaken_deeds(events: Sequence[Happened], undoes: Mapping[str, str]) -> set[str]:
    """The deeds that were overtaken on a ticket, whose *events* these are, in order.

    *undoes* says which of these deeds take back or do again another one, and which.
    """
    standing: dict[Topic, set[str | int]] = defaultdict(set)  # of what came after
    seen: set[tuple[Topic, str | int]] = set()
    found: set[str] = set()
    for event in reversed(events):
        topic, deed = topic_of(event), event.batch or event.id
        if topic is None or (topic, deed) in seen:
            continue
        seen.add((topic, deed))
        if standing[topic] and event.batch:
            found.add(event.batch)
        standing[topic] ^= {_first(deed, undoes)}
    return found


def _later(ticket_ids: set[int], since: int) -> list[Event]:
    ids = sorted(ticket_ids)
    found: list[Event] = []
    for start in range(0, len(ids), _AT_ONCE):
        query = sa.select(Event).where(
            Event.ticket_id.in_(ids[start : start + _AT_ONCE]),
            Event.id > since,
            Event.kind.in_(KINDS),
        )
        found += db.session.scalars(query.order_by(Event.id)).all()
    return found


def _undoes(batches: set[str]) -> dict[str, str]:
    """Which of *batches* undo another deed, and which."""
    query = sa.select(Event.batch, Event.undoes).where(
        Event.batch.in_(batches), Event.undoes.is_not(None)
    )
    return {str(batch): str(undone) for batch, undone in db.session.execute(query)}


def _stands(later: Sequence[Event], undoes: Mapping[str, str]) -> bool:
    """Whether something of *later*, in order, stands once undos have taken back what they do.

    An undo takes a deed back, the undo of that one does it again, and so on.
    """
    standing: set[str | int] = set()
    for deed in dict.fromkeys(event.batch or event.id for event in later):
        standing ^= {_first(deed, undoes)}
    return bool(standing)


def _first(deed: str | int, undoes: Mapping[str, str]) -> str | int:
    """The deed that *deed* takes back or does again; itself where it is no undo."""
    while isinstance(deed, str) and deed in undoes:
        deed = undoes[deed]
    return deed
