"""Files of a form, as actions take them."""

from typing import Any

from flask import request

from ..files import IncomingFile
from ..tickets.actions import NewFile


def files_of(field: str = "files") -> list[NewFile]:
    """The files that came in *field*; an empty file input sends one without a name: left out."""
    found: list[NewFile] = []
    for sent in request.files.getlist(field):
        stream: Any = sent.stream
        if sent.filename and isinstance(stream, IncomingFile):
            found.append(NewFile(sent.filename, stream))
    return found
