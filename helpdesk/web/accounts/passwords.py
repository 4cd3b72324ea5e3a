"""A forgotten password, and the links that set a new one."""

from typing import Any

from flask import redirect, render_template, url_for
from wtforms import EmailField, PasswordField

from ...accounts import actions, limits
from ...errors import HelpdeskError, NotFound
from ...i18n import gettext as _
from ...i18n import lazy
from ...mail.mailboxes.queries import sending_is_set_up
from ..access import anyone
from ..forms import Needed, PageForm, sent_back, show_errors
from ..guarding import GuardedForm
from ..signing_in import visitor
from . import accounts
from .landing import enter


class ForgotForm(GuardedForm):
    """Whose password is lost."""

    email = EmailField(lazy("E-mail address"), [Needed()])


class NewPasswordForm(PageForm):
    """The new password."""

    password = PasswordField(lazy("New password"), [Needed()])


@accounts.get("/forgot-password")
@anyone
def forgot_password() -> Any:
    """The form that asks for a link."""
    return render_template("accounts/forgot_password.html", form=ForgotForm())


@accounts.post("/forgot-password")
@anyone
def request_link() -> Any:
    """Make a link for the shop to send on; the answer doesn't tell whether there is an account."""
    form = ForgotForm()
    try:
        form.require_person(limits.RESET_FROM, limits.RESET_ALL)
        actions.request_reset(visitor(), form.email.data or "")
    except HelpdeskError as error:
        show_errors(form, error)
        return sent_back(render_template("accounts/forgot_password.html", form=form), error)
    return redirect(url_for(".link_requested"))


@accounts.get("/forgot-password/done")
@anyone
def link_requested() -> Any:
    """What happens next."""
    return render_template("accounts/link_requested.html", by_mail=sending_is_set_up())


@accounts.get("/set-password/<token>")
@anyone
def set_password(token: str) -> Any:
    """The form behind a link. 404 when the link is spent, too old, or none of ours."""
    user = actions.user_of_link(visitor(), token)
    return render_template("accounts/set_password.html", form=NewPasswordForm(), user=user)


@accounts.post("/set-password/<token>")
@anyone
def keep_password(token: str) -> Any:
    """Spend the link, and sign its owner in: they have just shown who they are."""
    form = NewPasswordForm()
    try:
        user = actions.set_password_by_link(visitor(), token, form.password.data or "")
    except NotFound:
        raise
    except HelpdeskError as error:
        owner = actions.user_of_link(visitor(), token)
        show_errors(form, error)
        page = render_template("accounts/set_password.html", form=form, user=owner)
        return sent_back(page, error)
    return enter(user, by="link", welcome=_("Your new password is set, and you are signed in."))
