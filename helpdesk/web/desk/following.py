"""Who gets a ticket's answers by mail besides its requester."""

from typing import Any

from flask import flash, request
from flask_login import current_user

from ...errors import Invalid, WrongState
from ...i18n import gettext as _
from ...mail.copied import let_follow as let_follow_by_mail
from ...tickets import actions, queries
from ..access import staff_only
from . import desk
from .choices import id_of
from .deeds import back_to, done


@desk.post("/tickets/<int:ticket_id>/followers")
@staff_only
def let_follow(ticket_id: int) -> Any:
    """Let somebody to whom a mail of this ticket was sent get its answers."""
    ticket = queries.get(current_user, ticket_id)
    email = request.form.get("email", "")
    try:
        event = let_follow_by_mail(current_user, ticket, email)
    except (Invalid, WrongState) as error:
        flash(error.message, "warn")
        return back_to(ticket_id)
    return done(_("%(name)s gets the answers from now on.", name=email), [event], ticket)


@desk.post("/tickets/<int:ticket_id>/followers/remove")
@staff_only
def unfollow(ticket_id: int) -> Any:
    """Let a follower get nothing more."""
    ticket = queries.get(current_user, ticket_id)
    event = actions.unfollow(current_user, ticket, id_of(request.form.get("user", "")) or 0)
    return done(_("They get no more answers."), [event], ticket)
