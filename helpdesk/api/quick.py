"""GETs that are answered before Flask makes a request of them.

Scripts poll. What they ask for most is declared quick: a few queries and no rule but who may see
it. Such an answer needs neither Flask's request nor a session, which cost more than the queries;
and the same one is given again until somebody has written anything.
Only what goes well is answered here. Whatever else there is to say or to note (a token that is
wrong, or wasn't used for a minute, a ticket that isn't there, somebody committing meanwhile) is
left to Flask, which begins anew: so there is one place for it.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec
from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict

from ..ceilings import ANYBODY
from ..database import NotAtAGlance, glance, until_written
from ..hosts import MARK as WRONG_HOST
from .answers import JSON, Asked
from .authentication import COUNTED, bearer_at_a_glance
from .endpoints import Call, Endpoint, Registry, done, headers_of
from .reading import read_query
from .sides import PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_QUERY = 200  # characters
LONGEST_ID = 19  # digits
MOST_ANSWERS, LARGEST = 8, 64 * 1024  # that are remembered with a connection; bytes of each
_OK = "200 OK"
_PACKED = (("Content-Encoding", "gzip"),)
Told = tuple[bytes, Mapping[str, str]]  # a body, and headers that come with it


class QuickAnswers:
    """WSGI middleware in front of Flask's application."""

    def __init__(self, app: Flask, registry: Registry) -> None:
        self.app = app
        self.flask: WSGIApplication = app.wsgi_app
        quick = [one for one in registry.endpoints.values() if one.depends_on is not None]
        self._alone = {PREFIX + one.path: one for one in quick if "<" not in one.path}
        self._by_id = {
            PREFIX + one.path.removesuffix("/<id>"): one for one in quick if "<" in one.path
        }

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            one, path = self._asked_for(environ.get("PATH_INFO", ""))
            if one is not None and not environ.get("SCRIPT_NAME") and WRONG_HOST not in environ:
                try:
                    body, headers = self._answer(one, path, environ)
                except Exception:
                    return self.flask(environ, start_response)
                start_response(_OK, headers)
                return [body]
        return self.flask(environ, start_response)

    def _asked_for(self, address: str) -> tuple[Endpoint | None, Mapping[str, str]]:
        one = self._alone.get(address)
        if one is not None:
            return one, {}
        start, _slash, end = address.rpartition("/")
        is_id = end.isascii() and end.isdigit() and len(end) <= LONGEST_ID
        return self._by_id.get(start) if is_id else None, {"id": end}

    def _answer(
        self, one: Endpoint, path: Mapping[str, str], environ: "WSGIEnvironment"
    ) -> tuple[bytes, list[tuple[str, str]]]:
        """The body and all headers. Raises whatever is to be said instead, and NotAtAGlance."""
        address, given = environ["PATH_INFO"], environ.get("HTTP_AUTHORIZATION", "")
        if not given:
            if not ANYBODY.take(environ.get("REMOTE_ADDR", "")):
                raise NotAtAGlance
            environ[COUNTED] = True
        text = environ["QUERY_STRING"]
        read = _known_address if len(text) <= LONGEST_QUERY else _read_address
        asked, query = read(one.query, address, text)
        with glance(self.app.extensions["helpdesk.lender"]):
            bearer = bearer_at_a_glance(one.side, given, required=not one.is_public)
            call: Call[Any, Any] = Call(one.side, asked, bearer, query, None)
            whole, more = self._remembered(one, call, text, path)
        body, encoding = self._encoded(whole, environ)
        environ["helpdesk.quick"] = one
        environ["helpdesk.access"] = {
            "path": address,
            "user_id": None if bearer is None else bearer.id,
        }
        return body, [
            ("Content-Type", JSON),
            ("Content-Length", str(len(body))),
            *more.items(),
            ("Vary", "Accept-Encoding"),
            *encoding,
            *self.app.extensions["helpdesk.headers"][environ["wsgi.url_scheme"]],
        ]

    def _remembered(
        self, one: Endpoint, call: Call[Any, Any], query: str, path: Mapping[str, str]
    ) -> Told:
        """What *one* answers to *call*; what it answered, where nobody has written since."""
        assert one.depends_on is not None  # noqa: S101
        depends = one.depends_on(call)
        if depends is None or len(query) > LONGEST_QUERY:
            return self._told(one, call, path)
        answers: dict[Hashable, Told] = until_written("answers", dict)
        key = (call.asked.path, query, call.bearer and call.bearer.id, depends)
        told = answers.get(key)
        if told is None:
            told = self._told(one, call, path)
            if len(told[0]) <= LARGEST:
                if len(answers) >= MOST_ANSWERS:
                    del answers[next(iter(answers))]
                answers[key] = told
        return told

    def _told(self, one: Endpoint, call: Call[Any, Any], path: Mapping[str, str]) -> Told:
        with self.app.app_context():
            result = one.view(call, **path)
            return done(one, result), headers_of(result)

    def _encoded(
        self, body: bytes, environ: "WSGIEnvironment"
    ) -> tuple[bytes, Sequence[tuple[str, str]]]:
        """*body* as whoever asks takes it, and the header that says so."""
        asked = environ.get("HTTP_ACCEPT_ENCODING")
        packed = asked and self.app.extensions["helpdesk.compressed"](body, asked)
        return (packed, _PACKED) if packed else (body, ())


def _read_address(
    shape: type[msgspec.Struct] | None, address: str, query: str
) -> tuple[Asked, Any]:
    """What is asked for there, and what *shape* makes of its *query*."""
    if not query.isascii():
        raise NotAtAGlance
    found = parse_qsl(query, keep_blank_values=True, errors="werkzeug.url_quote")
    asked = Asked(address, ImmutableMultiDict(found))
    return asked, None if shape is None else read_query(shape, asked.parameters)


_known_address = lru_cache(500)(_read_address)  # who polls asks the same each time
