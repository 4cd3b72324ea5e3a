"""A new request."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.file import MultipleFileField
from markupsafe import Markup
from wtforms import SelectField, StringField, TextAreaField

from ...errors import HelpdeskError
from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import actions, queries
from ...tickets.models import Attachment, Ticket
from ...tickets.queries import CategoryFacts
from .. import custom
from ..access import customers_only
from ..forms import Needed, PageForm, sent_back, show_errors
from ..once import OnceField, SentBefore, once
from ..uploads import take_files
from . import portal

NAMES = {"category_id": "category", "subcategory_id": "subcategory", "attachments": "files"}


def _id(text: Any) -> int | None:
    """The id behind a choice; what is no id becomes one that nothing has."""
    if text in (None, ""):
        return None
    return int(text) if str(text).isascii() and str(text).isdigit() else 0


def _attributes(top: CategoryFacts, child: CategoryFacts) -> dict[str, str]:
    return {"data-parent": str(top.id), "data-label": child.name}


class TicketForm(PageForm):
    """What a customer asks."""

    subject = StringField(lazy("Subject"), [Needed()])
    category = SelectField(lazy("What is it about?"), coerce=_id, validate_choice=False)
    subcategory = SelectField(lazy("More precisely"), coerce=_id, validate_choice=False)
    message = TextAreaField(lazy("How can we help?"), [Needed()])
    files = MultipleFileField(lazy("Files"))
    once = OnceField()

    kept: Sequence[Attachment] = ()

    def __init__(self) -> None:
        super().__init__()
        tops = queries.category_choices()
        self._custom = fields.fields(current_user, About.TICKET)
        sent = request.form if request.method == "POST" else None
        self.custom = custom.add_to(self, self._custom, formdata=sent, asks=current_user)
        self._parents = {child.id: top.id for top, children in tops for child in children}
        self.category.choices = [
            ("", _("Please choose")),
            *((top.id, top.name) for top, _c in tops),
        ]
        # subcategories.js leaves those of the chosen category, under their short names.
        self.subcategory.choices = [("", _("Not sure"))] + [
            (child.id, f"{top.name}: {child.name}", _attributes(top, child))
            for top, children in tops
            for child in children
        ]

    def draft(self) -> actions.Draft:
        """The form as the action takes it; a sub-category alone says its category too."""
        category_id, subcategory_id = self.category.data, self.subcategory.data
        if category_id is None:
            category_id = self._parents.get(subcategory_id)
        return actions.Draft(
            subject=self.subject.data or "",
            message=self.message.data or "",
            category_id=category_id,
            subcategory_id=subcategory_id,
            fields=custom.given(self, self._custom),
        )


@portal.get("/tickets/new")
@customers_only
def new_ticket() -> Any:
    """The empty form."""
    return _page(TicketForm())


@portal.post("/tickets")
@customers_only
def create() -> Any:
    """Open the ticket; a form that comes twice leads to the one that it opened."""
    form = TicketForm()
    draft = form.draft()
    try:
        form.kept = take_files(current_user)
        with once(current_user, form.once.data, "new", draft.subject, draft.message):
            ticket = actions.open_ticket(current_user, draft, form.kept)
    except SentBefore as before:
        ticket = queries.get(current_user, before.ticket_id)
    except HelpdeskError as error:
        show_errors(form, error, NAMES)
        return sent_back(_page(form), error)
    _say_thanks(ticket)
    return redirect(url_for(".show", id=ticket.id))


def _page(form: TicketForm) -> str:
    return render_template(
        "portal/new.html",
        form=form,
        settings=current_app.config["HELPDESK"],
    )


def _say_thanks(ticket: Ticket) -> None:
    address = current_app.config["HELPDESK"].base_url + url_for(".show", id=ticket.id)
    said = _(
        "Thank you. Your request has the number %(ref)s. We will read it and answer on this page, "
        "where you can add more at any time. Its address is:",
        ref=ticket.ref,
    )
    flash(Markup('{0} <a href="{1}">{1}</a>').format(said, address))
    flash(f"new-{current_user.id}", "draft-sent")
