"""A stored file as an answer: safe to open whatever is in it, resumable, cheap to ask again."""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from os import SEEK_END
from typing import BinaryIO, cast

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import is_resource_modified, parse_range_header, quote_etag
from werkzeug.wsgi import FileWrapper, wrap_file

from .interface import Store
from .names import content_disposition
from .sniff import INLINE

SEALED = "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
_BLOCK = 64 * 1024  # bytes
# These are set before any ``after_request``: whoever adds headers to every answer does so with
# ``setdefault``, or a file would get the pages' policy instead of its own.
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": SEALED,
    "Cross-Origin-Resource-Policy": "same-origin",
    # Whoever signs out or loses the right must not find it in the cache: ask every time.
    "Cache-Control": "private, no-cache",
}


def send(
    store: Store,
    name: str,
    *,
    file_name: str,
    content_type: str,
    etag: str,
    download: bool | None = None,
) -> Response:
    """The answer that carries the stored file *name*, under the sender's *file_name*.

    Only the four kinds of picture in INLINE are shown in the page, all else is a download; so are
    they with *download*, or when that is None and the address ends in ``?download=1``. *etag* is
    the content's hash. GET and HEAD; If-None-Match, Range and If-Range as in RFC 9110: one range
    is 206, several are answered with the whole file.

    Raises NotFound when the file is not there, werkzeug's RequestedRangeNotSatisfiable (whose
    ``get_headers()`` has the Content-Range that a 416 needs) and PreconditionFailed (If-Match).
    The right to see the file is the caller's to check.
    """
    if download is None:
        download = request.args.get("download") == "1"
    # Who has it already need not wait for another machine to say that it is there.
    is_asked_for = store.is_local or is_resource_modified(request.environ, quote_etag(etag))
    handle = store.open(name) if is_asked_for else BytesIO()
    try:
        size = handle.seek(0, SEEK_END)  # of what is open, whatever becomes of the name
        handle.seek(0)
        answer = _answer(handle, size, file_name, content_type, etag, download, store.is_local)
        return answer if store.is_local else _begun(answer)
    except BaseException:
        handle.close()
        raise


def _begun(answer: Response) -> Response:
    """*answer*, whose first bytes are here: what they fail with can still be said in its place."""
    if request.method == "HEAD" or answer.status_code not in (200, 206):
        return answer
    blocks = cast(Iterator[bytes], iter(answer.response))
    first = next(blocks, b"")
    answer.call_on_close(getattr(answer.response, "close", lambda: None))
    answer.response = chain([first], blocks)
    return answer


def _answer(
    handle: BinaryIO,
    size: int,
    file_name: str,
    content_type: str,
    etag: str,
    download: bool,
    is_local: bool,
) -> Response:
    # The server's own way of sending a file reads it in the thread that serves everybody.
    wrapped = (
        wrap_file(request.environ, handle, _BLOCK) if is_local else FileWrapper(handle, _BLOCK)
    )
    is_inline = content_type in INLINE and not download
    answer = Response(
        wrapped,
        mimetype=content_type,
        headers=_ALWAYS,
        direct_passthrough=True,
    )
    answer.headers["Content-Disposition"] = content_disposition(file_name, is_inline)
    answer.content_length = size
    answer.set_etag(etag)
    environ = dict(request.environ)
    if not _may_be_partial(etag, size):
        environ.pop("HTTP_RANGE", None)
    answer.make_conditional(environ, accept_ranges=True, complete_length=size)
    if answer.status_code == PreconditionFailed.code:
        raise PreconditionFailed
    return answer


def _may_be_partial(etag: str, size: int) -> bool:
    """Whether the request's Range counts; werkzeug would refuse some that RFC 9110 lets pass.

    Not one that can't be read or asks for several parts (14.2: may be ignored), not a suffix that
    is longer than the file (14.1.2: all of it), not behind a weak If-Range (13.1.5: strong
    comparison), and not where If-None-Match or If-Match has already decided (13.2.2).
    """
    wanted = parse_range_header(request.headers.get("Range"))
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return False
    if -(wanted.ranges[0][0] or 0) > size:
        return False
    if request.headers.get("If-Range", "").strip().startswith("W/"):
        return False
    return is_resource_modified(request.environ, quote_etag(etag))
