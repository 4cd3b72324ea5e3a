"""Two accounts of one person become one, and two again.

What is the other's becomes the kept one's: tickets, words, uploads, notes, and values of custom
fields that the kept one has none of. The other account is shut; its address leads staff to the kept
one. A single event has all that it takes to put everything back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from ... import clock
from ...accounts import links, sessions, tokens
from ...accounts.models import Actor, ApiToken, User
from ...accounts.policy import require_there
from ...database import db, transaction
from ...errors import Conflict, Invalid, NotFound, WrongState
from ...events import Event, record
from ...fields.models import FieldValue
from ...i18n import gettext as _
from ...tickets.models import Attachment, Message, Ticket
from .. import policy
from ..models import CustomerNote
from ..parting import AT_ONCE, chunked, merge_of, parting

# What has an owner: the name in the event, and the column.
_OWNED: dict[str, InstrumentedAttribute[Any]] = {
    "tickets": Ticket.requester_id,
    "messages": Message.author_id,
    "uploads": Attachment.uploader_id,
    "notes": CustomerNote.user_id,
}


def merge(actor: Actor, kept: User, other: User) -> Event:
    """Make *kept* of the two; *other* can't sign in any more, whatever they were doing.

    Raises NotAllowed, NotFound (somebody of the staff); Invalid (``other``): the same person, or of
    another role; WrongState where one of them is merged already, or *kept* is disabled.
    """
    policy.require_staff(actor)
    with transaction():
        check(kept, other)
        return _merge(actor, kept, other)


def check(kept: User, other: User) -> None:
    """Raise as :func:`merge` does where *kept* and *other* can't be made one."""
    for user in (kept, other):
        policy.require_customer(user)
    if kept.id == other.id:
        raise Invalid({"other": [_("This is the same customer.")]})
    if kept.role is not other.role:
        raise Invalid({"other": [_("A customer and a vendor can't be one.")]})
    for user in (kept, other):
        if user.merged_into_id is not None:
            raise WrongState(_("%(name)s is merged into somebody already.", name=user.name))
        require_there(user)
    if not kept.is_active:
        raise WrongState(_("%(name)s is disabled: keep the other one.", name=kept.name))


def unmerge(actor: Actor, other: User) -> Event:
    """Take back the merge of *other*; ``after["stayed"]`` of its event are tickets that stayed.

    Raises NotAllowed; WrongState where there is none; Conflict where it can't be taken apart.
    """
    policy.require_staff(actor)
    with transaction():
        event = merge_of(other)
        if event is None:
            raise WrongState(_("%(name)s is not merged into anybody.", name=other.name))
        undone = _take_apart(actor, event)
        if undone is None:
            raise Conflict(_("Somebody has changed this again since: it was left as it is."))
        return undone


def put_back(actor: Actor, event: Event) -> bool:
    """Take apart what the merge that *event* tells of has made one; False where it is no more."""
    return _take_apart(actor, event) is not None


def _take_apart(actor: Actor, event: Event) -> Event | None:
    """What went to somebody else since stays there, and what the kept one has done is theirs.

    So is a ticket with words in it that the other must not read (parting.py).
    """
    kept, other = db.session.get(User, event.user_id), db.session.get(User, event.before["id"])
    if kept is None or other is None or other.merged_into_id != kept.id:
        return None
    if other.is_erased:
        raise Conflict(_("This person was erased."))
    if kept.merged_into_id is not None:
        raise Conflict(
            _("%(name)s was merged into somebody since: undo that first.", name=kept.name)
        )
    apart = parting(event)
    for name, column in _OWNED.items():
        ids = apart.moving if name == "tickets" else event.after[name]
        if name == "messages":
            ids = _elsewhere(ids, kept.id)  # its tickets are the other's again by now
        _move(column, ids, kept.id, other.id)
    _move_values(event.after["values"], kept.id, other.id)
    _revive(event.after["tokens"])
    shut = event.before["disabled_at"]
    other.disabled_at = None if shut is None else datetime.fromisoformat(shut)
    other.merged_into_id, other.modified_at = None, clock.now()
    undone = record(
        actor.id,
        "customer.unmerged",
        user_id=kept.id,
        before={"id": other.id},
        after={"stayed": apart.stayed},
    )
    db.session.flush()
    db.session.expire_all()
    return undone


def put_together_again(actor: Actor, event: Event) -> bool:
    """Merge again what was taken apart; False where that can't be any more."""
    kept, other = db.session.get(User, event.user_id), db.session.get(User, event.before["id"])
    if kept is None or other is None:
        return False
    try:
        check(kept, other)
    except (Invalid, NotFound, WrongState):
        return False
    _merge(actor, kept, other)
    return True


def _merge(actor: Actor, kept: User, other: User) -> Event:
    moved = {name: _move_all(column, other.id, kept.id) for name, column in _OWNED.items()}
    moved["public"] = _public(moved["tickets"])
    moved["values"] = _fill_gaps(kept.id, other.id)
    moved["tokens"] = _live_tokens(other.id)
    sessions.end_all(other)
    tokens.revoke_all(other)
    links.end_all(other.id)
    before = {
        "id": other.id,
        "disabled_at": None if other.disabled_at is None else other.disabled_at.isoformat(),
    }
    now = clock.now()
    other.disabled_at, other.merged_into_id, other.modified_at = now, kept.id, now
    event = record(actor.id, "customer.merged", user_id=kept.id, before=before, after=moved)
    db.session.flush()
    db.session.expire_all()
    return event


def _move_all(column: InstrumentedAttribute[Any], from_id: int, to_id: int) -> list[int]:
    """Let everything of the one be the other's, and say what that was."""
    row = column.class_
    ids = list(db.session.scalars(sa.select(row.id).where(column == from_id).order_by(row.id)))
    _move(column, ids, from_id, to_id)
    return ids


def _move(column: InstrumentedAttribute[Any], ids: Sequence[int], from_id: int, to_id: int) -> None:
    """Let those of *ids* that are still the one's be the other's."""
    row = column.class_
    for start in range(0, len(ids), AT_ONCE):
        db.session.execute(
            sa.update(row)
            .where(row.id.in_(ids[start : start + AT_ONCE]), column == from_id)
            .values({column.key: to_id})
            .execution_options(synchronize_session=False)
        )


def _public(ticket_ids: Sequence[int]) -> list[int]:
    """The ids of the messages in these tickets that their requester may read."""
    query = sa.select(Message.id).where(Message.internal.is_(False))
    return sorted(row[0] for row in chunked(query, Message.ticket_id, ticket_ids))


def _elsewhere(message_ids: Sequence[int], requester_id: int) -> list[int]:
    """Those of these messages that are in no ticket of this requester."""
    query = (
        sa.select(Message.id)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(Ticket.requester_id != requester_id)
    )
    return [row[0] for row in chunked(query, Message.id, message_ids)]


def _fill_gaps(kept_id: int, other_id: int) -> list[int]:
    """Give the kept one what the other has in fields that are empty; what both have stays."""
    filled = sa.select(FieldValue.field_id).where(FieldValue.user_id == kept_id)
    query = sa.select(FieldValue.id).where(
        FieldValue.user_id == other_id, FieldValue.field_id.not_in(filled)
    )
    ids = list(db.session.scalars(query.order_by(FieldValue.id)))
    _move(FieldValue.user_id, ids, other_id, kept_id)
    return ids


def _move_values(ids: Sequence[int], from_id: int, to_id: int) -> None:
    """As :func:`_move`, but for fields that the one has got a value in by now."""
    filled = sa.select(FieldValue.field_id).where(FieldValue.user_id == to_id)
    query = sa.select(FieldValue.id).where(
        FieldValue.id.in_(ids), FieldValue.field_id.not_in(filled)
    )
    _move(FieldValue.user_id, list(db.session.scalars(query)), from_id, to_id)


def _live_tokens(user_id: int) -> list[int]:
    """Those of scripts: a log-in ends for good, as a browser's session does."""
    query = sa.select(ApiToken.id).where(
        ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ~ApiToken.from_login
    )
    return list(db.session.scalars(query.order_by(ApiToken.id)))


def _revive(token_ids: Sequence[int]) -> None:
    """Let tokens that the merge has ended work again: they are their owner's as they were."""
    db.session.execute(
        sa.update(ApiToken)
        .where(ApiToken.id.in_(token_ids))
        .values(revoked_at=None)
        .execution_options(synchronize_session=False)
    )
