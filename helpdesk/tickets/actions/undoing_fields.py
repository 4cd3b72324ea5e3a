"""Undo of what was changed of a ticket's fields: all of them, or none where one stays."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...accounts.models import Actor
from ...errors import Conflict
from ...events import Event
from ..models import Priority, Status, Ticket
from . import custom
from .changes import UNSET, Changes, changed_again
from .changing import update
from .setting import value_of
from .status_times import Times, times_of

# The field that an event of this kind tells of, and what makes its value of what the event has.
_FIELDS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "ticket.status": ("status", Status),
    "ticket.assignee": ("assignee_id", int),
    "ticket.priority": ("priority", Priority),
    "ticket.category": ("category_id", int),
    "ticket.subcategory": ("subcategory_id", int),
    "ticket.tags": ("tags", list),
    "ticket.subject": ("subject", str),
}
KINDS = (*_FIELDS, "ticket.field")


def put_back_fields(actor: Actor, ticket: Ticket, events: Sequence[Event]) -> None:
    """Let every field that *events* (newest first) tell of be as it was before all of them.

    The values of then must be possible now, as for any change. Raises Conflict where one has
    changed since, NotAllowed, Invalid, WrongState.
    """
    before, after = _ends(events)
    if any(value_of(ticket, name) != value for name, value in after.items()):
        raise Conflict(changed_again())
    own: dict[str, Any] = {
        name: value for name, value in before.items() if not custom.is_custom(name)
    }
    fields = {
        name.removeprefix(custom.PREFIX): value
        for name, value in before.items()
        if custom.is_custom(name)
    }
    if fields:
        own["fields"] = fields
    update(actor, ticket, Changes(**own), times=_times(ticket, events))


def _changes(wanted: Mapping[str, Any]) -> Changes:
    own: dict[str, Any] = {}
    fields = {}
    for name, value in wanted.items():
        if custom.is_custom(name):
            fields[name.removeprefix(custom.PREFIX)] = value
        else:
            own[name] = value
    return Changes(**own, fields=fields or UNSET)


def _ends(events: Sequence[Event]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values before the first and after the last of *events*, by name of the field."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for event in events:
        name, old, new = _told(event)
        before[name] = old
        after.setdefault(name, new)
    return before, after


def _told(event: Event) -> tuple[str, Any, Any]:
    if event.kind == "ticket.field":
        return custom.PREFIX + event.after["key"], event.before["value"], event.after["value"]
    name, read = _FIELDS[event.kind]
    old, new = (None if value is None else read(value) for value in (event.before, event.after))
    return name, old, new


def _times(ticket: Ticket, events: Sequence[Event]) -> Times | None:
    """The times that go with the old status, unless something has happened to them since."""
    kept = [event.kept for event in events if event.kind == "ticket.status" and event.kept]
    if not kept or kept[0]["after"] != times_of(ticket):
        return None
    times: Times = kept[-1]["before"]
    return times
