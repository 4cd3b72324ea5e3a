"""The browsers in which somebody is signed in."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from ...accounts import browsers, sessions
from ...i18n import gettext as _
from ..access import signed_in
from . import accounts

accounts.add_app_template_filter(browsers.in_words, "device")
accounts.add_app_template_filter(browsers.is_phone, "is_phone")


@accounts.post("/account/devices/<int:id>/sign-out")
@signed_in
def sign_out_device(id: int) -> Any:
    """Sign out one device."""
    sessions.end_one(current_user, id)
    flash(_("This device is signed out."))
    return redirect(url_for(".account", _anchor="devices"))


@accounts.post("/account/devices/sign-out-others")
@signed_in
def sign_out_others() -> Any:
    """Sign out every device but this one."""
    sessions.end_others(current_user)
    flash(_("All your other devices are signed out."))
    return redirect(url_for(".account", _anchor="devices"))
