"""What the form above a list offers to narrow it by.

Plain pairs of words and no form of WTForms: it is only shown, never filled in by a program, and to
make and write such a form took an eighth of a list's time.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from ...accounts.queries import Colleague
from ...i18n import gettext as _
from ...i18n import language, lazy
from ...search.relevance import RELEVANCE
from ...tickets.queries import Sort
from . import choices
from .asked import NOBODY, Asked
from .filter_words import KIND_WORDS

Choices = tuple[tuple[str, str], ...]

SORT_WORDS = {
    Sort.WAITING: lazy("Waiting longest first"),
    Sort.NEWEST: lazy("Newest first"),
    Sort.ACTIVITY: lazy("Last changed first"),
    Sort.PRIORITY: lazy("Most urgent first"),
}
ORDER_WORDS = {  # the same in few words
    Sort.WAITING: lazy("Waiting longest"),
    Sort.NEWEST: lazy("Newest"),
    Sort.ACTIVITY: lazy("Last changed"),
    Sort.PRIORITY: lazy("Most urgent"),
}


class Offer(msgspec.Struct, frozen=True):
    """A field: *choices* are pairs of a value and its words; None: a line to write in."""

    name: str
    label: str
    value: str
    choices: Choices | None


def offers(asked: Asked, staff: Sequence[Colleague]) -> Mapping[str, Offer]:
    """The filters of *asked* that have one value; what its view decides is not offered."""
    ours = _ours(language())
    sorts = ours["sort"]
    if asked.narrowed.words:
        sorts = (*sorts, (RELEVANCE, _("Best match first")))
    order = RELEVANCE if asked.is_ranked else asked.order.value
    offered = {"sort": Offer("sort", _("Order"), order, sorts)}
    any_ = ("", _("Any"))
    people = ((str(user.id), user.name) for user in staff)
    for name, label, known in (
        ("status", _("Status"), ours["status"]),
        ("assignee", _("Assignee"), (any_, (NOBODY, _("Nobody")), *people)),
        ("category", _("Category"), (any_, *choices.categories()[1:])),
        ("priority", _("Priority"), ours["priority"]),
        ("user", _("From"), ours["user"]),
        ("tag", _("Tag"), None),
    ):
        values = asked.holding.get(name, ())
        if _can_say(name, values, known, asked):
            offered[name] = Offer(name, label, values[0] if values else "", known)
    return offered


@lru_cache
def _ours(_language: str) -> Mapping[str, Choices]:
    """What is the same for every list, in the reader's language."""
    any_ = ("", _("Any"))
    return {
        "sort": tuple((sort.value, str(words)) for sort, words in SORT_WORDS.items()),
        "status": (any_, *choices.statuses()),
        "priority": (any_, *choices.priorities()),
        "user": (any_, *((one.value, str(words)) for one, words in KIND_WORDS.items())),
    }


def _can_say(name: str, values: Sequence[str], known: Choices | None, asked: Asked) -> bool:
    """Whether such a field can say what *asked* says of it."""
    if any(rule.split(".")[0] == name for rule in asked.of_view.rules) or len(values) > 1:
        return False
    return not values or known is None or any(values[0] == value for value, _words in known)
