"""Which tickets of two merged customers become the other's again, and which can't.

What the kept one has written since must never be shown to the other, nor a ticket of theirs that
was merged into one of the other's. What staff have written since keeps nothing: it was meant for
whoever asked.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import aliased

from ..accounts.models import User
from ..database import db
from ..events import Event
from ..tickets.models import AuthorKind, Message, Ticket

AT_ONCE = 500  # ids in a statement


class Parting(Struct, frozen=True):
    """Tickets by what becomes of them; *stayed* are those to tell of, without what they contain."""

    moving: Sequence[int]
    staying: Sequence[int]
    stayed: Sequence[int]


def merge_of(other: User) -> Event | None:
    """The merge that *other* is in, if there is one."""
    if other.merged_into_id is None:
        return None
    query = sa.select(Event).where(
        Event.kind == "customer.merged", Event.user_id == other.merged_into_id
    )
    events = db.session.scalars(query.order_by(Event.id.desc()))
    return next((one for one in events if one.before["id"] == other.id), None)


def parting(event: Event) -> Parting:
    """What would become of the tickets that the merge *event* gave to the kept one."""
    into = {
        row[0]: row[1]
        for row in chunked(
            sa.select(Ticket.id, Ticket.merged_into_id).where(Ticket.requester_id == event.user_id),
            Ticket.id,
            _with_split_off(event),
        )
    }
    ends = {id_ for id_, target in into.items() if target is None}
    busy = _with_words(ends, event.after["public"]) | _with_others_tickets(ends, into.keys())
    staying = sorted(id_ for id_ in into if _end(id_, into) not in ends - busy)
    return Parting(
        moving=sorted(into.keys() - set(staying)),
        staying=staying,
        stayed=[id_ for id_ in staying if into[id_] not in into],
    )


def chunked(
    query: sa.Select[*tuple[Any, ...]],
    column: sa.SQLColumnExpression[Any],
    ids: Collection[int],
) -> Iterator[Any]:
    """The rows of *query* whose *column* is one of *ids*, however many these are."""
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        yield from db.session.execute(query.where(column.in_(every[start : start + AT_ONCE])))


def _with_split_off(event: Event) -> set[int]:
    """The tickets of the merge, with what was split off from them since."""
    found, new = set[int](), set(event.after["tickets"])
    split = sa.select(Event.after["to"].as_integer()).where(
        Event.kind == "ticket.split", Event.id > event.id, Event.before.is_not(None)
    )
    while new:
        found |= new
        new = {row[0] for row in chunked(split, Event.ticket_id, new)} - {None} - found
    return found


def _end(id_: int, into: dict[int, int | None]) -> int:
    """The ticket that the words of this one are in, or the first on the way that isn't of them."""
    while id_ in into and (target := into[id_]) is not None:
        id_ = target
    return id_


def _with_words(ids: Collection[int], known: Sequence[int]) -> set[int]:
    """Those in which there are public words besides *known* that no staff have written."""
    before = set(known)
    query = sa.select(Message.id, Message.ticket_id).where(
        Message.internal.is_(False), Message.author_kind != AuthorKind.ADMIN
    )
    return {row[1] for row in chunked(query, Message.ticket_id, ids) if row[0] not in before}


def _with_others_tickets(ids: Collection[int], known: Collection[int]) -> set[int]:
    """Those into which a ticket besides *known* was merged, at once or by way of another."""
    found = set[int]()
    source = aliased(Ticket)
    root = sa.select(Ticket.id, Ticket.id.label("root"))
    for start in range(0, len(ids), AT_ONCE):
        part = sorted(ids)[start : start + AT_ONCE]
        every = root.where(Ticket.id.in_(part)).cte("every", recursive=True)
        every = every.union(
            sa.select(source.id, every.c.root).where(source.merged_into_id == every.c.id)
        )
        rows = db.session.execute(sa.select(every.c.id, every.c.root))
        found |= {row[1] for row in rows if row[0] not in known}
    return found
