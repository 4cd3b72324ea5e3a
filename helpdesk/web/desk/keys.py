"""The keys of the desk, in one table: what the sheet of keys says, and what ``keys.js`` does."""

from typing import Any

from msgspec import Struct

from ...i18n import lazy
from ...views.built_in import VIEWS
from ..access import staff_only
from . import desk
from .pages import page


class Key(Struct, frozen=True):
    """A key, or two one after the other; *command* is what ``keys.js`` calls it."""

    keys: str
    command: str
    words: lazy | str


LIST, TICKET, EVERYWHERE, GO = (
    lazy("In the list"),
    lazy("On a ticket"),
    lazy("Everywhere"),
    lazy("Go to a view"),
)
SHEET = {
    EVERYWHERE: (
        Key("Ctrl K", "palette", lazy("Go anywhere, do anything")),
        Key("/", "search", lazy("Search in the list")),
        Key("z", "undo", lazy("Undo what was done last")),
        Key("?", "keys", lazy("These keys")),
    ),
    LIST: (
        Key("j", "down", lazy("The next ticket")),
        Key("k", "up", lazy("The ticket before")),
        Key("Enter", "open", lazy("Open it")),
        Key("x", "select", lazy("Select it: a s t c e are for all that are selected")),
        Key("X", "select-to", lazy("Select all from the last one to it")),
    ),
    TICKET: (
        Key("r", "reply", lazy("Reply")),
        Key("n", "note", lazy("Write a note")),
        Key("a", "assignee", lazy("Assign it")),
        Key("s", "status", lazy("Set the status")),
        Key("t", "tags", lazy("Change the tags")),
        Key("c", "category", lazy("Set the category")),
        Key("e", "resolve", lazy("Resolve it")),
        Key("m", "macros", lazy("Apply a macro")),
        Key("u", "unread", lazy("Mark it as unread")),
    ),
    GO: tuple(
        Key(f"g {letter}", f"view-{name}", VIEWS[name].label)
        for letter, name in (
            ("m", "mine"),
            ("u", "unassigned"),
            ("o", "open"),
            ("p", "pending"),
            ("r", "resolved"),
            ("c", "closed"),
            ("a", "all"),
            ("s", "spam"),
            ("d", "bin"),
        )
    ),
}


@desk.get("/keys")
@staff_only
def keys() -> Any:
    """The sheet of keys."""
    return page("desk/keys.html", sheet=SHEET)
