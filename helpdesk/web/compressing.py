"""Text answers are sent compressed to whoever takes that: a desk's page shrinks to a sixth."""

import secrets
from gzip import GzipFile
from io import BytesIO

from flask import Flask, Response, request

LEAST = 1024  # bytes: below that the header costs what the rest saves
MOST_NOISE = 32  # bytes
_LEVEL = 5
_TYPES = ("text/", "application/json")


def init_app(app: Flask) -> None:
    """Compress the answers of *app*; files and streams stay as they are."""
    app.after_request(_compress)


def _compress(answer: Response) -> Response:
    if not answer.headers.get("Content-Type", "").startswith(_TYPES):
        return answer
    if "Vary" in answer.headers:
        answer.vary.add("Accept-Encoding")
    else:  # which nearly all are, and which is ten times quicker
        answer.headers["Vary"] = "Accept-Encoding"
    if _is_taken() and _is_worth_it(answer):
        answer.set_data(_gzipped(answer.get_data()))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _is_taken() -> bool:
    asked = request.environ.get("HTTP_ACCEPT_ENCODING", "").lower()
    return ("gzip" in asked or "*" in asked) and request.accept_encodings.quality("gzip") > 0


def _is_worth_it(answer: Response) -> bool:
    is_whole = not answer.is_streamed and not answer.direct_passthrough
    is_plain = answer.status_code != 206 and "Content-Encoding" not in answer.headers
    return is_whole and is_plain and len(answer.get_data()) >= LEAST


def _gzipped(content: bytes) -> bytes:
    """*content*, of a length that tells nothing of a secret in it (docs/DECISIONS.md, BREACH)."""
    noise = "x" * secrets.randbelow(MOST_NOISE)
    packed = BytesIO()
    with GzipFile(noise, "wb", _LEVEL, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
