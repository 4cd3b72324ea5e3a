"""Reading a request and refusing one, before the application hears of it."""

import json
import logging
import re
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import BadRequest, Error

from ..headers import OF_PAGES, OF_WORDS, OVER_HTTPS, over
from .chunks import Chunks
from .parking import Line, Opened

API = "/backend/api"
OPENING_BYTES = 1024
LONG_HEADERS = 16 * 1024
HEADER_SECONDS = 30.0  # for all headers to come
BODY_SECONDS, SLOWEST = 60.0, 500  # after which a body has to have come at so many bytes a second
TARGET = re.compile(rb"\s*[^\s]+ (?:[A-Za-z]+://[^/\s]*)?(/[^\s]*)")
LENGTH = re.compile(rb"^content-length\s*:", re.IGNORECASE | re.MULTILINE)
CODING = re.compile(rb"^transfer-encoding\s*:(.*?)\r?$", re.IGNORECASE | re.MULTILINE)
FOLDED = re.compile(rb"\n[ \t]")
SENTENCES = {
    HTTPStatus.BAD_REQUEST: "This is not a valid HTTP request.",
    HTTPStatus.REQUEST_TIMEOUT: "The request did not arrive in time.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers of the request are too large.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side.",
    HTTPStatus.NOT_IMPLEMENTED: "This way of sending a request is not supported.",
}

OF_THE_PAGE = {name.lower() for name in OF_PAGES | OVER_HTTPS} | {"content-type"}
Headers = list[tuple[str, str]]
Answer = tuple[Headers, bytes]

log = logging.getLogger("helpdesk.serving")


class TooSlow(Error):  # type: ignore[misc]
    """The client takes for ever."""

    code, reason = HTTPStatus.REQUEST_TIMEOUT.value, HTTPStatus.REQUEST_TIMEOUT.phrase


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's parser, which answers what would make that one fall over, hang or crawl."""

    opening = b""
    body_rcv: Any

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.monotonic()

    def received(self, data: bytes) -> int:
        """Take *data*, return how many bytes of it belong to this request."""
        if self.body_rcv is None:
            self.opening += data[: OPENING_BYTES - len(self.opening)]
        try:
            consumed: int = super().received(data)
        except ValueError:
            # A Content-Length of 5,000 digits, a "[" without "]" in the address.
            self.refuse()
            consumed = len(data)
        if self.completed:
            # No "100 Continue" to a request that is refused already, or has no body.
            self.expect_continue = False
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers. What can be read in two ways is one too many: a proxy may read it in
        the other, and see a second request in what is our body (RFC 9112, 5.2, 6.1, 11.2)."""
        super().parse_header(header_plus)
        if len(header_plus) > LONG_HEADERS:
            # The standard library remembers 128 addresses, of up to 256 kB, in pieces once more.
            urlsplit.cache_clear()  # type: ignore[attr-defined]
        if FOLDED.search(header_plus):
            raise ParsingError("A header that goes on in the next line")
        if self.chunked or "TRANSFER_ENCODING" in self.headers:
            self._require_one_way(header_plus)
            self.body_rcv = Chunks(self.body_rcv.getbuf())

    def _require_one_way(self, header_plus: bytes) -> None:
        """See that the body comes in chunks, whoever reads the headers."""
        codings = [coding.strip(b" \t").lower() for coding in CODING.findall(header_plus)]
        if codings != [b"chunked"] or LENGTH.search(header_plus) or not self.chunked:
            raise ParsingError("More than one way to find the end of the body")

    def refuse(self, error: type[Error] = BadRequest) -> None:
        self.error = error("")
        self.completed = True

    @property
    def dawdles(self) -> bool:
        """Whether it comes so slowly that it never would: its connection is needed by others."""
        taken = time.monotonic() - self.began
        if not self.headers_finished:
            return taken > HEADER_SECONDS
        return taken > BODY_SECONDS and self.body_bytes_received < taken * SLOWEST

    @property
    def for_api(self) -> bool:
        """Whether a program asked, as far as the first line could be read."""
        target = TARGET.match(self.opening)
        path = "/" + target[1].decode("latin-1").lstrip("/") if target else ""
        return path.startswith(API)


class Task(WSGITask):  # type: ignore[misc]
    """A request for the application; while the desk stops, the last one of its connection."""

    opened: Opened | None = None

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        if environ["REQUEST_METHOD"] == "GET":
            environ["helpdesk.park"] = self.park
        return environ

    def park(self, opened: Opened) -> None:
        """Keep the connection once the answer, a 200 without a length, has begun (parking.py)."""
        self.opened = opened

    def finish(self) -> None:
        can_park = self.status.startswith("200 ") and self.content_length is None
        if self.opened is None or not can_park or self.channel.server.stopping:
            super().finish()
            return
        if not self.wrote_header:
            self.write(b"")
        self.close_on_finish = False  # though no other request will follow
        self.channel.park(Line(self.channel, chunked=self.chunked_response), self.opened)

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class Refusal(ErrorTask):  # type: ignore[misc]
    """Waitress's own errors, told as the API tells its errors, and as a page to everybody else."""

    def execute(self) -> None:
        status = HTTPStatus(self.request.error.code)
        asked = next(iter(self.channel.requests), self.request)
        headers, body = (
            self._in_json(status)
            if asked.for_api
            else self._page(status, asked) or self._in_text(status)
        )
        # Why in detail could be a header of theirs, so neither the answer nor the log says it.
        log.info("Refused a request with %d", status)
        self.channel.lingers = True
        self.status = f"{status.value} {status.phrase}"
        self.response_headers += headers
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)

    def _page(self, status: HTTPStatus, asked: Parser) -> Answer | None:
        """What the application has to say to *status*, if it has; not where it was what failed."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: Headers, _error: object = None) -> None:
            answer.update(status=status, headers=headers)

        try:
            said = self.channel.server.application(_question(status, asked.headers), start_response)
            body = b"".join(said)
            if hasattr(said, "close"):
                said.close()
        except Exception:
            log.exception("The page for a refused request failed")
            return None
        if not answer["status"].startswith(f"{status.value} "):
            return None
        kept = [(k, v) for k, v in answer["headers"] if k.lower() in OF_THE_PAGE]
        return kept, body

    def _in_json(self, status: HTTPStatus) -> Answer:
        body = json.dumps({"status": "error", "message": SENTENCES[status]})
        return self._headers("application/json"), body.encode()

    def _in_text(self, status: HTTPStatus) -> Answer:
        body = f"{SENTENCES[status]}\n"
        return self._headers("text/plain; charset=utf-8"), body.encode()

    def _headers(self, kind: str) -> Headers:
        headers = OF_WORDS | over(self.channel.server.base_url, "http")
        return [("Content-Type", kind), *headers.items()]


def _question(status: HTTPStatus, headers: Mapping[str, str]) -> dict[str, Any]:
    """A request for the page about *status*, from somebody who speaks what *headers* say."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "",
        "HTTP_ACCEPT_LANGUAGE": headers.get("ACCEPT_LANGUAGE", ""),
        "HTTP_COOKIE": headers.get("COOKIE", ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "helpdesk.refused": status.value,
    }
