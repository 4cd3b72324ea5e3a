"""Saved replies where somebody writes on a ticket: found, filled in, put among the words."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, render_template, request
from flask_login import current_user

from ...macros import queries
from ...macros.filling import Values, fill, said_of_blanks
from ...macros.models import SavedReply
from ...tickets import queries as tickets
from ...tickets.models import Ticket
from ..access import staff_only
from ..uploads import take_files
from . import blanks, choices, desk, parts
from .asked import Asked
from .composer_form import ComposerForm
from .deeds import deed_page
from .drafting import save
from .folders import in_folders
from .ticket_page import ticket_page

MOST_PROPOSED = 8
LONGEST = 200  # characters of what is looked for
_OURS = ("csrf_token", "find", "kept")  # fields that aren't carried along as they are


@desk.get("/complete/replies")
@staff_only
def complete_replies() -> Any:
    """Saved replies that ``q`` finds, filled in for the ``ticket``."""
    ticket = tickets.get(current_user, choices.id_of(request.args.get("ticket", "")) or 0)
    found = queries.saved_replies(current_user, request.args.get("q", "")[:LONGEST])
    values = Values(current_user, ticket)
    return jsonify([_proposal(one, values) for one in found[:MOST_PROPOSED]])


@desk.get("/tickets/<int:ticket_id>/replies")
@staff_only
def choose_reply(ticket_id: int) -> Any:
    """All of them: a page, or for a script the list alone."""
    ticket = tickets.get(current_user, ticket_id)
    keyword = request.args.get("find", "").strip()[:LONGEST]
    if parts.is_script():
        found = queries.saved_replies(current_user, keyword)
        return render_template(
            "desk/chooser_replies.html", ticket=ticket, found=found, asked=keyword
        )
    return _chooser(ticket, keyword)


@desk.post("/tickets/<int:ticket_id>/replies")
@staff_only
def choose_reply_for_words(ticket_id: int) -> Any:
    """The same page, which carries along what is written on the ticket."""
    ticket = tickets.get(current_user, ticket_id)
    form = ComposerForm(request.form)
    form.kept = take_files(current_user, form.message.data or "")
    save(ticket, form)  # wherever the person goes from here, it is kept
    carried = [pair for pair in request.form.items(multi=True) if pair[0] not in _OURS]
    carried += [("kept", file.key) for file in form.kept]
    return _chooser(ticket, request.form.get("find", "").strip()[:LONGEST], carried)


@desk.get("/tickets/<int:ticket_id>/replies/<int:reply_id>")
@staff_only
def filled_reply(ticket_id: int, reply_id: int) -> Any:
    """One of them, filled in for this ticket."""
    ticket = tickets.get(current_user, ticket_id)
    saved = queries.saved_reply(current_user, reply_id)
    return jsonify(_proposal(saved, Values(current_user, ticket)))


@desk.post("/tickets/<int:ticket_id>/replies/<int:reply_id>")
@staff_only
def use_reply(ticket_id: int, reply_id: int) -> Any:
    """The ticket's page, with the reply below what is written there already."""
    ticket = tickets.get(current_user, ticket_id)
    saved = queries.saved_reply(current_user, reply_id)
    form = ComposerForm(request.form)
    form.kept = take_files(current_user, form.message.data or "")
    filled = fill(saved.body, Values(current_user, ticket))
    written = (form.message.data or "").rstrip()
    form.message.data = f"{written}\n\n{filled.text}" if written else filled.text
    if filled.blanks:
        form.message.errors = [said_of_blanks(filled.blanks)]
        blanks.tell(filled.blanks)
    return ticket_page(ticket_id, Asked.from_args(request.args), composer_form=form)


def _chooser(ticket: Ticket, keyword: str, carried: Sequence[tuple[str, str]] = ()) -> Any:
    found = queries.saved_replies(current_user, keyword)
    return deed_page(
        "desk/saved_replies.html",
        ticket,
        folders=in_folders(found),
        keyword=keyword,
        carried=carried,
    )


def _proposal(saved: SavedReply, values: Values) -> dict[str, str]:
    """One of them for a script; *says* is what the person is told of it."""
    filled = fill(saved.body, values)
    beginning = " ".join(saved.body.split())[:80]
    return {
        "label": saved.name,
        "detail": f"{saved.folder} · {beginning}" if saved.folder else beginning,
        "insert": filled.text,
        "says": said_of_blanks(filled.blanks) if filled.blanks else "",
    }
