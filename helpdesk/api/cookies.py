"""No cookie is read or set below ``/backend/api``: the API knows bearer tokens only."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class PagesOnly(SecureCookieSessionInterface):
    """Flask's signed cookie, for every path but those of the API."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith(self.prefix):
            return SecureCookieSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not request.path.startswith(self.prefix):
            super().save_session(app, session, response)
