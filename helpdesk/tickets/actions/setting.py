"""Setting one field of a ticket: its event, the version and the times go with it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ... import clock
from ...accounts.models import Actor
from ...database import db, save
from ...events import Event, record
from ..models import AuthorKind, Status, Tag, Ticket
from . import custom
from .status_times import Times, keep_times_right, put_times, times_of

# What a customer may see of a ticket; changes of anything else leave "modified" as they found it.
_SEEN_BY_CUSTOMERS = ("status", "category_id", "subcategory_id", "subject")


def set_status(actor: Actor, ticket: Ticket, status: Status) -> Event | None:
    """Move *ticket* to *status* inside the caller's transaction, which has checked the policy."""
    return set_field(actor, ticket, "status", status)


def tags_named(names: Sequence[str]) -> list[Tag]:
    """The tags with these clean names, new ones made. Only inside a ``transaction()``."""
    query = sa.select(Tag).where(Tag.name.in_(names))
    known = {tag.name: tag for tag in db.session.scalars(query)} if names else {}
    for name in names:
        if name not in known:
            known[name] = Tag(name=name)
            db.session.add(known[name])
    return [known[name] for name in names]


def value_of(ticket: Ticket, name: str) -> Any:
    """What field *name* holds; tags as a list of names."""
    if custom.is_custom(name):
        return custom.value_of(ticket, name)
    return ticket.tag_names if name == "tags" else getattr(ticket, name)


def set_field(
    actor: Actor, ticket: Ticket, name: str, value: Any, times: Times | None = None
) -> Event | None:
    """Set one field inside the caller's transaction, which has checked policy and value."""
    before = value_of(ticket, name)
    if before == value:
        return None
    old_times, kept = times_of(ticket), None
    if name == "tags":
        ticket.tags = tags_named(value)
    elif custom.is_custom(name):
        custom.put(ticket, name, value)
    else:
        setattr(ticket, name, value)
    if name == "status":
        keep_times_right(ticket, actor)
        if times is not None:
            put_times(ticket, times)
        kept = {"before": old_times, "after": times_of(ticket)}
    ticket.version += 1
    if name in _SEEN_BY_CUSTOMERS:
        ticket.modified_by_kind, ticket.modified_at = AuthorKind(actor.kind), clock.now()
    save(ticket)
    db.session.flush()
    if name.endswith("_id"):  # whom or what the id means is looked up anew
        db.session.expire(ticket, [name.removesuffix("_id")])
    kind = f"ticket.{name.removesuffix('_id')}"
    if custom.is_custom(name):
        key = name.removeprefix(custom.PREFIX)
        kind, before, value = "ticket.field", _keyed(key, before), _keyed(key, value)
    return record(actor.id, kind, ticket_id=ticket.id, before=before, after=value, kept=kept)


def _keyed(key: str, value: Any) -> dict[str, Any]:
    """What an event tells of a custom field."""
    return {"key": key, "value": value}
