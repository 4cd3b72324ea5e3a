"""The link in a mail: it leads to one request, and needs no sign-in."""

from typing import Any

from flask import flash, make_response, redirect, url_for
from flask_login import current_user

from ...errors import NotFound
from ...i18n import gettext as _
from .. import guests
from ..access import anyone, customers_or_guests
from ..guests import Reader
from . import portal


@portal.get("/r/<token>")
@anyone
def by_link(token: str) -> Any:
    """To the request; who isn't signed in as its requester gets a cookie that opens it alone."""
    try:
        guest = guests.admit(token)
    except NotFound:
        return guests.ended()
    if current_user.is_authenticated and current_user.is_staff:
        return redirect(url_for("web.desk.ticket", ticket_id=guest.ticket.id), 303)
    answer = make_response(redirect(url_for(".show", id=guest.ticket.id), 303))
    return answer if guests.is_signed_in(guest) else guests.remember(answer, guest)


@portal.post("/tickets/<int:id>/leave")
@customers_or_guests
def leave(reader: Reader, id: int) -> Any:
    """Let this browser open the request no more: it may be somebody else's device."""
    if reader.guest is None:
        return redirect(url_for(".tickets"))
    flash(_("This device no longer opens the request. The link in the mail still does."), "info")
    flash(f"reply-{id}-{reader.draft_owner}", "draft-sent")
    return guests.forget(make_response(redirect(url_for(".home"))), reader.guest)
