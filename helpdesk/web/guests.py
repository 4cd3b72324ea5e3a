"""Guests: people who came by the link of a mail, and may see one request without being signed in.

They are nobody's ``current_user``: a view gets its reader as an argument, and only one that says
``@customers_or_guests`` (access.py) gets a guest. The cookie is kept under the request's address,
so a browser sends it to no other page, and there is one for each request.
"""

from typing import Any

from flask import Response, current_app, g, render_template, request, url_for
from flask_login import current_user
from msgspec import Struct

from .. import clock, i18n
from ..accounts.models import User
from ..errors import NotFound
from ..mail.sending import passes
from ..mail.sending.passes import Guest
from .signing_in import visitor


class Reader(Struct, frozen=True):
    """For whom a page about a request is."""

    user: User
    guest: Guest | None = None

    @property
    def draft_owner(self) -> str:
        """Whose draft a browser keeps: not the account's, where somebody came by a link."""
        return str(self.user.id) if self.guest is None else f"link-{self.user.id}"


def admit(token: str) -> Guest:
    """Who comes by the link *token*. Raises NotFound, TooMany."""
    return passes.admit(visitor(), token)


def guest_at(ticket_id: int) -> Guest | None:
    """Who sees the request *ticket_id* by a link in this browser; None: nobody, or an account does.

    Raises NotFound where nobody is signed in and the link opens nothing any more.
    """
    secret = request.cookies.get(_cookie())
    if not secret or (current_user.is_authenticated and current_user.is_staff):
        return None
    try:
        guest = passes.find(secret)
    except NotFound:
        if current_user.is_authenticated:
            return None
        raise
    if ticket_id not in (guest.linked_id, guest.ticket.id) or is_signed_in(guest):
        return None
    g.actor_id = guest.user.id
    i18n.use(guest.user.language)
    return guest


def is_signed_in(guest: Guest) -> bool:
    """Whether *guest* is who is signed in anyway."""
    return bool(current_user.is_authenticated and current_user.id == guest.user.id)


def remember(answer: Response, guest: Guest) -> Response:
    """Let this browser open the request of *guest*, until the pass ends."""
    answer.set_cookie(
        _cookie(),
        guest.secret,
        max_age=int((guest.until - clock.now()).total_seconds()),
        path=_path(guest.ticket.id),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def forget(answer: Response, guest: Guest) -> Response:
    """Let this browser open it no more."""
    for ticket_id in {guest.ticket.id, guest.linked_id}:
        answer.delete_cookie(
            _cookie(),
            path=_path(ticket_id),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return answer


def ended() -> Any:
    """The answer to a link, or a cookie, that opens nothing: the same for every reason."""
    return render_template("portal/link_ended.html"), 404


def _cookie() -> str:
    # A cookie with a path can't have the prefix __Host-.
    is_https = current_app.config["SESSION_COOKIE_SECURE"]
    return "__Secure-helpdesk-request" if is_https else "helpdesk-request"


def _path(ticket_id: int) -> str:
    return url_for("web.portal.show", id=ticket_id)
