"""Go anywhere: tickets, people, views, settings and commands, by a few letters of their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user
from msgspec import Struct

from ...accounts import queries as accounts
from ...accounts.models import User
from ...i18n import gettext as _
from ...i18n import lazy
from ...macros import queries as macros
from ...tickets import queries
from ...tickets.models import ref_of
from ...views.built_in import VIEWS
from ...views.filters import worded
from ...words import has_words, words
from ..access import staff_only
from ..marks import Marks
from ..settings_pages import settings_pages
from . import choices, desk
from .keys import SHEET
from .pages import page
from .typed import typed_tickets
from .views_here import asking, saved_views

MOST_TICKETS, MOST_PEOPLE, MOST_MACROS = 6, 5, 8
LONGEST = 200  # characters of what is looked for

# What a command does is keys.js's to know; it hides those that make no sense on the page at hand.
_COMMANDS = ("reply", "note", "resolve", "assignee", "status", "category", "tags", "macros", "undo")


class Item(Struct, frozen=True):
    """Somewhere to go (*url*), or something to do (*command*)."""

    label: str
    symbol: str
    url: str = ""
    command: str = ""
    detail: str = ""
    keys: str = ""


@dataclass(frozen=True)
class Group:
    """Items of one sort."""

    label: str
    items: Sequence[Item]


@desk.get("/palette")
@staff_only
def palette() -> Any:
    """What ``?q=`` may mean: a page, or for a script the list alone."""
    asked = request.args.get("q", "").strip()[:LONGEST]
    groups = [group for group in _groups(asked) if group.items]
    if request.headers.get("HX-Request") == "true":
        return render_template("desk/palette_items.html", groups=groups, asked=asked)
    return page("desk/palette.html", groups=groups, asked=asked)


def _groups(asked: str) -> Iterator[Group]:
    yield Group(_("Tickets"), _tickets(asked))
    yield Group(_("To do here"), [item for item in _commands() if _fits(item, asked)])
    if asked:
        yield Group(_("Macros"), _macros(asked))
    yield Group(_("Views"), [item for item in _views() if _fits(item, asked)])
    if asked:
        yield Group(_("People"), _people(asked))
    yield Group(_("Go to"), [item for item in _places() if _fits(item, asked)])


def _fits(item: Item, asked: str) -> bool:
    return has_words(f"{item.label} {item.detail}", words(asked))


def _tickets(asked: str) -> list[Item]:
    """By number and then by words; without any, those where something happened last."""
    number = choices.number_of(asked)
    rows = list(queries.numbered(current_user, number, MOST_TICKETS)) if number else []
    typed = typed_tickets(asked, MOST_TICKETS + 1) if len(rows) < MOST_TICKETS else []
    known = {row.id for row in rows}
    rows += [row for row in typed if row.id not in known]
    marks = Marks(worded(asking(), asked).words)
    items = [
        Item(
            marks.subject(row.subject),
            "message-square",
            url_for("web.desk.ticket", ticket_id=row.id),
            detail=f"{ref_of(row.id)} · {choices.STATUS_WORDS[row.status]}",
        )
        for row in rows[:MOST_TICKETS]
    ]
    if asked and len(rows) > MOST_TICKETS:
        url = url_for("web.desk.view", view="all", q=asked)
        items.append(Item(_("More tickets with these words"), "search", url))
    return items


def _macros(asked: str) -> list[Item]:
    """Those that are so called; "macro" finds all of them."""
    found = [
        Item(_("Macro: %(name)s", name=one.name), "zap", command=f"macro-{one.id}")
        for one in macros.macros(current_user)
    ]
    return [item for item in found if _fits(item, asked)][:MOST_MACROS]


def _people(asked: str) -> list[Item]:
    return [
        Item(
            user.name,
            "user",
            _page_of(user),
            detail=user.email,
        )
        for user in accounts.users(current_user, keyword=asked, limit=MOST_PEOPLE)
    ]


def _page_of(user: User) -> str:
    """A customer's page; for a colleague, who has none, what they have asked themselves."""
    if user.is_staff:
        return url_for("web.desk.view", view="all", requester=user.id)
    return url_for("web.desk.customer", customer_id=user.id)


def _views() -> Iterator[Item]:
    keys = {key.command: key.keys for group in SHEET.values() for key in group}
    for view in (*VIEWS.values(), *saved_views()):
        url = url_for("web.desk.view", view=view.name)
        symbol = "folder" if view.saved is None else "star"
        yield Item(str(view.label), symbol, url, keys=keys.get(f"view-{view.name}", ""))


def _commands() -> Iterator[Item]:
    for group in SHEET.values():
        for key in group:
            if key.command in _COMMANDS:
                yield Item(str(key.words), "zap", command=key.command, keys=key.keys)


_PLACES = (
    ("web.desk.new_ticket", lazy("New ticket"), "plus"),
    ("web.desk.notices", lazy("Notices"), "bell"),
    ("web.desk.customers", lazy("Customers"), "users"),
    ("web.desk.companies", lazy("Companies"), "building-2"),
    ("web.desk.reports", lazy("Reports"), "chart-column"),
    ("web.desk.keys", lazy("Keys"), "keyboard"),
)


def _places() -> Iterator[Item]:
    for endpoint, label, symbol in _PLACES:
        yield Item(str(label), symbol, url_for(endpoint))
    for one in settings_pages():
        words_ = _("Settings: %(page)s", page=one.label)
        yield Item(words_, "settings", one.url, detail=one.about)
