"""Text answers are sent compressed to whoever takes that: a desk's page shrinks to a sixth."""

import secrets
from gzip import GzipFile
from io import BytesIO

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

LEAST = 1024  # bytes: below that the header costs what the rest saves
MOST_NOISE = 32  # bytes
_LEVEL = 5
_TYPES = ("text/", "application/json")


def init_app(app: Flask) -> None:
    """Compress the answers of *app*; files and streams stay as they are."""
    app.after_request(_compress)
    # For answers that Flask has no part in (api/quick.py).
    app.extensions["helpdesk.compressed"] = _compressed


def _compress(answer: Response) -> Response:
    if not answer.headers.get("Content-Type", "").startswith(_TYPES):
        return answer
    if "Vary" in answer.headers:
        answer.vary.add("Accept-Encoding")
    else:  # which nearly all are, and which is ten times quicker
        answer.headers["Vary"] = "Accept-Encoding"
    asked = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    packed = _compressed(answer.get_data(), asked) if asked and _may_be(answer) else None
    if packed is not None:
        answer.set_data(packed)
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _compressed(content: bytes, asked: str) -> bytes | None:
    """*content* for who *asked* so (``Accept-Encoding``); None: as it is."""
    if len(content) < LEAST or not _is_taken(asked):
        return None
    return _gzipped(content)


def _is_taken(asked: str) -> bool:
    some = "gzip" in asked.lower() or "*" in asked
    return some and parse_accept_header(asked).quality("gzip") > 0


def _may_be(answer: Response) -> bool:
    is_whole = not answer.is_streamed and not answer.direct_passthrough
    return is_whole and answer.status_code != 206 and "Content-Encoding" not in answer.headers


def _gzipped(content: bytes) -> bytes:
    """*content*, of a length that tells nothing of a secret in it (docs/DECISIONS.md, BREACH)."""
    noise = "x" * secrets.randbelow(MOST_NOISE)
    packed = BytesIO()
    with GzipFile(noise, "wb", _LEVEL, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
