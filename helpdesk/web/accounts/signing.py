"""Signing up, in and out."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from wtforms import EmailField, PasswordField, StringField

from ...accounts import actions, entering, limits
from ...accounts.factors import passkeys
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...i18n import lazy
from ...mail.mailboxes.queries import sending_is_set_up
from ..access import anyone
from ..forms import Needed, PageForm, sent_back, show_errors
from ..guarding import GuardedForm
from ..signing_in import finish, visitor
from . import accounts
from .landing import enter, landing, wanted_page


class SignUpForm(GuardedForm):
    """What a customer tells of themselves."""

    name = StringField(lazy("Your name"), [Needed()])
    email = EmailField(lazy("E-mail address"), [Needed()])
    password = PasswordField(lazy("Password"), [Needed()])


class SignInForm(PageForm):
    """Who somebody says they are."""

    email = EmailField(lazy("E-mail address"), [Needed()])
    password = PasswordField(lazy("Password"), [Needed()])


@accounts.get("/sign-up")
@anyone
def sign_up() -> Any:
    """The form for a new account."""
    if current_user.is_authenticated:
        return landing(current_user)
    return _sign_up_page(SignUpForm())


@accounts.post("/sign-up")
@anyone
def create_account() -> Any:
    """Make the account and sign its owner in."""
    form = SignUpForm()
    try:
        form.require_person(limits.SIGN_UP, limits.SIGN_UP_ALL)
        user = actions.sign_up(
            visitor(),
            name=form.name.data or "",
            email=form.email.data or "",
            password=form.password.data or "",
        )
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(_sign_up_page(form), error)
    welcome = _("Welcome, %(name)s. Your account is ready.", name=user.name)
    if sending_is_set_up():
        told = _(
            "We have sent a link to %(email)s: open it to confirm the address.", email=user.email
        )
        welcome = f"{welcome} {told}"
    return enter(user, by="sign_up", welcome=welcome)


@accounts.get("/sign-in")
@anyone
def sign_in() -> Any:
    """The form to sign in."""
    if current_user.is_authenticated:
        return landing(current_user)
    return _sign_in_page(SignInForm())


@accounts.post("/sign-in")
@anyone
def start_session() -> Any:
    """Sign in; a browser that was signed in as somebody else no longer is."""
    form = SignInForm()
    try:
        user = entering.authenticate(visitor(), form.email.data or "", form.password.data or "")
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(_sign_in_page(form), error)
    return enter(user, by="password")


@accounts.post("/sign-out")
@anyone
def sign_out() -> Any:
    """Sign out; nothing happens to a browser that isn't signed in."""
    finish()
    flash(_("You are signed out."))
    return redirect(url_for("web.portal.home"))


def _sign_up_page(form: SignUpForm) -> str:
    return render_template("accounts/sign_up.html", form=form, next=wanted_page())


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        next=wanted_page(),
        passkeys=passkeys.are_known(),
    )
