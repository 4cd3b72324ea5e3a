"""One change to many tickets, as one deed with one undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import joinedload, selectinload

from ... import events
from ...accounts.models import Actor
from ...database import db, holding_stamps
from ...errors import HelpdeskError, Invalid
from ...i18n import gettext as _
from .. import policy
from ..models import Place, Ticket
from ..queries.visibility import EVERY_PLACE, visible_to
from .changes import UNSET, Changes
from .changing import update
from .checking import check_changes, clean_tags
from .placing import place

MOST_AT_ONCE = 1_000  # tickets at one click
A_TIME = 100  # tickets in one transaction: others write in between


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is done to each of many tickets."""

    fields: Changes = field(default_factory=Changes)
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()
    place: Place | None = None


@dataclass(frozen=True)
class Done:
    """What became of it: *batch* undoes all of it; *failed* says why, ticket by ticket."""

    batch: str
    changed: Sequence[int]
    unchanged: Sequence[int]
    failed: Mapping[int, str]


def change_many(actor: Actor, ids: Sequence[int], change: Change) -> Done:
    """Do *change* to the tickets *ids*, in transactions of ``A_TIME``.

    A ticket that can't be changed keeps none of the others from it. Raises NotAllowed; Invalid
    for a change that fits no ticket, for more than ``MOST_AT_ONCE`` tickets, and for none.
    """
    policy.require(actor, "change_fields")
    wanted = list(dict.fromkeys(ids))
    _check(wanted, change)
    batch = events.new_batch()
    changed: list[int] = []
    unchanged: list[int] = []
    failed: dict[int, str] = {}
    for start in range(0, len(wanted), A_TIME):
        some = wanted[start : start + A_TIME]
        with events.batch(batch), holding_stamps():
            found = _loaded(actor, some)
            for id_ in some:
                if id_ not in found:
                    failed[id_] = _("There is no such ticket.")
                    continue
                try:
                    did = _change(actor, found[id_], change)
                except HelpdeskError as error:
                    failed[id_] = error.message
                else:
                    (changed if did else unchanged).append(id_)
    return Done(batch if changed else "", changed, unchanged, failed)


def _check(ids: Sequence[int], change: Change) -> None:
    if not ids:
        raise Invalid({"ids": [_("Choose at least one ticket.")]})
    if len(ids) > MOST_AT_ONCE:
        raise Invalid({"ids": [_("At most %(most)s tickets at once.", most=f"{MOST_AT_ONCE:,}")]})
    check_change(change)


def check_change(change: Change) -> None:
    """Check what can be said of *change* for any ticket. Raises Invalid with every bad field."""
    check_changes(change.fields)
    clean_tags([*change.add_tags, *change.remove_tags])
    if change.place is not None and change != Change(place=change.place):
        raise Invalid({"place": [_("Put tickets elsewhere first, and change them then.")]})
    if change == Change():
        raise Invalid({"action": [_("Choose what to do.")]})


def _loaded(actor: Actor, ids: Sequence[int]) -> dict[int, Ticket]:
    query = (
        visible_to(actor, EVERY_PLACE)
        .where(Ticket.id.in_([id_ for id_ in ids if 0 < id_ < 2**63]))
        .options(
            selectinload(Ticket.tags),
            joinedload(Ticket.assignee),
            joinedload(Ticket.category),
            joinedload(Ticket.subcategory),
        )
    )
    return {ticket.id: ticket for ticket in db.session.scalars(query)}


def _change(actor: Actor, ticket: Ticket, change: Change) -> bool:
    """Whether anything had to be done. Raises before anything was."""
    if change.place is not None:
        return place(actor, ticket, change.place) is not None
    fields = change.fields
    if change.add_tags or change.remove_tags:
        removed = set(clean_tags(change.remove_tags))
        tags = {*ticket.tag_names, *clean_tags(change.add_tags)} - removed
        fields = replace(fields, tags=sorted(tags))
        if fields.tags == ticket.tag_names:
            fields = replace(fields, tags=UNSET)
    return bool(update(actor, ticket, fields))
