"""What a ticket's fields held before and after a deed, kept in its event for the undo."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ...database import Instant
from ..models import Ticket
from .setting import tags_named, value_of

Snapshot = Mapping[str, Any]  # as JSON keeps it


def taken(ticket: Ticket, names: Sequence[str]) -> dict[str, Any]:
    """What the fields *names* of *ticket* hold now."""
    return {name: _kept(value_of(ticket, name)) for name in names}


def put_back(ticket: Ticket, before: Snapshot, after: Snapshot) -> None:
    """Let each field hold what it did *before*, unless it no longer holds what it did *after*."""
    for name, value in before.items():
        if _kept(value_of(ticket, name)) == after.get(name) != value:
            _set(ticket, name, value)


def _kept(value: Any) -> Any:
    return int(value.timestamp()) if isinstance(value, datetime) else value


def _set(ticket: Ticket, name: str, value: Any) -> None:
    if name == "tags":
        ticket.tags = tags_named(value)
        return
    kind = Ticket.__table__.c[name].type
    if value is not None:
        if isinstance(kind, Instant):
            value = datetime.fromtimestamp(value, UTC)
        elif (enum_class := getattr(kind, "enum_class", None)) is not None:
            value = enum_class(value)
    setattr(ticket, name, value)
