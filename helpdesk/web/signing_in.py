"""Browsers that are signed in: flask-login over our own sessions table.

The cookie holds a random token of a row; when the row is gone (sign-out, new password, disabled,
another role) a copy of the cookie is worth nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    current_app,
    g,
    request,
    session,
)
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from .. import i18n
from ..accounts import entering, sessions
from ..accounts.entering import Visitor
from ..accounts.factors.devices import KNOWN
from ..accounts.models import User
from ..ceilings import ANYBODY

login_manager = LoginManager()
csrf = CSRFProtect()


def init_app(app: Flask, web: Blueprint) -> None:
    """Read the cookie, check the forms' tokens, and choose the reader's language."""
    is_https = app.config["HELPDESK"].base_url.startswith("https://")
    app.config.from_mapping(
        SESSION_COOKIE_NAME="__Host-helpdesk" if is_https else "helpdesk",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=sessions.LASTS,
        WTF_CSRF_CHECK_DEFAULT=False,  # pages check it below; the API knows no cookies
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long text must not expire
        WTF_CSRF_SSL_STRICT=False,  # same-site cookies say it better than a Referer
    )
    login_manager.session_protection = None  # it ties a session to an address: phones change theirs
    login_manager.init_app(app)
    login_manager.user_loader(_whose)
    csrf.init_app(app)
    web.before_request(choose_language)
    web.before_request(_limit_strangers)
    web.before_request(_check_csrf)


def _whose(token: str) -> sessions.Reader | User | None:
    """Whose session *token* is: for a page that is only read, in one quick look."""
    only_reads = request.method in ("GET", "HEAD", "OPTIONS")
    whose = sessions.reader if only_reads else sessions.find
    return whose(token, (request.remote_addr or "")[:45])


def visitor() -> Visitor:
    """Where this request came from."""
    return Visitor(
        request.remote_addr or "unknown",
        request.headers.get("User-Agent", ""),
        request.cookies.get(_device_cookie(), "")[:100],
    )


def begin(user: User) -> None:
    """Let the browser be signed in as *user*, in a session of its own (``session_token``).

    The session that it had before, if any, is dead at once.
    """
    before = session.get("_user_id")
    if before is not None and before != user.session_token:
        sessions.end(before)
    session.clear()
    session.permanent = True
    login_user(user)
    if user.device_token:
        after_this_request(partial(_know_again, user.device_token))


def _know_again(token: str, answer: Response) -> Response:
    """Let the browser be known when somebody signs in with it again, signed out or not."""
    answer.set_cookie(
        _device_cookie(),
        token,
        max_age=int(KNOWN.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def _device_cookie() -> str:
    is_https = current_app.config["SESSION_COOKIE_SECURE"]
    return "__Host-helpdesk-device" if is_https else "helpdesk-device"


def finish() -> None:
    """Sign the browser out; its session is dead at once, in a copied cookie too."""
    if current_user.is_authenticated:
        entering.sign_out(current_user._get_current_object())
    logout_user()
    session.clear()


def safe_next(target: str | None) -> str | None:
    """*target* if it is a page of this desk, else None: ``next=`` never leaves the host.

    What can't be read there (``/sign-out``, a page that isn't there) is no page to go to either.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(char) < 33 or ord(char) == 127 for char in target):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    return target if _can_be_read(unquote(parts.path)) else None


def _can_be_read(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:  # to the same page, written as we write it
        return True
    except HTTPException:
        return False
    return True


def choose_language() -> None:
    """Speak the language of the account, or the one that an anonymous browser asks for."""
    if current_user.is_authenticated:
        g.actor_id = current_user.id
        i18n.use(current_user.language)
    else:
        i18n.use(request.accept_languages.best_match(i18n.languages()) or i18n.SOURCE_LANGUAGE)


def without_form_token(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that programs post to, which have no form of ours: its address must prove enough."""
    view.without_form_token = True  # type: ignore[attr-defined]
    return view


def _limit_strangers() -> None:
    """Refuse what is too much of one client that isn't signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not hasattr(view, "unlimited") and not current_user.is_authenticated:
        ANYBODY.require(visitor().ip)


def _check_csrf() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if current_app.config["WTF_CSRF_ENABLED"] and not hasattr(view, "without_form_token"):
        csrf.protect()
