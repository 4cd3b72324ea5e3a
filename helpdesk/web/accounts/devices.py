"""The browsers in which somebody is signed in."""

import re
from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from ...accounts import sessions
from ...i18n import gettext as _
from ..access import signed_in
from . import accounts

# The first that is found wins: Edge and Opera also say Chrome, Chrome also says Safari.
_BROWSERS = (
    (r"Edg(A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"CrOS", "Chromebook"),
    (r"Linux", "Linux"),
)


@accounts.app_template_filter("device")
def device(user_agent: str) -> str:
    """What a browser says of itself, as people say it: ``Firefox on Windows``."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("A device that doesn't say what it is")


@accounts.app_template_filter("is_phone")
def is_phone(user_agent: str) -> bool:
    """Whether a phone or tablet says this of itself."""
    return re.search(r"iPhone|iPad|Android|Mobile", user_agent) is not None


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


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, user_agent)), "")
