"""Sending a stored file: whole, in ranges, or not at all when the browser has it."""

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from .names import content_disposition
from .sniff import INLINE
from .store import FileStore

# The answer's own policy: whatever a file turns out to be, it runs nothing and sees nothing.
# Headers that the whole application adds must leave these alone (``setdefault``).
_POLICY = "sandbox; default-src 'none'"


def send(
    files: FileStore,
    stored_name: str,
    *,
    file_name: str,
    content_type: str,
    etag: str,
    download: bool = False,
) -> Response:
    """The file as an answer: 200, 206 or 304. Only pictures are shown in place.

    *etag* is a hash of the content. Raises NotFound when the disk has lost the file,
    RequestedRangeNotSatisfiable (416). RFC 9110, sections 13 and 14.
    """
    body = files.open(stored_name)
    size = files.size(stored_name) or 0
    is_inline = content_type in INLINE and not download
    answer = Response(
        wrap_file(request.environ, body, 64 * 1024),
        content_type=_full_type(content_type),
        direct_passthrough=True,
    )
    answer.call_on_close(body.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = content_disposition(file_name, inline=is_inline)
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Asked again each time, so that nobody sees it after sign-out; the ETag keeps that cheap.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(etag)
    try:
        answer.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        body.close()
        raise
    return answer


def _full_type(content_type: str) -> str:
    return f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type
