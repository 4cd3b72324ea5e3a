"""What was wrong from the beginning: the subject, and whose ticket it is."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_login import current_user
from wtforms import Form, HiddenField, StringField

from ...accounts import queries as people
from ...accounts.models import User
from ...errors import Conflict, Invalid, NotFound, WrongState
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import actions, queries
from ...tickets.actions import Changes
from ...tickets.models import Ticket
from ..access import staff_only
from ..forms import Needed, show_errors
from . import desk
from .choices import chosen_id
from .deeds import deed_page, done

MOST_FOUND = 8  # people who are proposed


class SubjectForm(Form):
    """Another subject."""

    subject = StringField(lazy("Subject"), [Needed()])
    seen_subject = HiddenField()

    def seen(self) -> dict[str, str]:
        """What was on the screen, as far as the form tells."""
        return {} if self.seen_subject.data is None else {"subject": self.seen_subject.data}


@desk.get("/tickets/<int:ticket_id>/subject")
@staff_only
def subject(ticket_id: int) -> Any:
    """The form."""
    ticket = queries.get(current_user, ticket_id)
    form = SubjectForm(data={"subject": ticket.subject, "seen_subject": ticket.subject})
    return deed_page("desk/subject.html", ticket, form=form)


@desk.post("/tickets/<int:ticket_id>/subject")
@staff_only
def change_subject(ticket_id: int) -> Any:
    """Change it."""
    ticket = queries.get(current_user, ticket_id)
    form = SubjectForm(request.form)
    try:
        changes = Changes(subject=form.subject.data or "")
        events = actions.update(current_user, ticket, changes, form.seen())
    except (Conflict, Invalid, WrongState) as error:
        if isinstance(error, Invalid):
            show_errors(form, error)
        ticket = queries.get(current_user, ticket_id)
        if isinstance(error, Conflict):  # which says what it is now: saved again, it is meant
            form.seen_subject.data = ticket.subject
        return deed_page("desk/subject.html", ticket, error, form=form)
    return done(_("The subject is changed."), events, ticket)


@desk.get("/tickets/<int:ticket_id>/requester")
@staff_only
def requester(ticket_id: int) -> Any:
    """Whose else it may be: ``?find=`` looks for people."""
    ticket = queries.get(current_user, ticket_id)
    return _page(ticket, _found(ticket, request.args.get("find", "")))


@desk.post("/tickets/<int:ticket_id>/requester")
@staff_only
def change_requester(ticket_id: int) -> Any:
    """Move it: from now on they read all of it, and the one before nothing."""
    ticket = queries.get(current_user, ticket_id)
    try:
        to = _chosen(request.form.get("requester", ""))
        event = actions.move(current_user, ticket, to)
    except (Invalid, WrongState) as error:
        ticket = queries.get(current_user, ticket_id)
        return _page(ticket, _found(ticket, request.args.get("find", "")), error)
    return done(_("This is a ticket of %(name)s now.", name=to.name), [event], ticket)


def _chosen(text: str) -> User:
    """Whom the form names. Raises Invalid."""
    user_id = chosen_id(text, "requester")
    if user_id is None:
        raise Invalid({"requester": [_("Please choose who it is.")]})
    try:
        return people.get(current_user, user_id)
    except NotFound as error:
        raise Invalid({"requester": [error.message]}) from None


def _found(ticket: Ticket, keyword: str) -> Sequence[User]:
    if not keyword.strip():
        return ()
    found = people.users(current_user, keyword=keyword.strip()[:200], limit=MOST_FOUND + 1)
    return [user for user in found if user.is_active and user.id != ticket.requester_id]


def _page(ticket: Ticket, found: Sequence[User], error: Invalid | WrongState | None = None) -> Any:
    keyword = request.args.get("find", "")
    return deed_page("desk/requester.html", ticket, error, keyword=keyword, found=found)
