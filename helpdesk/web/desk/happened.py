"""Events of a ticket in words: who changed what, names instead of ids."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from msgspec import Struct

from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...i18n import language, lazy
from ...tickets import actions
from ...tickets.models import Priority, Status
from ...tickets.queries.opened_by_staff import Happened
from .choices import PRIORITY_WORDS, STATUS_WORDS
from .happened_deeds import DEED_WORDS, MACRO, deed_sentence
from .opened import Opened

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


class Happening(Struct, frozen=True):
    """One event, told."""

    field: str
    sentence: str
    when: datetime
    undo: str = ""  # the deed that can be taken back here: said once a deed, at its last event


def told(opened: Opened) -> dict[int, Happening]:
    """Events of a ticket that change something, in words, by id."""
    events = opened.events
    called_back = _macros_called_back(events)
    shown = [event for event in events if event.kind in FIELD_WORDS and event.id not in called_back]
    labels = fields.labels(About.TICKET) if any(map(_key, shown)) else {}
    undos, desk = _undos(shown, opened), _("The desk")
    return {
        event.id: Happening(
            _field(event, labels),
            _sentence(event, event.who or desk, labels),
            event.created_at,
            undos.get(event.id, ""),
        )
        for event in shown
    }


def _macros_called_back(events: Sequence[Happened]) -> set[int]:
    """Macros whose reply was called back before it left: of these nothing has happened."""
    held = {event.batch for event in events if event.kind == "ticket.reply_held"}
    if not held:
        return set()
    back = {event.undoes for event in events if event.undoes is not None} & held
    return {event.id for event in events if event.kind == MACRO and event.batch in back}


def _undos(shown: Sequence[Happened], opened: Opened) -> dict[int, str]:
    """Where a deed can be taken back: the last event of each that still stands, and its name."""
    last = {
        event.batch: event.id
        for event in shown
        if event.batch is not None and actions.can_undo(event)
    }
    gone = opened.undone | actions.overtaken_deeds(shown, opened.undoing)
    return {id_: batch for batch, id_ in last.items() if batch not in gone}


def _key(event: Happened) -> str:
    """The key of the custom field that changed; nothing for any other event."""
    return str(event.after["key"]) if event.kind == "ticket.field" else ""


def _field(event: Happened, labels: dict[str, str]) -> str:
    key = _key(event)
    return labels.get(key, key) if key else _field_words(event.kind, language())


# A ticket tells dozens of the same things. *_language* is the reader's, which gettext speaks.


@cache
def _field_words(kind: str, _language: str) -> str:
    return str(FIELD_WORDS[kind])


@cache
def _status_words(status: Status, _language: str) -> str:
    return str(STATUS_WORDS[status]).lower()


@cache
def _priority_words(priority: Priority, _language: str) -> str:
    return str(PRIORITY_WORDS[priority]).lower()


def _sentence(event: Happened, who: str, labels: dict[str, str]) -> str:
    if event.kind in DEED_WORDS:
        return deed_sentence(event, who)
    if event.kind == "ticket.tags":
        return _tags_sentence(event, who)
    before = _words(event.kind, event.before, event.name_before)
    after = _words(event.kind, event.after, event.name_after)
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


def _assignee_sentence(event: Happened, who: str, before: str, after: str) -> str:
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


def _tags_sentence(event: Happened, who: str) -> str:
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


def _words(kind: str, value: Any, name: str | None) -> str:
    """One side of an event of this *kind*; *name* is that of what its id names."""
    if value is None:
        return ""
    if kind == "ticket.field":
        kept = value["value"]
        return _("yes") if kept is True else _("no") if kept is False else kept or ""
    if kind == "ticket.status":
        return _status_words(value, language())
    if kind == "ticket.priority":
        return _priority_words(value, language())
    return name or f"#{value}"
