"""Spam, the bin, and back; and the end of what lies in the bin."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user

from ...errors import WrongState
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.models import Place, Ticket
from ..access import admin_only, staff_only
from . import desk
from .deeds import back_to, deed_page, done
from .forms import one_of

_CHOICES: Sequence[Place] = (Place.INBOX, Place.SPAM, Place.BIN)


@desk.post("/tickets/<int:ticket_id>/place")
@staff_only
def place(ticket_id: int) -> Any:
    """Put the ticket there, and stay with it: it says where it lies."""
    ticket = queries.get(current_user, ticket_id)
    where = one_of(Place, request.form.get("place", ""), "place")
    if where not in _CHOICES:
        where = one_of(Place, "", "place")
    before = ticket.place
    try:
        event = actions.place(current_user, ticket, where)
    except WrongState as error:
        flash(error.message, "warn")
        return back_to(ticket_id)
    return done(_sentence(before, where), [event], ticket)


def _sentence(before: Place, now: Place) -> str:
    if now is Place.SPAM:
        return _("It lies in spam. Its requester isn't told.")
    if now is Place.BIN:
        return _("It is deleted. For 30 days it can be put back.")
    return _("It isn't spam any more.") if before is Place.SPAM else _("It is back.")


@desk.get("/tickets/<int:ticket_id>/purge")
@admin_only
def ask_to_purge(ticket_id: int) -> Any:
    """Whether it is to be deleted for good: there is no way back from that."""
    return _page(queries.get(current_user, ticket_id))


@desk.post("/tickets/<int:ticket_id>/purge")
@admin_only
def purge(ticket_id: int) -> Any:
    """Delete it for good."""
    ticket = queries.get(current_user, ticket_id)
    try:
        actions.purge(current_user, ticket)
    except WrongState as error:
        return _page(queries.get(current_user, ticket_id), error)
    flash(_("%(ref)s is deleted for good.", ref=ticket.ref), "good")
    return redirect(url_for("web.desk.view", view="bin"))


def _page(ticket: Ticket, error: WrongState | None = None) -> Any:
    return deed_page(
        "desk/purge.html", ticket, error, goes_at=actions.goes_at(ticket.place, ticket.placed_at)
    )
