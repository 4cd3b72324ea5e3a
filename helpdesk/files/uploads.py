"""Uploads stream into the data folder as they arrive, and leave it if nobody keeps them."""

import base64
import binascii
import re
from typing import Any

from flask import Request, current_app, g, has_request_context

from .incoming import IncomingFile

_SPACE = re.compile(r"[ \t\r\n]+")
_SLICE = 64 * 1024  # characters; a multiple of 4


class BadBase64(ValueError):
    """The text is not base64 (RFC 4648, section 4)."""


class DeskRequest(Request):
    """A request whose files never wait in memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> Any:
        return receive()


def receive() -> IncomingFile:
    """A new incoming file, which the end of this request removes unless it was kept."""
    incoming: IncomingFile = current_app.extensions["helpdesk.files"].receive()
    if has_request_context():
        g.setdefault("incoming_files", []).append(incoming)
    return incoming


def from_base64(text: str) -> IncomingFile:
    """Decode *text*, a slice at a time, into an incoming file. Raises BadBase64."""
    text = _SPACE.sub("", text)
    incoming = receive()
    try:
        if len(text) % 4:
            raise BadBase64("The length is not a multiple of four.")
        for start in range(0, len(text), _SLICE):
            part = text[start : start + _SLICE]
            if "=" in part and start + _SLICE < len(text):
                raise BadBase64("There is padding in the middle.")
            incoming.write(base64.b64decode(part.encode("ascii"), validate=True))
    except (binascii.Error, UnicodeEncodeError) as error:
        incoming.discard()
        raise BadBase64(str(error)) from None
    except BadBase64:
        incoming.discard()
        raise
    return incoming


def discard_leftovers(_error: BaseException | None = None) -> None:
    """Remove the files of this request that nobody kept."""
    for incoming in g.pop("incoming_files", []):
        incoming.discard()
