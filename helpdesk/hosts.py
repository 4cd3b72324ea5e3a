"""By which names the desk is asked for: its own, and those of the machine itself.

An answer must not go to a page of a stranger whose name leads to us ("DNS rebinding"), nor into a
shared cache under that name. Links don't depend on it: they are made of the base URL alone.
"""

import re
from collections.abc import Iterable
from functools import lru_cache, partial
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from . import i18n
from .errors import Unreadable
from .i18n import gettext as _
from .settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MARK = "helpdesk.wrong_host"
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::[0-9]{0,5})?")
_HEALTH = "/healthz"  # asked by machines, under any name; it says nothing
_LONGEST = 300  # characters of a name and a port
_MOST = 64  # names that are known to be right or wrong


class TrustedHosts:
    """WSGI middleware in front of all answers: it marks what is asked for by a wrong name.

    No name that is not ours is seen behind it; Flask could not even read some of them.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app.wsgi_app
        settings: Settings = app.config["HELPDESK"]
        self.own = urlsplit(settings.base_url).netloc
        self.is_ours = lru_cache(_MOST)(partial(answers_to, settings))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        if host is None:  # an old program; or the server asks for a page (serving/requests.py)
            is_right = environ["SERVER_PROTOCOL"] == "HTTP/1.0" or "helpdesk.refused" in environ
        else:
            is_right = self._is_known(host) or environ["PATH_INFO"] == _HEALTH
        if not is_right:
            environ[MARK] = True
        if not is_right or host is None or environ["PATH_INFO"] == _HEALTH:
            environ["HTTP_HOST"] = self.own
        return self.app(environ, start_response)

    def _is_known(self, host: str) -> bool:
        return len(host) <= _LONGEST and self.is_ours(host)


def init_app(app: Flask) -> None:
    """Refuse what is asked of *app* by another name."""
    app.wsgi_app = TrustedHosts(app)  # type: ignore[method-assign]
    app.before_request(_refuse)


def answers_to(settings: Settings, host: str, /) -> bool:
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


def _refuse() -> None:
    if MARK not in request.environ:
        return
    i18n.use(request.accept_languages.best_match(i18n.languages()) or i18n.SOURCE_LANGUAGE)
    settings: Settings = current_app.config["HELPDESK"]
    if settings.has_base_url:
        raise Unreadable(_("This desk has another address: %(url)s", url=settings.base_url))
    raise Unreadable(
        _("This desk does not know this address as its own: it is set by HELPDESK_BASE_URL.")
    )
