"""Where no cookie is read or set: the API knows bearer tokens only, an asset nobody at all."""

import time
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

MOST_KNOWN = 500  # cookies
_PLAIN = (str, int, bool)


class PagesOnly(SecureCookieSessionInterface):
    """Flask's signed cookie, for every path but those that begin so.

    What a cookie says is remembered once its signature was proved: a browser sends the same one
    with each request. A cookie with lists in it, which a request may change, is read each time.
    """

    def __init__(self, *without: str) -> None:
        self.without = without
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}  # until when, and what it says

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith(self.without):
            return SecureCookieSession()
        sent = request.cookies.get(self.get_cookie_name(app))
        if not sent:
            return SecureCookieSession()
        known = self._known.get(sent)
        if known is not None and time.time() <= known[0]:
            return SecureCookieSession(known[1])
        return SecureCookieSession(self._read(app, sent))

    def _read(self, app: Flask, sent: str) -> dict[str, Any]:
        lasts = app.permanent_session_lifetime.total_seconds()
        serializer: Any = self.get_signing_serializer(app)
        try:
            said, signed = serializer.loads(sent, max_age=int(lasts), return_timestamp=True)
        except BadSignature:
            return {}
        if all(isinstance(value, _PLAIN) for value in said.values()):
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[sent] = signed.timestamp() + int(lasts), said
        found: dict[str, Any] = said
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.path.startswith(self.without):
            return
        if session.modified or not session or self.should_set_cookie(app, session):
            super().save_session(app, session, response)
        elif session.accessed:  # which is all that is left to do
            varies = response.headers.get("Vary")
            response.headers["Vary"] = f"{varies}, Cookie" if varies else "Cookie"
