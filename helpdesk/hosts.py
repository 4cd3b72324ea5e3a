"""By which names the desk is asked for: its own, and those of the machine itself.

An answer must not go to a page of a stranger whose name leads to us ("DNS rebinding"), nor into a
shared cache under that name. Links don't depend on it: they are made of the base URL alone.
"""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from . import i18n
from .errors import Unreadable
from .i18n import gettext as _
from .settings import Settings

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::[0-9]{0,5})?")
_HEALTH = "/healthz"  # asked by machines, under any name; it says nothing
_MOST = 64  # names that are known to be right or wrong


def init_app(app: Flask) -> None:
    """Refuse what is asked of *app* by another name."""
    settings: Settings = app.config["HELPDESK"]

    @lru_cache(_MOST)
    def is_ours(host: str) -> bool:
        return answers_to(settings, host)

    app.extensions["helpdesk.hosts"] = is_ours  # for answers that Flask has no part in
    app.before_request(_check)


def answers_to(settings: Settings, host: str) -> bool:
    """Whether the desk of these *settings* answers to *host*, as a ``Host`` header has it.

    On this machine any port may lead here, and one that was never told its base URL stands in a
    network of its own: there it answers to addresses, and to names that nobody can register.
    """
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].lower().strip("[]").removesuffix(".")
    if name in ("localhost", urlsplit(settings.base_url).hostname):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        is_local = "." not in name or name.endswith(".local")
        return name.endswith(".localhost") or (is_local and not settings.has_base_url)
    return address.is_loopback or not settings.has_base_url


def _check() -> None:
    asked = request.environ
    if "helpdesk.refused" in asked or asked["PATH_INFO"] == _HEALTH:
        return
    host = asked.get("HTTP_HOST")
    if host is None and asked.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return
    if host is not None and current_app.extensions["helpdesk.hosts"](host):
        return
    i18n.use(request.accept_languages.best_match(i18n.languages()) or i18n.SOURCE_LANGUAGE)
    settings: Settings = current_app.config["HELPDESK"]
    if settings.has_base_url:
        raise Unreadable(_("This desk has another address: %(url)s", url=settings.base_url))
    raise Unreadable(
        _("This desk does not know this address as its own: whoever runs it sets its base URL.")
    )
