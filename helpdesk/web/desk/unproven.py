"""Words that claim to be a colleague's: whoever knows that they are answers with them."""

from typing import Any

from flask import flash, redirect, request
from flask_login import current_user

from ...errors import Invalid, NotFound
from ...i18n import gettext as _
from ...tickets import actions, queries
from ..access import staff_only
from . import desk
from .asked import Asked
from .holding import COMPOSER


@desk.post("/tickets/<int:ticket_id>/messages/<int:message_id>/as-draft")
@staff_only
def use_as_draft(ticket_id: int, message_id: int) -> Any:
    """Put the words of a note into one's own draft of a reply, below what is there."""
    ticket = queries.get(current_user, ticket_id)
    notes = queries.conversation(current_user, ticket)
    note = next((one for one in notes if one.id == message_id and one.internal), None)
    if note is None:
        raise NotFound(_("There is no such message in this ticket."))
    draft = queries.draft_of(current_user, ticket.id)
    words = [draft.body.rstrip()] if draft is not None and draft.body.strip() else []
    try:
        actions.save_draft(
            current_user,
            ticket,
            "\n\n".join([*words, note.body]),
            [] if draft is None else queries.draft_files(draft),
            choices={} if draft is None else draft.choices,
            seen=actions.revision_of(draft),
        )
    except Invalid as error:
        flash(error.message, "warn")
    else:
        flash(_("It is your draft now: look at it, then send it."), "good")
    return redirect(f"{Asked.from_args(request.args).ticket_url(ticket)}#{COMPOSER}")
