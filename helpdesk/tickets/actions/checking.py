"""What must hold before a ticket changes: where it lies, and the values that it may get."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...accounts.models import DESK, Actor, User
from ...database import db
from ...errors import Conflict, WrongState
from ...i18n import gettext as _
from ...text import Fields, storable
from ..models import SOLVED, Category, Place, Priority, Status, Ticket, ref_of
from . import custom
from .changes import LONGEST_SUBJECT, LONGEST_TAG, MOST_TAGS, UNSET, VALUE_WORDS, Changes, Unset
from .setting import value_of


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


def checked(actor: Actor, ticket: Ticket, wanted: dict[str, Any]) -> dict[str, Any]:
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


def _may_be_assigned(user_id: int) -> bool:
    user = db.session.get(User, user_id) if 0 < user_id < 2**63 else None
    return user is not None and user.is_active and user.is_staff


def _active_category(category_id: int | None) -> Category | None:
    if category_id is None or not 0 < category_id < 2**63:
        return None
    category = db.session.get(Category, category_id)
    return category if category and category.is_active and not category.deleted_at else None
