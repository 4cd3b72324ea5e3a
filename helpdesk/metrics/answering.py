"""``/metrics``, in front of all other answers, and what is counted on the way.

Flask knows no such address: to whoever has no token it is one like any that isn't there, by
whatever method, header or name it is asked for. Prometheus may ask by any name, as its target is
an address inside the shop's network.
"""

import hmac
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from ..headers import OF_WORDS, over
from . import gathering
from .counting import Failures, Requests
from .text import CONTENT_TYPE, written

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ..serving import Server

PATH = "/metrics"
ENDPOINT = "helpdesk.endpoint"  # of the environment
QUICK = "helpdesk.quick"  # api/quick.py has answered, for this endpoint
REFUSED = "helpdesk.refused"  # serving/requests.py asks for a page about it
NOWHERE = "none"  # what no endpoint answered, but a sentence about it


class Metrics:
    """WSGI middleware."""

    def __init__(self, app: Flask, token: str) -> None:
        self.app, self.answers = app, app.wsgi_app
        self.token = token.encode()
        self.requests, self.failures = Requests(), Failures()
        self.server: Server | None = None
        self._base_url = app.config["HELPDESK"].base_url

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH and self._is_for(environ):
            return self._tell(environ, start_response)
        answered = ""

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            nonlocal answered
            answered = status
            return start_response(status, headers, exc_info)

        began = time.perf_counter()
        self.requests.begun()
        try:
            return self.answers(environ, start)
        finally:
            self.requests.ended(_endpoint(environ), answered, time.perf_counter() - began)

    def note_endpoint(self, _error: BaseException | None = None) -> None:
        """Remember in the environment what has answered; Flask calls it when it is done."""
        request.environ[ENDPOINT] = request.endpoint

    def _is_for(self, environ: "WSGIEnvironment") -> bool:
        scheme, _space, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        is_right = hmac.compare_digest(given.strip().encode("latin-1", "replace"), self.token)
        return is_right and scheme.lower() == "bearer" and environ["REQUEST_METHOD"] == "GET"

    def _tell(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self.app.app_context():
            families = [
                *self.requests.families(),
                self.failures.family(),
                *gathering.families(self.app, self.server),
            ]
        body = written(families).encode()
        environ["helpdesk.access"] = {"path": PATH, "user_id": None}
        headers = OF_WORDS | over(self._base_url, environ["wsgi.url_scheme"])
        length = str(len(body))
        start_response(
            "200 OK",
            [("Content-Type", CONTENT_TYPE), ("Content-Length", length), *headers.items()],
        )
        return [body]


def _endpoint(environ: "WSGIEnvironment") -> str:
    """The name of what has answered."""
    if REFUSED in environ:
        return "refused"
    quick = environ.get(QUICK)
    return environ.get(ENDPOINT) or NOWHERE if quick is None else f"api.{quick.name}"
