"""Custom fields of tickets and customers: made, put in order, switched off."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField

from ...errors import Invalid, WrongState
from ...fields import actions, queries
from ...fields.models import About, CustomField, FieldKind, RequiredFor
from ...i18n import gettext as _
from ...i18n import lazy
from ..access import admin_only
from ..desk.forms import one_of
from ..forms import Needed, sent_back, show_errors
from . import settings
from .pages import page_of_one, settings_page

KIND_WORDS = {
    FieldKind.TEXT: lazy("Text"),
    FieldKind.NUMBER: lazy("Number"),
    FieldKind.DATE: lazy("Date"),
    FieldKind.CHOICE: lazy("Choice"),
    FieldKind.CHECKBOX: lazy("Checkbox"),
}
ABOUT_WORDS = {About.TICKET: lazy("Tickets"), About.CUSTOMER: lazy("Customers")}
REQUIRED_WORDS = {
    RequiredFor.NOBODY: lazy("Nobody: it may stay empty"),
    RequiredFor.AGENTS: lazy("Staff, before a ticket is solved"),
    RequiredFor.EVERYBODY: lazy("Customers when they ask, and staff"),
}
REQUIRED_OF_CUSTOMERS = {
    RequiredFor.NOBODY: lazy("Nobody: it may stay empty"),
    RequiredFor.AGENTS: lazy("Staff, when they save the customer's details"),
    RequiredFor.EVERYBODY: lazy("Customers in their account, and staff"),
}


class FieldForm(Form):
    """A field; what it is about and its kind are chosen once."""

    label = StringField(lazy("Name"), [Needed()])
    kind = SelectField(lazy("What may be in it"), validate_choice=False)
    choices = TextAreaField(lazy("Choices, a line each"))
    required_for = SelectField(lazy("Who must fill it in"), validate_choice=False)
    is_shown_to_customers = BooleanField(lazy("Customers see it and may fill it in"))
    is_active = BooleanField(lazy("In use"))

    def offer(self, about: About) -> None:
        """Give the fields their choices."""
        self.kind.choices = [(kind.value, str(words)) for kind, words in KIND_WORDS.items()]
        words = REQUIRED_WORDS if about is About.TICKET else REQUIRED_OF_CUSTOMERS
        self.required_for.choices = [(who.value, str(said)) for who, said in words.items()]

    def wanted_kind(self) -> FieldKind:
        """The kind that was chosen. Raises Invalid."""
        return one_of(FieldKind, self.kind.data or "", "kind")

    def draft(self, *, is_active: bool) -> actions.FieldDraft:
        """What the field is to be. Raises Invalid."""
        return actions.FieldDraft(
            label=self.label.data or "",
            choices=(self.choices.data or "").splitlines(),
            required_for=one_of(RequiredFor, self.required_for.data or "", "required_for"),
            is_shown_to_customers=bool(self.is_shown_to_customers.data),
            is_active=is_active,
        )


@settings.get("/fields")
@admin_only
def fields() -> Any:
    """All of them in their order, with how often each is filled in."""
    return settings_page(
        "settings/fields.html",
        "fields",
        groups=[
            (about.value, words, queries.fields(current_user, about, active=None))
            for about, words in ABOUT_WORDS.items()
        ],
        uses=queries.uses(),
        kind_words=KIND_WORDS,
        required=RequiredFor,
    )


@settings.get("/fields/new")
@admin_only
def new_field() -> Any:
    """The empty form; ``?about=customer`` makes one of customers."""
    form = FieldForm(data={"kind": FieldKind.TEXT.value, "required_for": RequiredFor.NOBODY.value})
    return _new(form, _about(request.args.get("about", "")))


@settings.post("/fields")
@admin_only
def add_field() -> Any:
    """One more."""
    form, about = FieldForm(request.form), _about(request.form.get("about", ""))
    try:
        draft = form.draft(is_active=True)
        field = actions.add_field(current_user, about, form.wanted_kind(), draft)
    except (Invalid, WrongState) as error:
        show_errors(form, error)
        return sent_back(_new(form, about), error)
    flash(_("“%(name)s” is added.", name=field.label), "good")
    return redirect(url_for(".fields"))


@settings.get("/fields/<int:field_id>")
@admin_only
def field(field_id: int) -> Any:
    """One of them, to change."""
    found = queries.field(field_id)
    form = FieldForm(
        data={
            "label": found.label,
            "choices": "\n".join(found.choices),
            "required_for": found.required_for.value,
            "is_shown_to_customers": found.is_shown_to_customers,
            "is_active": found.is_active,
        }
    )
    return _one(found, form)


@settings.post("/fields/<int:field_id>")
@admin_only
def change_field(field_id: int) -> Any:
    """Change it; what is in it stays."""
    found, form = queries.field(field_id), FieldForm(request.form)
    try:
        draft = form.draft(is_active=bool(form.is_active.data))
        actions.update_field(current_user, found, draft)
    except Invalid as error:
        show_errors(form, error)
        return sent_back(_one(queries.field(field_id), form), error)
    flash(_("Saved."), "good")
    return redirect(url_for(".fields"))


@settings.post("/fields/<int:field_id>/move")
@admin_only
def move_field(field_id: int) -> Any:
    """One place up (``to=up``) or down."""
    found = queries.field(field_id)
    by = -1 if request.form.get("to") == "up" else 1
    actions.move_field(current_user, found, by)
    return redirect(url_for(".fields", _anchor=f"field-{field_id}"))


@settings.post("/fields/<int:field_id>/active")
@admin_only
def switch_field(field_id: int) -> Any:
    """Let it be filled in again (``on=yes``), or no more."""
    found = queries.field(field_id)
    is_on = request.form.get("on") == "yes"
    actions.set_active(current_user, found, is_on)
    flash(
        _("“%(name)s” can be filled in again.", name=found.label)
        if is_on
        else _("“%(name)s” is no longer shown; what is in it is kept.", name=found.label),
        "good",
    )
    return redirect(url_for(".fields"))


@settings.post("/fields/<int:field_id>/delete")
@admin_only
def delete_field(field_id: int) -> Any:
    """Delete it; one that is in use is switched off instead, and that is said."""
    found = queries.field(field_id)
    label = found.label
    try:
        actions.delete_field(current_user, found)
    except WrongState as error:
        flash(error.message, "warn")
    else:
        flash(_("“%(name)s” is deleted.", name=label), "good")
    return redirect(url_for(".fields"))


def _about(text: str) -> About:
    return About.CUSTOMER if text == About.CUSTOMER.value else About.TICKET


def _new(form: FieldForm, about: About) -> str:
    form.offer(about)
    return page_of_one("settings/field_new.html", "fields", form=form, about=about.value)


def _one(found: CustomField, form: FieldForm) -> str:
    form.offer(found.about)
    del form.kind
    return settings_page(
        "settings/field.html", "fields", form=form, custom=found, kind=KIND_WORDS[found.kind]
    )
