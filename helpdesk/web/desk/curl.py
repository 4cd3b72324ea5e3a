"""Copy as curl: what the page of a ticket shows and does, as a script would."""

import json
import shlex
from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_login import current_user
from msgspec import Struct

from ...i18n import gettext as _
from ...tickets import queries
from ...tickets.models import Place, Status, Ticket
from ..access import staff_only
from . import desk
from .deeds import deed_page

_PATH = "/backend/api/api/support-ticket"  # web and api never import each other: a test compares


class Command(Struct, frozen=True):
    """A thing that can be done, and the line for a shell that does it."""

    id: str
    what: str
    line: str


@desk.get("/tickets/<int:ticket_id>/curl")
@staff_only
def curl(ticket_id: int) -> Any:
    """The commands for this ticket, with its own values in them."""
    ticket = queries.get(current_user, ticket_id)
    return deed_page("desk/curl.html", ticket, commands=commands(ticket))


def commands(ticket: Ticket) -> Sequence[Command]:
    """What can be done with *ticket* where it lies."""
    here = f"/{ticket.id}"
    show = Command("show", _("Show it"), _line("GET", here))
    if ticket.place is Place.MERGED:
        return [show, Command("undo", _("Take it apart again"), _line("POST", "/undo", _BATCH))]
    if ticket.place is not Place.INBOX:
        back = Command("restore", _("Put it back"), _line("POST", f"{here}/restore", {}))
        return [show, back]
    return [
        show,
        Command("reply", _("Reply"), _line("POST", here, {"message": _("Thank you!")})),
        Command(
            "note",
            _("Leave a note"),
            _line("POST", here, {"message": _("She is a regular."), "internal": True}),
        ),
        Command("fields", _("Change its fields"), _line("PUT", here, _fields(ticket))),
        Command("resolve", _("Resolve it"), _line("PUT", here, {"status": Status.RESOLVED.value})),
        Command("reply-saved", _("Fill in a saved reply"), _line("GET", f"{here}/saved-replies/1")),
        Command("macro", _("Look at what a macro would do"), _line("GET", f"{here}/macros/1")),
        Command("apply", _("Apply a macro"), _line("POST", f"{here}/macros/1", {})),
        Command("merge", _("Merge it into another"), _line("POST", f"{here}/merge", {"into": 12})),
        Command(
            "split",
            _("Split a message off"),
            _line("POST", f"{here}/split", {"messageId": _last(ticket), "subject": ticket.subject}),
        ),
        Command("link", _("Link it to another"), _line("POST", f"{here}/links", {"ticketId": 12})),
        Command(
            "end-links", _("End the links in its mails"), _line("DELETE", f"{here}/mail/links")
        ),
        Command("read", _("Mark it as read"), _line("PUT", f"{here}/read")),
        Command("unread", _("Mark it as unread"), _line("DELETE", f"{here}/read")),
        Command("spam", _("Put it into spam"), _line("POST", f"{here}/spam", {})),
        Command("delete", _("Delete it"), _line("DELETE", here)),
        Command("undo", _("Undo: each answer names its batch"), _line("POST", "/undo", _BATCH)),
    ]


_BATCH = {"batch": "0123456789abcdef0123456789abcdef"}


def _fields(ticket: Ticket) -> dict[str, Any]:
    return {
        "subject": ticket.subject,
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "assigneeId": ticket.assignee_id,
        "categoryId": ticket.category_id,
        "subCategoryId": ticket.subcategory_id,
        "tags": ticket.tag_names,
        "version": ticket.version,
    }


def _last(ticket: Ticket) -> int:
    found = [one for one in queries.conversation(current_user, ticket) if not one.internal]
    return found[-1].id if found else 0


def _line(method: str, path: str, body: dict[str, Any] | None = None) -> str:
    """One command; whatever is in *body*, a shell passes it on as it is."""
    url = current_app.config["HELPDESK"].base_url + _PATH + path
    parts = ["curl"] if method == "GET" else ["curl", "-X", method]
    line = " ".join([*parts, shlex.quote(url)]) + ' \\\n  -H "Authorization: Bearer $TOKEN"'
    if body is None:
        return line
    data = shlex.quote(json.dumps(body, ensure_ascii=False))
    return f"{line} \\\n  -H 'Content-Type: application/json' \\\n  -d {data}"
