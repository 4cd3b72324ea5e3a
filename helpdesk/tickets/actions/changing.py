"""Changing a ticket's fields: status, assignee, priority, category, tags."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from ... import clock
from ...accounts.models import DESK, Actor, User
from ...database import db, transaction
from ...errors import Conflict, NotAllowed, WrongState
from ...events import Event, record
from ...i18n import gettext as _
from ...i18n import lazy
from ...text import Fields, storable
from .. import policy
from ..models import (
    SOLVED,
    AuthorKind,
    Category,
    Place,
    Priority,
    Status,
    Tag,
    Ticket,
    ref_of,
)
from . import custom
from .status_times import Times, keep_times_right, put_times, times_of

LONGEST_TAG, MOST_TAGS = 40, 20
LONGEST_SUBJECT = 250  # characters
# Puts back what an event did to a ticket; False where that has changed again since, None where
# the event only tells this ticket of what another event did.
Undo = Callable[[Actor, Ticket, Event], bool | None]
VALUE_WORDS: Mapping[Status | Priority, str] = {
    Status.OPEN: lazy("open"),
    Status.PENDING: lazy("pending"),
    Status.RESOLVED: lazy("resolved"),
    Status.CLOSED: lazy("closed"),
    Priority.LOW: lazy("low"),
    Priority.NORMAL: lazy("normal"),
    Priority.HIGH: lazy("high"),
    Priority.URGENT: lazy("urgent"),
}


class Unset:
    """The value of a field that is not being changed."""


UNSET: Final = Unset()


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What to change; a field that stays UNSET is left alone, None clears one."""

    status: Status | Unset = UNSET
    assignee_id: int | Unset | None = UNSET
    priority: Priority | Unset = UNSET
    category_id: int | Unset | None = UNSET
    subcategory_id: int | Unset | None = UNSET
    tags: Sequence[str] | Unset = UNSET
    fields: Mapping[str, Any] | Unset = UNSET  # custom ones, by key: those that are to change
    subject: str | Unset = UNSET

    def given(self) -> dict[str, Any]:
        """The fields that are to change, in the order of this class."""
        return {name: value for name, value in vars(self).items() if value is not UNSET}


def change_status(actor: Actor, ticket: Ticket, status: Status) -> Event | None:
    """Move *ticket* to *status*; None when it is there already. Raises NotAllowed."""
    events = update(actor, ticket, Changes(status=status))
    return events[0] if events else None


def update(
    actor: Actor,
    ticket: Ticket,
    changes: Changes,
    seen: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    times: Times | None = None,
) -> list[Event]:
    """Apply *changes*, all or none, and return an event for each field that did change.

    *seen* has the values that the actor saw (tags as a list of names, a custom field as
    ``fields.<key>``): where somebody else has
    changed such a field meanwhile to something else than the actor wants, Conflict is raised. So
    it is when *version*, what the actor saw of ``ticket.version``, is no longer the ticket's.
    *times* are those that go with the status, where an undo sets it back.
    Raises NotAllowed, Invalid with every bad field; WrongState on a merged or deleted ticket.
    """
    wanted = changes.given()
    with transaction():
        require_in_place(actor, ticket)
        _require_all(actor, ticket, wanted)
        wanted = _checked(actor, ticket, wanted)
        check_unchanged(ticket, wanted, seen or {})
        if version is not None and version != ticket.version:
            raise Conflict(
                _(
                    "This has changed meanwhile: it is version %(now)s, not %(seen)s. "
                    "Nothing of yours was saved; look at it again, please.",
                    now=ticket.version,
                    seen=version,
                )
            )
        return [
            event
            for name, value in wanted.items()
            if (event := set_field(actor, ticket, name, value, times))
        ]


def require_in_place(actor: Actor, ticket: Ticket) -> None:
    """Raise WrongState where *ticket* was merged or deleted, or, for staff, lies in spam."""
    if ticket.place is Place.MERGED and ticket.merged_into_id is not None:
        raise WrongState(
            _(
                "This ticket was merged into %(ref)s: go on there.",
                ref=ref_of(ticket.merged_into_id),
            )
        )
    if ticket.place in (Place.BIN, Place.PURGED):
        raise WrongState(_("This ticket is deleted. Put it back first."))
    if ticket.place is Place.SPAM and actor.is_staff:
        raise WrongState(_("This ticket lies in spam. Put it back first."))


def set_status(actor: Actor, ticket: Ticket, status: Status) -> Event | None:
    """Move *ticket* to *status* inside the caller's transaction, which has checked the policy."""
    return set_field(actor, ticket, "status", status)


def check_categories(
    category_id: int | None, subcategory_id: int | None, fields: Fields | None = None
) -> None:
    """Check that the two exist, are active, and are parent and child (API.md).

    What is wrong goes into *fields*, or is raised as Invalid where none are given.
    """
    found = Fields() if fields is None else fields
    category = _active_category(category_id)
    if category_id is not None and (category is None or category.parent_id is not None):
        found.add("category_id", _("There is no such category."))
    if subcategory_id is not None:
        child = _active_category(subcategory_id)
        if child is None or child.parent_id is None or child.parent_id != category_id:
            found.add("subcategory_id", _("There is no such sub-category in this category."))
    if fields is None:
        found.raise_if_any()


def clean_tags(names: Sequence[str], fields: Fields | None = None) -> list[str]:
    """*names* as tags are kept: in lower case, each once, in order.

    What is wrong goes into *fields*, or is raised as Invalid where none are given.
    """
    found = Fields() if fields is None else fields
    cleaned = sorted({" ".join(name.lower().split()) for name in names} - {""})
    bad = [n for n in cleaned if len(n) > LONGEST_TAG or "," in n or not storable(n)]
    if bad or len(cleaned) > MOST_TAGS:
        found.add(
            "tags",
            _(
                "At most %(most)s tags of %(longest)s characters, without commas.",
                most=MOST_TAGS,
                longest=LONGEST_TAG,
            ),
        )
    if fields is None:
        found.raise_if_any()
    return cleaned


def tags_named(names: Sequence[str]) -> list[Tag]:
    """The tags with these clean names, new ones made. Only inside a ``transaction()``."""
    query = sa.select(Tag).where(Tag.name.in_(names))
    known = {tag.name: tag for tag in db.session.scalars(query)} if names else {}
    for name in names:
        if name not in known:
            known[name] = Tag(name=name)
            db.session.add(known[name])
    return [known[name] for name in names]


def check_changes(changes: Changes) -> None:
    """Check what can be said of *changes* for any ticket. Raises Invalid with every bad field."""
    wanted, fields = changes.given(), Fields()
    _check_assignee(wanted, fields)
    if wanted.get("category_id") is not None:
        check_categories(wanted["category_id"], wanted.get("subcategory_id"), fields)
    clean_tags(wanted.get("tags", ()), fields)
    custom.for_changing(DESK, None, wanted.get("fields", {}), fields)
    _clean_subject(wanted, fields)
    fields.raise_if_any()


def require_solvable(
    actor: Actor, ticket: Ticket, status: Status, filled: Mapping[str, Any] | Unset = UNSET
) -> None:
    """Raise Invalid where *status* would solve *ticket* before staff have filled it in.

    *filled* are custom fields, by key, that are set along with it.
    """
    fields = Fields()
    wanted: dict[str, Any] = {"status": status}
    if not isinstance(filled, Unset):
        wanted |= custom.for_changing(actor, ticket, filled, fields)
    _check_solvable(actor, ticket, wanted, fields)
    fields.raise_if_any()


def _check_solvable(
    actor: Actor, ticket: Ticket, wanted: Mapping[str, Any], fields: Fields
) -> None:
    if wanted.get("status") in SOLVED and ticket.status not in SOLVED:
        custom.require_filled(actor, ticket, wanted, fields)


def _require_all(actor: Actor, ticket: Ticket, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if name != "status":
            policy.require(actor, "change_fields", ticket)
        elif not policy.may_set_status(actor, ticket, value):
            raise NotAllowed(_("Your account may not set this status."))


def _checked(actor: Actor, ticket: Ticket, wanted: dict[str, Any]) -> dict[str, Any]:
    fields = Fields()
    if "fields" in wanted:
        wanted |= custom.for_changing(actor, ticket, wanted.pop("fields"), fields)
    _check_assignee(wanted, fields)
    if "category_id" in wanted and wanted["category_id"] != ticket.category_id:
        wanted.setdefault("subcategory_id", None)  # the old one belongs to another category
    if wanted.keys() & {"category_id", "subcategory_id"}:
        _check_changed_categories(ticket, wanted, fields)
    if "tags" in wanted:
        wanted["tags"] = clean_tags(wanted["tags"], fields)
    _check_solvable(actor, ticket, wanted, fields)
    _clean_subject(wanted, fields)
    fields.raise_if_any()
    return wanted


def _clean_subject(wanted: dict[str, Any], fields: Fields) -> None:
    if "subject" in wanted:
        wanted["subject"] = fields.line("subject", wanted["subject"], LONGEST_SUBJECT)


def _check_assignee(wanted: Mapping[str, Any], fields: Fields) -> None:
    if wanted.get("assignee_id") is not None and not _may_be_assigned(wanted["assignee_id"]):
        fields.add("assignee_id", _("This is not an active member of staff."))


def _check_changed_categories(ticket: Ticket, wanted: Mapping[str, Any], fields: Fields) -> None:
    """A ticket may keep categories that were deactivated since; new ones must be active."""
    pair = (
        wanted.get("category_id", ticket.category_id),
        wanted.get("subcategory_id", ticket.subcategory_id),
    )
    if pair != (ticket.category_id, ticket.subcategory_id):
        check_categories(*pair, fields)


def check_unchanged(ticket: Ticket, wanted: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
    """Raise Conflict where a field that is to change is neither as *seen* nor as *wanted*."""
    changed = [
        name
        for name, value in wanted.items()
        if name in seen and value_of(ticket, name) not in (seen[name], value)
    ]
    if changed:
        raise Conflict(
            _(
                "Somebody else has changed this meanwhile: %(fields)s. "
                "Nothing of yours was saved; look at it again, please.",
                fields=", ".join(_words_for(ticket, name) for name in changed),
            )
        )


def _words_for(ticket: Ticket, name: str) -> str:
    if custom.is_custom(name):
        return custom.words_for(ticket, name)
    words = {
        "status": _("status"),
        "assignee_id": _("assignee"),
        "priority": _("priority"),
        "category_id": _("category"),
        "subcategory_id": _("sub-category"),
        "tags": _("tags"),
        "subject": _("subject"),
    }
    return f"{words[name]} ({_shown(ticket, name)})"


def _shown(ticket: Ticket, name: str) -> str:
    if name == "tags":
        return ", ".join(ticket.tag_names) or _("none")
    value = getattr(ticket, name.removesuffix("_id"))
    if isinstance(value, Status | Priority):
        return str(VALUE_WORDS[value])
    if name == "subject":
        return ticket.subject
    return value.name if value else _("none")


def value_of(ticket: Ticket, name: str) -> Any:
    """What field *name* holds; tags as a list of names."""
    if custom.is_custom(name):
        return custom.value_of(ticket, name)
    return ticket.tag_names if name == "tags" else getattr(ticket, name)


# What a customer may see of a ticket; changes of anything else leave "modified" as they found it.
_SEEN_BY_CUSTOMERS = ("status", "category_id", "subcategory_id", "subject")


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


def _may_be_assigned(user_id: int) -> bool:
    user = db.session.get(User, user_id) if 0 < user_id < 2**63 else None
    return user is not None and user.is_active and user.is_staff


def _active_category(category_id: int | None) -> Category | None:
    if category_id is None or not 0 < category_id < 2**63:
        return None
    category = db.session.get(Category, category_id)
    return category if category and category.is_active and not category.deleted_at else None
