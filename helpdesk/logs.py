"""What the desk did: JSON lines in ``DATA/log``, warnings on stderr, and no secret in either.

Every request has a random id: in its log lines, in its ``X-Request-ID`` header, and in the answer
when the fault is ours, so that a person can be asked for it.
"""

import json
import logging
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from io import FileIO, TextIOWrapper
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import msgspec
from flask import Flask, g, has_request_context, request

from .settings import Settings, SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FILE_NAME = "helpdesk.log"
FILE_BYTES, FILES = 10 * 1024 * 1024, 5
LONGEST_PATH = 200
SECRET_ARGUMENTS = {"token", "code", "key"}
HIDDEN = "***"
_OF_THE_REQUEST = ("message", "method", "path")  # what strangers have a say in
STANDARD_FIELDS = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}

access = logging.getLogger("helpdesk.access")
_ids = random.Random()  # noqa: S311


def configure(settings: Settings) -> None:
    """Write this process's log to the data folder of *settings*, and its warnings to stderr.

    Raises SettingsError when the log file cannot be written.
    """
    redact = _redactor(settings)
    try:
        file = _PrivateFile(
            settings.log / FILE_NAME,
            maxBytes=FILE_BYTES,
            backupCount=FILES - 1,
            encoding="utf-8",
            errors="backslashreplace",
        )
    except OSError as error:
        raise SettingsError(
            f"The log in {settings.log} cannot be written: {error.strerror}."
        ) from None
    file.setFormatter(_JsonLine(redact))
    terminal = _Terminal()
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(_ShortLine(redact))
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h.formatter, _Line)]:
        root.removeHandler(handler)
        handler.close()
    root.addHandler(file)
    root.addHandler(terminal)
    root.setLevel(logging.INFO)
    # To look these up for each line takes longer than to write it, and no line says them.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def init_app(app: Flask) -> None:
    """Give every request of *app* an id and one line in the log."""
    app.wsgi_app = _AccessLog(app.wsgi_app)  # type: ignore[method-assign]
    app.teardown_request(_note_details)


def request_id() -> str | None:
    """The id of the request that is being answered; None outside of one."""
    if not has_request_context():
        return None
    return str(request.environ.setdefault("helpdesk.request_id", _new_id()))


def _new_id() -> str:
    # No secret. To ask the system for each would let another thread run first.
    return f"{_ids.getrandbits(64):016x}"


class _AccessLog:
    """Logs when the answer begins. It leaves the body alone: a file stays one for the server."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        # An id that came with the request is not ours to believe: it could be anything.
        environ["helpdesk.request_id"] = identity = _new_id()
        began = time.perf_counter()
        answer: dict[str, Any] = {}

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            told = dict(headers)
            size = told.get("Content-Length")
            answer.update(status=int(status[:3]), bytes=None if size is None else int(size))
            # What a browser keeps for good is no request's, and small.
            is_kept = "immutable" in told.get("Cache-Control", "")
            named = headers if is_kept else [*headers, ("X-Request-ID", identity)]
            return start_response(status, named, exc_info)

        try:
            return self.app(environ, start)
        finally:
            _write_access_line(environ, answer, time.perf_counter() - began)


def _write_access_line(environ: "WSGIEnvironment", answer: dict[str, Any], took: float) -> None:
    if not access.isEnabledFor(logging.INFO):
        return
    details = environ.get("helpdesk.access", {"path": None, "user_id": None})
    fields = {
        "request_id": environ["helpdesk.request_id"],
        "method": printable(environ["REQUEST_METHOD"])[:20],
        **details,
        "status": answer.get("status"),
        "bytes": answer.get("bytes"),
        "ms": round(took * 1000, 1),
    }
    message = f"{fields['method']} {fields['path']} {fields['status']}"
    # Not by access.info(), which looks for its caller and copies all of it: this is each request's.
    record = logging.LogRecord(access.name, logging.INFO, "", 0, message, None, None)
    record.__dict__ |= fields
    record.access = fields
    access.handle(record)


def _note_details(error: BaseException | None = None) -> None:
    request.environ["helpdesk.access"] = {
        "path": logged_path(),
        "user_id": g.get("actor_id"),
    }


def logged_path() -> str:
    """The path of this request without what only its reader may know, and safe in a line."""
    rule = request.url_rule
    if rule is not None and rule.arguments & SECRET_ARGUMENTS:
        return rule.rule
    path = request.path
    if rule is None:
        # A mistyped address may still have a token in it.
        path = re.sub(r"[\w.~-]{16,}", HIDDEN, path)
    return printable(path)[:LONGEST_PATH]


def printable(text: str) -> str:
    """*text* with control characters and half characters written as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


Redact = Callable[[str], str]


def _redactor(settings: Settings) -> Redact:
    """A function that hides bearer tokens and the secrets among *settings* in a text."""
    urls = (settings.smtp_url, settings.imap_url, settings.database_url)
    passwords = {urlsplit(url).password or "" for url in urls if url}
    secrets = {settings.secret_key, settings.metrics_token or ""}
    known = {*secrets, *passwords, *map(unquote, passwords)} - {""}
    longest_first = sorted(map(re.escape, known), key=len, reverse=True)
    secret = re.compile("|".join([r"(?<=\bBearer )[^\s\"',]+", *longest_first]), re.IGNORECASE)
    return lambda text: secret.sub(HIDDEN, text)


class _Line(logging.Formatter):
    """What both kinds of line share: the message and the trace, with nothing secret in them."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self.redact = redact

    def clean(self, text: str) -> str:
        if has_request_context():
            # Flask names the path in the line about an exception.
            text = text.replace(request.path, logged_path()) if len(request.path) > 1 else text
        # The server does too, once the request is over.
        return self.redact(re.sub(r"(?<=while serving )/\S*", "a request", text))


class _JsonLine(_Line):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields: dict[str, Any] | None = getattr(record, "access", None)
        if fields is not None:  # of a request; the rest of it is numbers and words of ours
            line |= fields
            if self.redact(line["message"]) != line["message"]:  # which has the others in it
                line |= {name: self.redact(line[name]) for name in _OF_THE_REQUEST if line[name]}
            return msgspec.json.encode(line).decode()
        line["request_id"] = request_id()
        line |= {k: v for k, v in vars(record).items() if k not in STANDARD_FIELDS}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(self.clean_all(line), ensure_ascii=False)

    def clean_all(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {str(key): self.clean_all(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean_all(one) for one in value]
        return self.clean(str(value))


class _ShortLine(_Line):
    def format(self, record: logging.LogRecord) -> str:
        identity = request_id()
        known_as = f" (request {identity})" if identity else ""
        message = printable(self.clean(record.getMessage()))
        return f"{record.levelname.capitalize()}: {message}{known_as}"


class _Terminal(logging.Handler):
    """Whatever stderr is at the moment; a terminal that went away stops nothing."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError, ValueError):
            print(self.format(record), file=sys.stderr, flush=True)


class _PrivateFile(RotatingFileHandler):
    """A log file that only its owner can read, and each that follows it too."""

    lost = 0  # lines since it took one

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        """Whether it is full. The parent makes the line a second time, to know how long it is."""
        self.stream = self.stream or self._open()
        return 0 < self.maxBytes <= self.stream.tell()

    def handleError(self, record: logging.LogRecord) -> None:
        """Say it once on stderr: a full disk takes no line of all that follow either."""
        self.lost += 1
        if self.lost == 1:
            with suppress(OSError, ValueError):
                why = printable(str(sys.exc_info()[1]))
                print(f"Warning: The log can't be written: {why}", file=sys.stderr, flush=True)

    def emit(self, record: logging.LogRecord) -> None:
        lost = self.lost
        super().emit(record)
        if self.lost == lost:
            self.lost = 0

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(
            FileIO(descriptor, "a"),
            encoding=self.encoding,
            errors=self.errors,
            write_through=True,
        )
