"""The links in mails that open a ticket to its requester: staff end them."""

from typing import Any

from flask import flash
from flask_login import current_user

from ...i18n import gettext as _
from ...mail.sending import links
from ...tickets import queries
from ..access import staff_only
from . import desk
from .deeds import back_to


@desk.post("/tickets/<int:ticket_id>/mail-links/end")
@staff_only
def end_mail_links(ticket_id: int) -> Any:
    """End them all; the next mail has a new one."""
    ticket = queries.get(current_user, ticket_id)
    if links.revoke(current_user, ticket):
        flash(_("The links in the mails of this ticket open nothing any more."), "good")
    else:
        flash(_("Nothing was changed."), "info")
    return back_to(ticket_id)
