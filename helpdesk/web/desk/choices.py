"""What the desk's forms offer to choose from, and how a choice is written in a field."""

import re
from collections.abc import Sequence

from ...accounts.queries import Colleague
from ...database import kept
from ...errors import Invalid
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import queries
from ...tickets.models import Priority, Status
from ...tickets.queries.opened import OpenTicket

Choices = list[tuple[str, str]]
CategoryPair = tuple[int | None, int | None]  # category, sub-category

_ID = re.compile(r"[0-9]{1,15}", re.ASCII)
_PAIR = re.compile(r"([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)

STATUS_WORDS = {
    Status.OPEN: lazy("Open"),
    Status.PENDING: lazy("Pending"),
    Status.RESOLVED: lazy("Resolved"),
    Status.CLOSED: lazy("Closed"),
}
PRIORITY_WORDS = {
    Priority.LOW: lazy("Low"),
    Priority.NORMAL: lazy("Normal"),
    Priority.HIGH: lazy("High"),
    Priority.URGENT: lazy("Urgent"),
}


def statuses() -> Choices:
    return [(status.value, str(words)) for status, words in STATUS_WORDS.items()]


def priorities() -> Choices:
    return [(priority.value, str(words)) for priority, words in PRIORITY_WORDS.items()]


def assignees(
    staff: Sequence[Colleague], current_id: int | None = None, name: str | None = None
) -> Choices:
    """Nobody, then *staff*, and whoever has the ticket now, even if no longer active."""
    choices = [("", _("Nobody"))] + [(str(user.id), user.name) for user in staff]
    if current_id is not None and str(current_id) not in dict(choices):
        choices.append((str(current_id), _("%(name)s (disabled)", name=name)))
    return choices


def categories(ticket: OpenTicket | None = None) -> Choices:
    """None, then every active category with its sub-categories, and what *ticket* has now."""
    choices = [("", _("None")), *_category_pairs()]
    if ticket is not None and ticket.category_id is not None:
        value = pair_text(ticket.category_id, ticket.subcategory_id)
        if value not in dict(choices):
            choices.append((value, _("%(name)s (inactive)", name=ticket.category_words)))
    return choices


@kept("categories")
def _category_pairs() -> Choices:
    choices = []
    for top, children in queries.category_choices():
        choices.append((str(top.id), top.name))
        choices += [(f"{top.id}-{child.id}", f"{top.name} / {child.name}") for child in children]
    return choices


def pair_text(category_id: int | None, subcategory_id: int | None) -> str:
    """The two as the value of a field: ``3-7``, ``3`` or nothing."""
    return "-".join(str(id_) for id_ in (category_id, subcategory_id) if id_ is not None)


def chosen_pair(text: str, field: str) -> CategoryPair:
    """The category that *field* names, none where it is empty. Raises Invalid for anything else."""
    if text.strip() and not _PAIR.fullmatch(text):
        raise not_a_choice(field)
    return pair_of(text)


def chosen_id(text: str, field: str) -> int | None:
    """The id that *field* names, None where it is empty. Raises Invalid for anything else."""
    if text.strip() and not _ID.fullmatch(text):
        raise not_a_choice(field)
    return id_of(text)


def not_a_choice(field: str) -> Invalid:
    return Invalid({field: [_("This is not one of the choices.")]})


def pair_of(text: str) -> CategoryPair:
    """What :func:`pair_text` wrote; anything else is no category."""
    found = _PAIR.fullmatch(text)
    if found is None:
        return None, None
    category, subcategory = found.groups()
    return int(category), None if subcategory is None else int(subcategory)


def number_of(text: str) -> int | None:
    """The number that somebody begins to type, with or without ``TKT``; None for other words."""
    return id_of(text[3:] if text[:3].upper() == "TKT" else text) or None


def id_of(text: str) -> int | None:
    """An id in a field, None for anything else."""
    return int(text) if _ID.fullmatch(text) else None


def tags_of(text: str) -> list[str]:
    """The tags that somebody typed with commas between them, as the desk keeps them."""
    names = (" ".join(name.lower().split()) for name in text.split(","))
    return sorted({name for name in names if name})
