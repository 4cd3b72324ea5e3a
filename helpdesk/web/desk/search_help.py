"""How to search, in one table: what the sheet about it says, and what the box proposes."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from ...i18n import lazy
from ..access import staff_only
from . import desk
from .pages import page


class Hint(Struct, frozen=True):
    """Something that can be typed: an *example*, and what it finds."""

    example: str
    words: lazy

    @property
    def name(self) -> str:
        """The name of the filter."""
        return self.example.partition(":")[0]


WORDS = (
    Hint("lamp shade", lazy("Both words, also as beginnings: “lamps”, “shades”")),
    Hint('"blue lamp"', lazy("These words one after the other")),
    Hint("lamp -broken", lazy("One word, without the other")),
)
FILTERS = (
    Hint("from:ana", lazy("Who asked: a name or an address")),
    Hint('company:"Hotel Mirador"', lazy("Where they work: a company's name or domain")),
    Hint("status:open", lazy("open, pending, resolved or closed; several with commas")),
    Hint("is:unread", lazy("unread, unanswered, unassigned, mine, or a status or priority")),
    Hint("assignee:me", lazy("me, nobody, or a colleague's name")),
    Hint("priority:urgent", lazy("low, normal, high or urgent")),
    Hint("tag:vip", lazy("A tag; one with spaces in quotes")),
    Hint('category:"Order problems"', lazy("A category or sub-category, or none")),
    Hint("has:file", lazy("With files, or has:tag with tags")),
    Hint("file:invoice", lazy("A word of a file's name")),
    Hint("subject:lamp", lazy("A word of the subject alone")),
    Hint("before:2026-01-01", lazy("Opened before a day, month or year; before:7d: longer ago")),
    Hint("after:2026-01", lazy("Opened then or later; after:7d: within 7 days; after:today")),
    Hint("on:yesterday", lazy("Opened on a day, or in a month or year")),
    Hint("in:spam", lazy("spam, bin, merged, or anywhere")),
)
MORE = (
    Hint("-tag:vip", lazy("A minus before a filter finds the others")),
    Hint("waiting.older:2d", lazy("Each filter of a list, by its name")),
    Hint("field.colour:red", lazy("Your own fields: field. of tickets, customer. of people")),
)
GROUPS: Mapping[lazy, Sequence[Hint]] = {
    lazy("Words"): WORDS,
    lazy("Filters"): FILTERS,
    lazy("More filters"): MORE,
}


@desk.get("/search-help")
@staff_only
def search_help() -> Any:
    """The sheet about searching."""
    return page("desk/search_help.html", groups=GROUPS)
