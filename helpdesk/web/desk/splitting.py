"""Splitting a message off into a ticket of its own."""

from typing import Any

from flask import request
from flask_login import current_user
from wtforms import Form, RadioField, StringField

from ...database import transaction
from ...errors import Invalid, NotFound, WrongState
from ...events import writing_batch
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import actions, queries
from ...tickets.models import Message, Ticket
from ..access import staff_only
from ..forms import Needed, show_errors
from . import desk
from .deeds import back_to, deed_page
from .undoing import flash_undo

ALONE, FOLLOWING = "alone", "following"


class SplitForm(Form):
    """What the new ticket is called, and how much goes into it."""

    subject = StringField(lazy("Subject of the new ticket"), [Needed()])
    what = RadioField(
        lazy("What goes into it"),
        choices={
            ALONE: lazy("This message alone"),
            FOLLOWING: lazy("This message and everything after it"),
        },
        default=ALONE,
        validate_choice=False,
    )


@desk.get("/tickets/<int:ticket_id>/split/<int:message_id>")
@staff_only
def split(ticket_id: int, message_id: int) -> Any:
    """The form; a message that can't be split off says why."""
    ticket, message = _both(ticket_id, message_id)
    try:
        actions.require_splittable(message)
    except WrongState as error:
        return _page(ticket, message, SplitForm(), error)
    return _page(ticket, message, SplitForm())


@desk.post("/tickets/<int:ticket_id>/split/<int:message_id>")
@staff_only
def split_off(ticket_id: int, message_id: int) -> Any:
    """Split, and go to the new ticket."""
    ticket, message = _both(ticket_id, message_id)
    form = SplitForm(request.form)
    try:
        with transaction():
            following = form.what.data == FOLLOWING
            new = actions.split(current_user, message, form.subject.data or "", following=following)
            batch = writing_batch()
    except (Invalid, WrongState) as error:
        if isinstance(error, Invalid):
            show_errors(form, error)
        return _page(*_both(ticket_id, message_id), form, error)
    flash_undo(_("This is a ticket of its own now, linked to %(ref)s.", ref=ticket.ref), batch)
    return back_to(new)


def _both(ticket_id: int, message_id: int) -> tuple[Ticket, Message]:
    """The ticket and its message. Raises NotFound."""
    ticket = queries.get(current_user, ticket_id)
    found = queries.conversation(current_user, ticket)
    message = next((one for one in found if one.id == message_id), None)
    if message is None:
        raise NotFound(_("There is no such message in this ticket."))
    return ticket, message


def _page(
    ticket: Ticket,
    message: Message,
    form: SplitForm,
    error: Invalid | WrongState | None = None,
) -> Any:
    return deed_page("desk/split.html", ticket, error, message=message, form=form)
