"""Opening a ticket for a customer who called, wrote a letter, or stands in the shop."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from markupsafe import Markup
from wtforms import Form, MultipleFileField, SelectField, StringField, TextAreaField

from ...accounts import actions as accounts
from ...accounts import queries as people
from ...accounts.models import Role, User
from ...database import transaction
from ...errors import Invalid, NotFound, TooLarge
from ...fields import queries as fields
from ...fields.models import About
from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets import actions
from ...tickets.models import Attachment, Format, Priority
from .. import custom
from ..access import staff_only
from ..forms import Needed, sent_back, show_errors
from ..once import OnceField, SentBefore, once
from ..uploads import take_files
from . import choices, desk
from .editor import preview_of
from .forms import one_of
from .pages import page

MOST_FOUND = 8  # people who are proposed for what was typed


class OpeningForm(Form):
    """For whom, and what."""

    who = StringField(lazy("Customer"), [Needed()])
    name = StringField(lazy("Name of a new customer"))
    subject = StringField(lazy("Subject"), [Needed()])
    message = TextAreaField(lazy("Message"), [Needed()])
    priority = SelectField(lazy("Priority"), validate_choice=False)
    category = SelectField(lazy("Category"), validate_choice=False)
    tags = StringField(lazy("Tags"))
    files = MultipleFileField(lazy("Files"))
    once = OnceField()

    ACTION_NAMES = {
        "email": "who",
        "requester": "who",
        "attachments": "files",
        "category_id": "category",
        "subcategory_id": "category",
    }
    chosen: User | None = None  # of the people that were found
    found: Sequence[User] = ()
    kept: Sequence[Attachment] = ()
    preview: Markup | None = None  # of the message, where it was asked for

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self._custom = fields.fields(current_user, About.TICKET)
        self.custom = custom.add_to(self, self._custom, formdata=formdata or None)

    def offer(self) -> None:
        """Give the fields their choices."""
        self.priority.choices = choices.priorities()
        self.priority.data = self.priority.data or Priority.NORMAL.value
        self.category.choices = choices.categories()

    def find(self) -> None:
        """Look for people who may be meant."""
        keyword = (self.who.data or "").strip()
        found = people.users(current_user, keyword=keyword, limit=MOST_FOUND)
        self.found = [user for user in found if user.merged_into_id is None]

    def draft(self) -> actions.Draft:
        """The ticket. Raises Invalid."""
        category_id, subcategory_id = choices.chosen_pair(self.category.data or "", "category")
        return actions.Draft(
            subject=self.subject.data or "",
            message=self.message.data or "",
            priority=one_of(Priority, self.priority.data or Priority.NORMAL, "priority"),
            category_id=category_id,
            subcategory_id=subcategory_id,
            tags=choices.tags_of(self.tags.data or ""),
            fields=custom.given(self, self._custom),
            format=Format.MARKDOWN,
        )


@desk.get("/tickets/new")
@staff_only
def new_ticket() -> Any:
    """The empty form; ``?requester=`` says whose ticket it will be."""
    form = OpeningForm()
    form.chosen = _known(request.args.get("requester", ""))
    if form.chosen is not None:
        form.who.data, form.found = form.chosen.email, [form.chosen]
    return _shown(form)


@desk.post("/tickets/new")
@staff_only
def open_ticket() -> Any:
    """Open it; or look for the customer first, when that button was pressed."""
    form = OpeningForm(request.form)
    form.kept = take_files(current_user, form.message.data or "")
    form.chosen = _known(request.form.get("requester", ""))
    if request.form.get("do") == "find":
        form.find()
        form.chosen = form.found[0] if len(form.found) == 1 else None
        return _shown(form)
    if request.form.get("do") == "preview":
        form.found = [form.chosen] if form.chosen else []
        form.preview = preview_of(form.message.data or "", form.kept)
        return _shown(form)
    words = (form.who.data, form.subject.data, form.message.data)
    try:
        with (
            once(current_user, form.once.data, *(word or "" for word in words)),
            transaction(together=True),
        ):
            ticket = actions.open_ticket(current_user, form.draft(), form.kept, _requester(form))
    except SentBefore as earlier:
        return redirect(url_for("web.desk.ticket", ticket_id=earlier.ticket_id))
    except (Invalid, TooLarge) as error:
        show_errors(form, error, form.ACTION_NAMES)
        form.found = form.found or ([form.chosen] if form.chosen else [])
        return sent_back(_shown(form), error)
    flash(_("%(ref)s is open.", ref=ticket.ref), "good")
    flash(f"new-ticket-{current_user.id}", "draft-sent")
    return redirect(url_for("web.desk.ticket", ticket_id=ticket.id))


def _requester(form: OpeningForm) -> User:
    """Whose ticket it is: somebody chosen, somebody known, or a new customer. Raises Invalid."""
    if form.chosen is not None:
        return form.chosen
    who = (form.who.data or "").strip()
    known = people.person_at(who)
    if known is not None:
        return known
    if "@" in who:
        return accounts.add_user(
            current_user, name=form.name.data or "", email=who, role=Role.CUSTOMER
        )
    if who:
        form.find()
    if form.found:
        raise Invalid({"who": [_("Please choose who it is.")]})
    raise Invalid({"who": [_("Nobody here has this name: please give an e-mail address.")]})


def _known(requester_id: str) -> User | None:
    id_ = choices.id_of(requester_id)
    try:
        return None if id_ is None else people.get(current_user, id_)
    except NotFound:
        return None


def _shown(form: OpeningForm) -> str:
    form.offer()
    return page("desk/new.html", form=form)
