"""What our mails say: the shop's words for each kind, whether it is sent, and how it would look."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from msgspec import Struct
from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField

from ...errors import Invalid, NotFound
from ...i18n import gettext as _
from ...i18n import lazy
from ...mail.mailboxes import queries as mailboxes
from ...mail.models import MailKind
from ...mail.sending import previewing
from ...mail.templates import STYLE, VARIABLES, Template, actions, queries
from ..access import admin_only
from ..forms import Needed, show_errors
from ..headers import with_style
from . import settings
from .pages import settings_page

MADE_UP = "made-up"
TITLES = {
    MailKind.RECEIVED: lazy("We have your request"),
    MailKind.ANSWERED: lazy("An answer"),
    MailKind.RESOLVED: lazy("Your request is solved"),
}
WHEN = {
    MailKind.RECEIVED: lazy("To a customer whose request came in, by itself."),
    MailKind.ANSWERED: lazy("To everybody who takes part, when somebody writes on a ticket."),
    MailKind.RESOLVED: lazy("To the customer, when a ticket is resolved without words."),
}
WITHOUT = {
    MailKind.RECEIVED: lazy("Otherwise nobody hears that it came in."),
    MailKind.ANSWERED: lazy("Otherwise answers are on the desk's pages alone."),
    MailKind.RESOLVED: lazy("Otherwise a ticket is resolved silently."),
}


class TextForm(Form):
    """The words of one kind of mail, and what they are shown for."""

    is_on = BooleanField(lazy("Send these mails"))
    subject = StringField(lazy("Subject"), [Needed()])
    body = TextAreaField(lazy("Text"), [Needed()])
    example = SelectField(lazy("Shown for"), validate_choice=False)

    def template(self) -> Template:
        return Template(self.subject.data or "", self.body.data or "")


class Shown(Struct, frozen=True):
    """The preview, and what keeps its words from being saved."""

    mail: previewing.Preview
    troubles: list[str]


@settings.get("/mail/words")
@admin_only
def mail_texts() -> Any:
    """All kinds, whether they are sent, and whose words they have."""
    return settings_page(
        "settings/mail/texts.html",
        "mail_texts",
        wordings=queries.wordings(current_user),
        titles=TITLES,
        when=WHEN,
        sends=mailboxes.sending_is_set_up(),
    )


@settings.get("/mail/words/<kind>")
@admin_only
def mail_text(kind: str) -> Any:
    """The words of one of them, and what they look like."""
    found = queries.wording(current_user, _kind(kind))
    template = found.template
    form = TextForm(data={"is_on": found.is_on, "subject": template.subject, "body": template.body})
    return _page(found.kind, form)


@settings.post("/mail/words/<kind>")
@admin_only
def change_mail_text(kind: str) -> Any:
    """Keep them; or with ``do=preview`` only show them."""
    of, form = _kind(kind), TextForm(request.form)
    if request.form.get("do") == "preview":
        return _page(of, form)
    try:
        actions.change_words(
            current_user,
            of,
            is_on=bool(form.is_on.data),
            subject=form.subject.data or "",
            body=form.body.data or "",
        )
    except Invalid as error:
        show_errors(form, error)
        return _page(of, form), 422
    flash(_("Saved."), "good")
    return redirect(url_for(".mail_texts"))


@settings.post("/mail/words/<kind>/preview")
@admin_only
def preview_mail_text(kind: str) -> Any:
    """What they look like: a part of the page."""
    form = TextForm(request.form)
    return render_template("settings/mail/text_preview.html", shown=_shown(_kind(kind), form))


@settings.post("/mail/words/<kind>/original")
@admin_only
def original_mail_text(kind: str) -> Any:
    """Back to the program's own words."""
    actions.forget_words(current_user, _kind(kind))
    flash(_("The original words are back."), "good")
    return redirect(url_for(".mail_text", kind=kind))


def _kind(name: str) -> MailKind:
    """The kind of this name. Raises NotFound where a shop can't word it."""
    try:
        kind = MailKind(name)
    except ValueError:
        raise NotFound(_("There is no such mail.")) from None
    actions.require_worded(kind)
    return kind


def _page(kind: MailKind, form: TextForm) -> Response:
    has_latest = previewing.has_latest(current_user, kind)
    form.example.choices = [("", _("the latest ticket"))] if has_latest else []
    form.example.choices.append((MADE_UP, _("a made-up ticket")))
    page = settings_page(
        "settings/mail/text.html",
        "mail_texts",
        kind=kind,
        form=form,
        wording=queries.wording(current_user, kind),
        variables=VARIABLES[kind],
        title=TITLES[kind],
        when=WHEN[kind],
        without=WITHOUT[kind],
        shown=_shown(kind, form),
        sends=mailboxes.sending_is_set_up(),
        longest={"subject": actions.LONGEST_SUBJECT, "body": actions.LONGEST_BODY},
    )
    return with_style(make_response(page), STYLE)


def _shown(kind: MailKind, form: TextForm) -> Shown:
    template, troubles = form.template(), []
    try:
        template = actions.checked(kind, template.subject, template.body)
    except Invalid as error:
        troubles = list(error.fields.values())
    mail = previewing.preview(
        current_user, kind, _bounded(template), made_up=form.example.data == MADE_UP
    )
    return Shown(mail, [sentence for sentences in troubles for sentence in sentences])


def _bounded(template: Template) -> Template:
    """What can't be kept is shown as far as it could be."""

    def fit(text: str, longest: int) -> str:
        return text.replace("\0", "").encode("utf-8", "replace").decode()[:longest]

    return Template(
        fit(template.subject, actions.LONGEST_SUBJECT) or " ",
        fit(template.body, actions.LONGEST_BODY) or " ",
    )
