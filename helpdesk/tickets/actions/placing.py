"""Where a ticket lies: with all the others, in spam, in the bin; and its end, thirty days later."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import HelpdeskError, WrongState
from ...events import Event, record
from ...fields.models import FieldValue
from ...files import store
from ...i18n import gettext as _
from .. import policy
from ..models import (
    Attachment,
    Draft,
    Follower,
    HeldReply,
    Message,
    Place,
    ReadMark,
    Ticket,
    TicketLink,
    ref_of,
    ticket_tags,
)
from .changes import Undo

BIN_LASTS = timedelta(days=30)
_AT_ONCE = 100  # tickets purged in one transaction


def place(actor: Actor, ticket: Ticket, where: Place) -> Event | None:
    """Put *ticket* into spam or the bin, or back into the inbox; None where it lies there.

    In the bin it is gone for its requester, and after ``BIN_LASTS`` for everybody. Of spam the
    requester learns nothing. Raises NotAllowed; WrongState where the ticket was merged.
    """
    policy.require(actor, "place", ticket)
    if where not in (Place.INBOX, Place.SPAM, Place.BIN):
        raise ValueError(where)
    with transaction():
        if ticket.place is Place.MERGED and ticket.merged_into_id is not None:
            raise WrongState(
                _(
                    "This ticket was merged into %(ref)s. Take the two apart first.",
                    ref=ref_of(ticket.merged_into_id),
                )
            )
        if ticket.place is Place.PURGED:
            raise WrongState(_("This ticket was deleted for good."))
        return None if ticket.place is where else set_place(actor, ticket, where)


def set_place(actor: Actor, ticket: Ticket, where: Place, since: datetime | None = None) -> Event:
    """Put *ticket* there inside the caller's transaction, which has checked that it may."""
    before = _kept(ticket)
    ticket.place = where
    ticket.placed_at = None if where is Place.INBOX else since or clock.now()
    ticket.version += 1
    db.session.flush()
    return record(actor.id, "ticket.place", ticket_id=ticket.id, before=before, after=_kept(ticket))


def _kept(ticket: Ticket) -> dict[str, Any]:
    since = ticket.placed_at
    return {
        "place": ticket.place.value,
        "placed_at": None if since is None else int(since.timestamp()),
    }


def _undo_place(actor: Actor, ticket: Ticket, event: Event) -> bool:
    """Back to where it lay. A ticket that is deleted again has its thirty days anew."""
    if _kept(ticket) != event.after:
        return False
    set_place(actor, ticket, Place(event.before["place"]))
    return True


UNDOS: dict[str, Undo] = {"ticket.place": _undo_place}


# For good.


def goes_at(where: Place, since: datetime | None) -> datetime | None:
    """When what lies there *since* then will be deleted for good; None for all but the bin."""
    return since + BIN_LASTS if where is Place.BIN and since is not None else None


def purge(actor: Actor, ticket: Ticket) -> None:
    """Delete *ticket*, which must lie in the bin, for good, with all that was merged into it.

    Its row stays, empty: its number is never given again, and what happened stays on record.
    Raises NotAllowed; WrongState where it isn't in the bin.
    """
    policy.require(actor, "purge", ticket)
    with transaction():
        if ticket.place is not Place.BIN:
            raise WrongState(_("Only what is deleted already can be deleted for good."))
        names = _purge(actor, [ticket.id])
    _drop_files(names)


def purge_old(actor: Actor, now: datetime | None = None) -> int:
    """Delete for good what has lain in the bin for ``BIN_LASTS``; how many tickets that were."""
    policy.require(actor, "purge")
    before = (now or clock.now()) - BIN_LASTS
    query = (
        sa.select(Ticket.id)
        .where(Ticket.place == Place.BIN, Ticket.placed_at <= before)
        .order_by(Ticket.placed_at, Ticket.id)
        .limit(_AT_ONCE)
    )
    total = 0
    while True:
        with transaction():
            ids = db.session.scalars(query).all()
            names = _purge(actor, ids)
        _drop_files(names)
        total += len(ids)
        if len(ids) < _AT_ONCE:
            return total


def _purge(actor: Actor, ids: Sequence[int]) -> list[str]:
    """Empty these tickets and what was merged into them; return the stored names of their files."""
    every = _with_merged(ids)
    messages = sa.select(Message.id).where(Message.ticket_id.in_(every))
    drafts = sa.select(Draft.id).where(Draft.ticket_id.in_(every))
    held = sa.select(HeldReply.id).where(HeldReply.ticket_id.in_(every))
    names = db.session.scalars(
        sa.delete(Attachment)
        .where(
            sa.or_(
                Attachment.message_id.in_(messages),
                Attachment.draft_id.in_(drafts),
                Attachment.held_reply_id.in_(held),
            )
        )
        .returning(Attachment.stored_name)
    ).all()
    for column in (
        Message.ticket_id,
        Draft.ticket_id,
        HeldReply.ticket_id,
        ReadMark.ticket_id,
        FieldValue.ticket_id,
        Follower.ticket_id,
        TicketLink.low_id,
        TicketLink.high_id,
        ticket_tags.c.ticket_id,
    ):
        db.session.execute(sa.delete(column.table).where(column.in_(every)))
    db.session.execute(sa.update(Ticket).where(Ticket.id.in_(every)).values(_tombstone()))
    _blank_events(every)
    db.session.expire_all()
    for id_ in every:
        record(actor.id, "ticket.purged", ticket_id=id_)
    return list(names)


def _blank_events(ids: Sequence[int]) -> None:
    """Let events still tell that subject, tags and fields were changed, but not what they held.

    Of tickets that are not purged yet the database lets no event be changed.
    """
    query = sa.select(Event.id, Event.kind, Event.after).where(
        Event.ticket_id.in_(ids),
        Event.kind.in_(("ticket.subject", "ticket.tags", "ticket.field")),
    )
    for id_, kind, after in db.session.execute(query).all():
        kept = {"key": after["key"], "value": None} if kind == "ticket.field" else None
        blank = sa.update(Event).where(Event.id == id_).values(before=kept, after=kept)
        db.session.execute(blank.execution_options(synchronize_session=False))


def _with_merged(ids: Sequence[int]) -> list[int]:
    every = sa.select(Ticket.id).where(Ticket.id.in_(ids)).cte("every", recursive=True)
    every = every.union(sa.select(Ticket.id).where(Ticket.merged_into_id == every.c.id))
    return list(db.session.scalars(sa.select(every.c.id)))


def _tombstone() -> dict[str, Any]:
    return {
        "subject": "",
        "description": "",
        "last_words": "",
        "message_count": 0,
        "file_count": 0,
        "category_id": None,
        "subcategory_id": None,
        "assignee_id": None,
        "waiting_since": None,
        "merged_into_id": None,
        "place": Place.PURGED,
        "placed_at": clock.now(),
        "version": Ticket.version + 1,
    }


def _drop_files(names: Sequence[str]) -> None:
    """Rows first, files last: a file that could not be dropped is swept as one without a row."""
    for name in names:
        with suppress(OSError, HelpdeskError):
            store().delete(name)
