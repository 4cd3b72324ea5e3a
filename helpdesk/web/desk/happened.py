"""Events of a ticket in words: who changed what, names instead of ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...accounts import queries as accounts
from ...events import Event
from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import actions, queries
from ...tickets.models import Priority, Status
from .choices import PRIORITY_WORDS, STATUS_WORDS
from .happened_deeds import DEED_WORDS, MACRO, deed_sentence

EventRow = sa.Row[Event, str]

FIELD_WORDS = {
    "ticket.status": lazy("status"),
    "ticket.assignee": lazy("assignee"),
    "ticket.priority": lazy("priority"),
    "ticket.category": lazy("category"),
    "ticket.subcategory": lazy("sub-category"),
    "ticket.tags": lazy("tags"),
    "ticket.field": lazy("field"),
    **DEED_WORDS,
}


@dataclass(frozen=True)
class Happening:
    """One event, told."""

    field: str
    sentence: str
    when: datetime
    undo: str = ""  # the deed that can be taken back here: said once a deed, at its last event


def told(rows: Sequence[EventRow]) -> dict[int, Happening]:
    """Events that change something, in words, by id.

    The names in them, and what can be undone, are read in a constant number of queries.
    """
    called_back = _macros_called_back(rows)
    shown = [
        (event, who)
        for event, who in rows
        if event.kind in FIELD_WORDS and event.id not in called_back
    ]
    labels = fields.labels(About.TICKET) if any(_key(event) for event, _who in shown) else {}
    people = accounts.names_of(_ids(shown, "ticket.assignee") | _requesters(shown))
    categories = queries.category_names(_ids(shown, "ticket.category", "ticket.subcategory"))
    undos = _undos(shown)
    return {
        event.id: Happening(
            _field(event, labels),
            _sentence(event, who or _("The desk"), people, categories, labels),
            event.created_at,
            undos.get(event.id, ""),
        )
        for event, who in shown
    }


def _macros_called_back(rows: Sequence[EventRow]) -> set[int]:
    """Macros whose reply was called back before it left: of these nothing has happened."""
    held = {event.batch for event, _who in rows if event.kind == "ticket.reply_held"}
    back = {event.undoes for event, _who in rows if event.undoes is not None} & held
    return {event.id for event, _who in rows if event.kind == MACRO and event.batch in back}


def _undos(shown: Sequence[tuple[Event, str | None]]) -> dict[int, str]:
    """Where a deed can be taken back: the last event of each that still stands, and its name."""
    last = {
        event.batch: event.id
        for event, _who in shown
        if event.batch is not None and actions.can_undo(event)
    }
    gone = queries.undone(last.keys()) | actions.overtaken_deeds([event for event, _who in shown])
    return {id_: batch for batch, id_ in last.items() if batch not in gone}


def _requesters(shown: Sequence[tuple[Event, str | None]]) -> set[int]:
    kinds = ("ticket.requester", "ticket.followed", "ticket.unfollowed")
    told = [event for event, _who in shown if event.kind in kinds]
    return {side["id"] for event in told for side in _both(event) if side}


def _ids(shown: Sequence[tuple[Event, str | None]], *kinds: str) -> set[int]:
    values = {value for event, _who in shown if event.kind in kinds for value in _both(event)}
    return {value for value in values if isinstance(value, int)}


def _both(event: Event) -> tuple[Any, Any]:
    return event.before, event.after


def _key(event: Event) -> str:
    """The key of the custom field that changed; nothing for any other event."""
    return str(event.after["key"]) if event.kind == "ticket.field" else ""


def _field(event: Event, labels: dict[str, str]) -> str:
    key = _key(event)
    return labels.get(key, key) if key else str(FIELD_WORDS[event.kind])


def _sentence(
    event: Event,
    who: str,
    people: dict[int, str],
    categories: dict[int, str],
    labels: dict[str, str],
) -> str:
    if event.kind in DEED_WORDS:
        return deed_sentence(event, who, people)
    if event.kind == "ticket.tags":
        return _tags_sentence(event, who)
    before, after = (_words(event.kind, value, people, categories) for value in _both(event))
    if event.kind == "ticket.assignee":
        return _assignee_sentence(event, who, before, after)
    field = _field(event, labels)
    if not before:
        return _("%(who)s set the %(field)s to %(after)s", who=who, field=field, after=after)
    if not after:
        return _(
            "%(who)s removed the %(field)s, which was %(before)s",
            who=who,
            field=field,
            before=before,
        )
    return _(
        "%(who)s changed the %(field)s from %(before)s to %(after)s",
        who=who,
        field=field,
        before=before,
        after=after,
    )


def _assignee_sentence(event: Event, who: str, before: str, after: str) -> str:
    if event.after is not None and event.after == event.actor_id:
        return _("%(who)s took it", who=who)
    if not after and event.before == event.actor_id:
        return _("%(who)s put it back: it is nobody's now", who=who)
    if not after:
        return _("%(who)s unassigned %(before)s", who=who, before=before)
    if not before:
        return _("%(who)s assigned it to %(after)s", who=who, after=after)
    return _(
        "%(who)s passed it on from %(before)s to %(after)s", who=who, before=before, after=after
    )


def _tags_sentence(event: Event, who: str) -> str:
    before, after = event.before or [], event.after or []
    added = ", ".join(name for name in after if name not in before)
    removed = ", ".join(name for name in before if name not in after)
    if added and removed:
        return _(
            "%(who)s added the tags %(added)s and removed %(removed)s",
            who=who,
            added=added,
            removed=removed,
        )
    if removed:
        return _("%(who)s removed the tags %(removed)s", who=who, removed=removed)
    return _("%(who)s added the tags %(added)s", who=who, added=added)


def _words(kind: str, value: Any, people: dict[int, str], categories: dict[int, str]) -> str:
    if value is None:
        return ""
    if kind == "ticket.field":
        kept = value["value"]
        return _("yes") if kept is True else _("no") if kept is False else kept or ""
    if kind == "ticket.status":
        return str(STATUS_WORDS[Status(value)]).lower()
    if kind == "ticket.priority":
        return str(PRIORITY_WORDS[Priority(value)]).lower()
    names = people if kind == "ticket.assignee" else categories
    return names.get(value, f"#{value}")
