"""Where no cookie is read or set: the API knows bearer tokens only, an asset nobody at all."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class PagesOnly(SecureCookieSessionInterface):
    """Flask's signed cookie, for every path but those that begin so."""

    def __init__(self, *without: str) -> None:
        self.without = without

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith(self.without):
            return SecureCookieSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not request.path.startswith(self.without):
            super().save_session(app, session, response)
