"""Read and unread: said by a script once a ticket was on the screen, or by a person."""

from typing import Any

from flask import flash, jsonify, redirect, request
from flask_login import current_user

from ...i18n import gettext as _
from ...notices import actions as notices
from ...tickets import actions, queries
from ..access import staff_only
from . import desk
from .asked import Asked
from .bulk import asked_list
from .choices import id_of
from .parts import is_in_background


@desk.post("/tickets/<int:ticket_id>/read")
@staff_only
def mark_read(ticket_id: int) -> Any:
    """The person has read the ticket, as far as ``up_to`` (a message's id; nothing: all of it).

    Notices that concern it are seen, too. A script is told how many those were.
    """
    ticket = queries.get(current_user, ticket_id)
    actions.mark_read(current_user, ticket, id_of(request.form.get("up_to", "")))
    seen = notices.see(current_user, ticket_id=ticket.id)
    if is_in_background():
        return jsonify(seen=seen)
    return redirect(Asked.from_args(request.args).ticket_url(ticket))


@desk.post("/tickets/<int:ticket_id>/unread")
@staff_only
def mark_unread(ticket_id: int) -> Any:
    """Put the ticket aside, to be read another time: back to the list."""
    ticket = queries.get(current_user, ticket_id)
    actions.mark_unread(current_user, ticket)
    if is_in_background():
        return "", 204
    flash(_("%(ref)s is unread again.", ref=ticket.ref), "good")
    return redirect(asked_list().list_url())
