"""Merging tickets that are about one thing, and taking them apart again, message by message."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import Invalid, WrongState
from ...events import Event, record
from ...i18n import gettext as _
from .. import policy
from ..models import (
    AuthorKind,
    Draft,
    HeldReply,
    Message,
    Place,
    Status,
    Ticket,
    TicketLink,
    ref_of,
)
from .changes import MOST_TAGS, Undo
from .checking import require_in_place
from .linking import link_rows, unlink_rows
from .moving_messages import move_messages
from .reading import marks_follow_merge, readers_of
from .recounting import recount, unanswered_since
from .setting import tags_named
from .snapshots import put_back, taken

MOST_AT_ONCE = 50  # tickets into one
# What a merge may change of the target, besides what follows from its messages.
_CHANGED = ("status", "waiting_since", "resolved_at", "modified_at", "modified_by_kind", "tags")


def merge(actor: Actor, sources: Sequence[Ticket], target: Ticket) -> list[Event]:
    """Put every message and note of *sources* into *target*, and return an event for each source.

    A source stays as an empty ticket whose number leads to *target*. Drafts and held replies go
    along; links and tags are *target*'s too from now on; if a source is open, *target* is. Its
    category, priority, assignee and custom fields stay as they are.
    Raises NotAllowed; Invalid for a ticket into itself; WrongState where one was merged or
    deleted, or where they are not of one requester: nobody is ever shown another's words.
    """
    policy.require(actor, "merge", target)
    if not sources or len(sources) > MOST_AT_ONCE:
        raise Invalid({"into": [_("At most %(most)s tickets at once.", most=MOST_AT_ONCE)]})
    with transaction():
        for source in sources:
            _require_mergeable(actor, source, target)
        return [_merge(actor, source, target) for source in sources]


def _require_mergeable(actor: Actor, source: Ticket, target: Ticket) -> None:
    if source.id == target.id:
        raise Invalid({"into": [_("A ticket can't be merged into itself.")]})
    require_in_place(actor, source)
    require_in_place(actor, target)
    if source.requester_id != target.requester_id:
        raise WrongState(
            _(
                "%(source)s is from %(one)s and %(target)s from %(other)s, who would read each "
                "other's words. Move one of them to the other requester first; if they are the "
                "same person, merge the two customers.",
                source=source.ref,
                target=target.ref,
                one=source.requester.name,
                other=target.requester.name,
            )
        )


def _merge(actor: Actor, source: Ticket, target: Ticket) -> Event:
    """Merge one into the other, both checked, inside the caller's transaction."""
    before: dict[str, Any] = {"target": taken(target, _CHANGED)}
    readers = readers_of(source, target)
    before["messages"] = move_messages(source, target)
    before["drafts"] = _take_drafts(source, target)
    before["held_replies"] = _take_held_replies(source, target)
    links = _share_links(actor, source, target)
    now = clock.now()
    _join_fields(source, target)
    target.modified_at, target.modified_by_kind = now, AuthorKind(actor.kind)
    source.place, source.placed_at, source.merged_into_id = Place.MERGED, now, target.id
    _both_changed(source, target)
    marks_follow_merge(readers, target)
    after = {
        "into": target.id,
        "newest": _newest(target),
        "links": links,
        "target": taken(target, _CHANGED),
    }
    event = record(actor.id, "ticket.merged", ticket_id=source.id, before=before, after=after)
    record(actor.id, "ticket.merged", ticket_id=target.id, after={"from": source.id})
    return event


def _join_fields(source: Ticket, target: Ticket) -> None:
    more = [name for name in source.tag_names if name not in target.tag_names]
    if more:
        target.tags = tags_named(sorted([*target.tag_names, *more][:MOST_TAGS]))
    if source.status is not Status.OPEN:
        return
    waiting = [since for since in (source.waiting_since, target.waiting_since) if since]
    target.status, target.resolved_at = Status.OPEN, None
    target.waiting_since = min(waiting, default=None)


def _take_drafts(source: Ticket, target: Ticket) -> list[int]:
    """Take along what agents are writing, but for those who are writing on *target* too."""
    busy = sa.select(Draft.user_id).where(Draft.ticket_id == target.id)
    query = sa.select(Draft.id).where(Draft.ticket_id == source.id, Draft.user_id.not_in(busy))
    return _moved(Draft, db.session.scalars(query).all(), target)


def _take_held_replies(source: Ticket, target: Ticket) -> list[int]:
    query = sa.select(HeldReply.id).where(HeldReply.ticket_id == source.id)
    return _moved(HeldReply, db.session.scalars(query).all(), target)


def _moved(table: type[Draft] | type[HeldReply], ids: Sequence[int], to: Ticket) -> list[int]:
    if ids:
        db.session.execute(sa.update(table).where(table.id.in_(ids)).values(ticket_id=to.id))
    return list(ids)


def _share_links(actor: Actor, source: Ticket, target: Ticket) -> list[int]:
    """Link *target* to what *source* is linked to; return what is new to it."""
    known = {target.id, *_linked(target)}
    new = sorted(set(_linked(source)) - known)
    db.session.add_all(link_rows(actor, target.id, new))
    return new


def _linked(ticket: Ticket) -> list[int]:
    query = sa.select(TicketLink.low_id, TicketLink.high_id).where(
        sa.or_(TicketLink.low_id == ticket.id, TicketLink.high_id == ticket.id)
    )
    return [low if high == ticket.id else high for low, high in db.session.execute(query)]


def _both_changed(source: Ticket, target: Ticket) -> None:
    for ticket in (source, target):
        ticket.version += 1
    db.session.flush()
    for ticket in (source, target):
        recount(ticket)
    db.session.flush()


def _newest(ticket: Ticket) -> int:
    query = sa.select(sa.func.max(Message.id)).where(Message.ticket_id == ticket.id)
    return db.session.scalar(query) or 0


# Apart again.


def _unmerge(actor: Actor, source: Ticket, event: Event) -> bool | None:
    """Put back what was merged: every message, and every field that nobody has changed since.

    What was written on the other ticket meanwhile stays there.
    """
    if "into" not in event.after:  # the target's side of it
        return None
    target = db.session.get_one(Ticket, event.after["into"])
    if source.place is not Place.MERGED or source.merged_into_id != target.id:
        return False
    chain = _chain(target)
    _require_none_split_off(event, chain)
    now_in = chain[-1]
    source.place, source.placed_at, source.merged_into_id = Place.INBOX, None, None
    move_messages(chain, source, only=event.before["messages"])
    _give_back(source, chain, event)
    _put_fields_back(target, event)
    _both_changed(source, target)
    if now_in is not target:
        recount(now_in)
        now_in.version += 1
    record(actor.id, "ticket.unmerged", ticket_id=source.id, before={"into": target.id})
    record(actor.id, "ticket.unmerged", ticket_id=target.id, before={"from": source.id})
    return True


def _require_none_split_off(event: Event, chain: Sequence[Ticket]) -> None:
    """Raise WrongState where words that came with the merge *event* were split off since.

    Their ticket would be empty without them, and a later undo of the split would not find it.
    """
    here = [ticket.id for ticket in chain]
    splits = sa.select(Event).where(
        Event.kind == "ticket.split", Event.ticket_id.in_(here), Event.id > event.id
    )
    came = set(event.before["messages"])
    for split in db.session.scalars(splits):
        ids = came.intersection(split.after.get("messages", ()))
        query = sa.select(Message.id).where(
            Message.id.in_(ids), Message.ticket_id == split.after.get("to")
        )
        if ids and db.session.scalar(query.limit(1)) is not None:
            raise WrongState(
                _(
                    "Some of what was merged was split off into %(ref)s since. Undo that first.",
                    ref=ref_of(split.after["to"]),
                )
            )


def _chain(ticket: Ticket) -> list[Ticket]:
    """*ticket*, and those that it was merged into in turn."""
    chain = [ticket]
    while chain[-1].merged_into_id is not None:
        chain.append(db.session.get_one(Ticket, chain[-1].merged_into_id))
    return chain


def end_of(ticket: Ticket) -> Ticket:
    """The ticket that the words of *ticket* are in now: itself, unless it was merged."""
    return _chain(ticket)[-1]


def _give_back(source: Ticket, chain: Sequence[Ticket], event: Event) -> None:
    """Drafts that nobody has touched since, replies that still wait, and the links of its own."""
    here = [ticket.id for ticket in chain]
    drafts = sa.select(Draft.id).where(
        Draft.id.in_(event.before["drafts"]),
        Draft.ticket_id.in_(here),
        Draft.modified_at <= event.created_at,
        Draft.user_id.not_in(sa.select(Draft.user_id).where(Draft.ticket_id == source.id)),
    )
    _moved(Draft, db.session.scalars(drafts).all(), source)
    held = sa.select(HeldReply.id).where(
        HeldReply.id.in_(event.before["held_replies"]), HeldReply.ticket_id.in_(here)
    )
    _moved(HeldReply, db.session.scalars(held).all(), source)
    unlink_rows(chain[0].id, event.after["links"])


def _put_fields_back(target: Ticket, event: Event) -> None:
    """The fields of *target* as they were, as far as nothing has happened to them since."""
    earlier, is_followed = _other_merges(target, event)
    if is_followed:  # what was merged in later counts on what it found
        return
    before = dict(event.before["target"])
    for one in earlier:  # undone by now: what they left is not what was there before
        for name, value in before.items():
            if one.after["target"].get(name) == value:
                before[name] = one.before["target"][name]
    if _newest(target) > event.after["newest"]:  # somebody has written meanwhile
        for name in ("status", "resolved_at", "waiting_since"):
            del before[name]
        put_back(target, before, event.after["target"])
        target.waiting_since = unanswered_since(target)
    else:
        put_back(target, before, event.after["target"])


def _other_merges(target: Ticket, event: Event) -> tuple[list[Event], bool]:
    """Earlier merges into *target* that were undone, newest first; whether a later one stands."""
    undone = sa.select(Event.undoes).where(Event.undoes.is_not(None))
    query = (
        sa.select(Event, Event.batch.in_(undone))
        .where(
            Event.kind == "ticket.merged",
            Event.after["into"].as_integer() == target.id,
            Event.ticket_id.in_(
                sa.select(Event.after["from"].as_integer()).where(
                    Event.kind == "ticket.merged", Event.ticket_id == target.id
                )
            ),
        )
        .order_by(Event.id.desc())
    )
    rows = db.session.execute(query).all()
    is_followed = any(
        one.id > event.id and not is_undone and one.batch != event.batch for one, is_undone in rows
    )
    return [one for one, is_undone in rows if is_undone and one.id < event.id], is_followed


def _merge_again(actor: Actor, source: Ticket, event: Event) -> bool | None:
    """What undoes an un-merge, where the two still may be merged."""
    if "into" not in event.before:
        return None
    target = db.session.get_one(Ticket, event.before["into"])
    try:
        _require_mergeable(actor, source, target)
    except WrongState:
        return False
    _merge(actor, source, target)
    return True


UNDOS: dict[str, Undo] = {"ticket.merged": _unmerge, "ticket.unmerged": _merge_again}
