"""A ticket, opened; and its fields, changed by the properties form or by a button."""

from typing import Any

from flask import flash, redirect, request
from flask_login import current_user

from ...errors import HelpdeskError, Invalid, WrongState
from ...i18n import gettext as _
from ...tickets import actions, queries
from ...tickets.actions import Changes
from ...tickets.models import Status, Ticket
from ..access import staff_only
from ..forms import sent_back, show_errors
from . import choices, desk
from .asked import Asked
from .forms import PropertiesForm, one_of
from .ticket_page import ticket_page
from .undoing import flash_done


@desk.get("/tickets/<int:ticket_id>")
@staff_only
def ticket(ticket_id: int) -> Any:
    """A ticket beside its list."""
    return ticket_page(ticket_id, Asked.from_args(request.args))


@desk.post("/tickets/<int:ticket_id>/update")
@staff_only
def update(ticket_id: int) -> Any:
    """Change the fields that were touched; if somebody else did meanwhile, say so and ask again."""
    found = queries.get(current_user, ticket_id)
    form = PropertiesForm(request.form)
    try:
        changes, seen = form.changes()
        events = actions.update(current_user, found, changes, seen)
    except (Invalid, WrongState) as error:
        if isinstance(error, Invalid):
            show_errors(form, error, form.ACTION_NAMES)
        return _again(ticket_id, form, error)
    if events:
        flash_done(_("Saved."), events)
    else:
        flash(_("Nothing was changed."), "info")
    return _back(found)


@desk.post("/tickets/<int:ticket_id>/assign-me")
@staff_only
def assign_me(ticket_id: int) -> Any:
    """Take the ticket."""
    return _set(ticket_id, "assignee", Changes(assignee_id=current_user.id), _("It is yours now."))


@desk.post("/tickets/<int:ticket_id>/status")
@staff_only
def status(ticket_id: int) -> Any:
    """Resolve, close, or open again."""
    wanted = one_of(Status, request.form.get("status", ""), "status")
    sentences = {
        Status.OPEN: _("It is open again."),
        Status.PENDING: _("It waits for the customer now."),
        Status.RESOLVED: _("It is resolved."),
        Status.CLOSED: _("It is closed."),
    }
    return _set(ticket_id, "status", Changes(status=wanted), sentences[wanted])


def _set(ticket_id: int, field: str, changes: Changes, done: str) -> Any:
    """Do what a button says, unless the ticket isn't any more what the person saw."""
    found = queries.get(current_user, ticket_id)
    try:
        events = actions.update(current_user, found, changes, _seen(field))
    except (Invalid, WrongState) as error:
        return _again(ticket_id, None, error)
    flash_done(done, events)
    return _back(found)


def _seen(field: str) -> dict[str, Any]:
    """What the button's form says that the person saw; a form without it has seen anything."""
    seen = request.form.get("seen")
    if seen is None:
        return {}
    if field == "assignee":
        return {"assignee_id": choices.chosen_id(seen, "seen")}
    return {"status": one_of(Status, seen, "seen")}


def _again(ticket_id: int, form: PropertiesForm | None, error: HelpdeskError) -> Any:
    html = ticket_page(
        ticket_id,
        Asked.from_args(request.args),
        properties_form=form,
        trouble="" if isinstance(error, Invalid) and form is not None else error.message,
    )
    return sent_back(html, error)


def _back(found: Ticket) -> Any:
    actions.mark_read(current_user, found)  # nobody decides on what they haven't read
    return redirect(Asked.from_args(request.args).ticket_url(found))
