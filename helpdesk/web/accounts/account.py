"""One's own account: a page of sections, each with a form of its own."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from wtforms import EmailField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import Optional

from ...accounts import actions, sessions, tokens
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...i18n import languages, lazy
from ..access import signed_in
from ..forms import Needed, PageForm, sent_back, show_errors
from ..signing_in import begin, visitor
from . import accounts

# What a language calls itself, so that its readers find it.
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}


class ProfileForm(PageForm):
    """What somebody is called, written to, and spoken to in."""

    name = StringField(lazy("Your name"), [Needed()])
    email = EmailField(lazy("E-mail address"), [Needed()])
    language = SelectField(lazy("Language"), [Needed()], validate_choice=False)


class PasswordForm(PageForm):
    """A new password, and the old one to show that it is really them."""

    current = PasswordField(lazy("Your password now"), [Needed()])
    password = PasswordField(lazy("New password"), [Needed()])


class WholeNumberField(IntegerField):
    """A number, and if it is none a sentence of our own about that."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("A whole number is needed here.")) from None


class TokenForm(PageForm):
    """A token to be made."""

    name = StringField(lazy("What it is for"), [Needed()], id="token-name")
    days = WholeNumberField(lazy("Days until it ends"), [Optional()])


@accounts.get("/account")
@signed_in
def account() -> Any:
    """The whole page."""
    return account_page()


@accounts.post("/account")
@signed_in
def change_profile() -> Any:
    """Change name, address and language."""
    form = ProfileForm()
    try:
        actions.change_profile(
            current_user,
            current_user,
            name=form.name.data or "",
            email=form.email.data or "",
            language=form.language.data or "",
        )
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(account_page(profile=form), error)
    flash(_("Your profile is saved."))
    return redirect(url_for(".account"))


@accounts.post("/account/password")
@signed_in
def change_password() -> Any:
    """Change the password; this browser goes on in a new session, all others are signed out."""
    form = PasswordForm()
    user = current_user._get_current_object()
    try:
        actions.change_password(visitor(), user, form.current.data or "", form.password.data or "")
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(account_page(password=form), error)
    begin(user)
    flash(_("Your password is changed. All your other devices are signed out."))
    return redirect(url_for(".account", _anchor="password-section"))


def account_page(
    *,
    profile: ProfileForm | None = None,
    password: PasswordForm | None = None,
    token: TokenForm | None = None,
    new_token: str = "",
) -> str:
    """The page, with a form that came back, or a new token, which is shown this once."""
    profile = profile or ProfileForm(formdata=None, obj=current_user)
    profile.language.choices = [(code, LANGUAGE_NAMES.get(code, code)) for code in languages()]
    return render_template(
        "accounts/account.html",
        profile=profile,
        password=password or PasswordForm(formdata=None),
        token=token or TokenForm(formdata=None),
        new_token=new_token,
        devices=[
            (session, sessions.is_current(session, current_user))
            for session in sessions.sessions_of(current_user)
        ],
        tokens=tokens.tokens_of(current_user),
    )
