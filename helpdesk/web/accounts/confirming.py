"""Showing that an address is one's own."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from ...accounts import confirming
from ...accounts.models import EmailState, LinkPurpose
from ...errors import HelpdeskError, NotFound
from ...i18n import gettext as _
from ...mail.mailboxes.queries import sending_is_set_up
from ..access import before_confirming
from . import accounts
from .landing import landing


@accounts.get("/account/confirm-email")
@before_confirming
def unconfirmed() -> Any:
    """What is to be done, where the address must be confirmed before anything else."""
    if current_user.email_state is EmailState.CONFIRMED:
        return landing(current_user)
    return render_template(
        "accounts/unconfirmed.html",
        must_confirm=current_user.must_confirm,
        by_mail=sending_is_set_up(),
    )


@accounts.post("/account/confirm-email")
@before_confirming
def send_confirmation() -> Any:
    """Another link."""
    try:
        confirming.ask(current_user._get_current_object())
    except HelpdeskError as error:
        flash(error.message, "warn")
    else:
        if sending_is_set_up():
            flash(_("A mail with a link is on its way to %(email)s.", email=current_user.email))
    return redirect(url_for(".unconfirmed"))


@accounts.post("/account/forget-email-change")
@before_confirming
def forget_email_change() -> Any:
    """Stay with the address that there is."""
    confirming.forget_change(current_user._get_current_object())
    flash(_("Your address stays as it is."))
    return redirect(url_for(".account"))


@accounts.get("/confirm-email/<token>")
@before_confirming
def confirm_email(token: str) -> Any:
    """The page behind the link: a button, for what is only looked at changes nothing."""
    link = confirming.link_of(current_user, token)
    return render_template(
        "accounts/confirm_email.html",
        address=link.address,
        is_change=link.purpose is LinkPurpose.EMAIL,
    )


@accounts.post("/confirm-email/<token>")
@before_confirming
def keep_email(token: str) -> Any:
    """Confirm it."""
    try:
        confirming.open_link(current_user._get_current_object(), token)
    except NotFound:
        raise
    except HelpdeskError as error:
        flash(error.message, "warn")
        return redirect(url_for(".account"))
    flash(_("Thank you: %(email)s is confirmed.", email=current_user.email))
    return landing(current_user)
