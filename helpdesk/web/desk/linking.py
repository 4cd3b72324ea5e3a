"""Links to related tickets."""

from typing import Any

from flask import request
from flask_login import current_user

from ...errors import Invalid, WrongState
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.models import Ticket
from ..access import staff_only
from . import desk
from .deeds import candidates, deed_page, done, named


@desk.get("/tickets/<int:ticket_id>/links")
@staff_only
def links(ticket_id: int) -> Any:
    """What the ticket is linked to, and what it may be linked to."""
    return _page(queries.get(current_user, ticket_id))


@desk.post("/tickets/<int:ticket_id>/links")
@staff_only
def link(ticket_id: int) -> Any:
    """Link the two."""
    ticket = queries.get(current_user, ticket_id)
    try:
        other = named(request.form.get("other", ""), "other")
        event = actions.link(current_user, ticket, other)
    except (Invalid, WrongState) as error:
        return _page(queries.get(current_user, ticket_id), error)
    return done(_("Linked to %(ref)s.", ref=other.ref), [event], ticket)


@desk.post("/tickets/<int:ticket_id>/links/remove")
@staff_only
def unlink(ticket_id: int) -> Any:
    """Take a link back."""
    ticket = queries.get(current_user, ticket_id)
    other = named(request.form.get("other", ""), "other")
    event = actions.unlink(current_user, ticket, other)
    return done(_("No longer linked to %(ref)s.", ref=other.ref), [event], ticket)


def _page(ticket: Ticket, error: Invalid | WrongState | None = None) -> Any:
    keyword = request.args.get("find", "")
    linked = queries.linked(current_user, ticket)
    known = {row.id for row in linked}
    rows = [row for row in candidates(ticket, keyword) if row.id not in known]
    return deed_page(
        "desk/links.html",
        ticket,
        error,
        keyword=keyword,
        linked=linked,
        rows=rows,
        typed=request.form.get("other", ""),
    )
