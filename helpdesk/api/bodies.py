"""What came in a request's body, before anybody knows what it means (API.md's 400, 413, 415)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from ..files import IncomingFile
from ..i18n import gettext as _
from ..tickets.actions import NewFile

_encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class Upload:
    """A file of a form: the form's field, and the file."""

    field: str
    file: NewFile


@dataclass(frozen=True)
class Received:
    """The fields and files of a body."""

    fields: dict[str, Any]
    uploads: Sequence[Upload] = ()

    def digest(self) -> str:
        """A hash of this request, the same for another that asks for the same (SHA-256, hex)."""
        files = [(one.field, one.file.name, one.file.incoming.sha256) for one in self.uploads]
        asked = (request.method, request.path, self.fields, files)
        return hashlib.sha256(_encoder.encode(asked)).hexdigest()


def received(*, form_only: bool = False) -> Received:
    """The body of this request: a JSON object, or a form's last value for each name.

    Raises BadRequest for what is not JSON or not an object, UnsupportedMediaType, TooLarge.
    """
    if request.content_encoding not in (None, "", "identity"):
        raise UnsupportedMediaType
    if request.mimetype == "multipart/form-data":
        if not request.form and not request.files:  # the parser takes a broken form for no form
            raise BadRequest(_("The form is empty or did not arrive whole."))
        fields = {name: values[-1] for name, values in request.form.lists()}
        return Received(fields, _uploads())
    is_json = request.mimetype == "application/json" or request.mimetype.endswith("+json")
    is_empty = not request.mimetype and not request.content_length
    if form_only or not (is_json or is_empty):
        raise UnsupportedMediaType
    return Received(_json(request.get_data(cache=False)))


def _uploads() -> Sequence[Upload]:
    """The files of this form; an empty file input of a page sends one without a name."""
    found = []
    for field, files in request.files.lists():
        for sent in files:
            stream: Any = sent.stream
            if sent.filename and isinstance(stream, IncomingFile):
                found.append(Upload(field.removesuffix("[]"), NewFile(sent.filename, stream)))
    return found


def _json(data: bytes) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(data)
    except RecursionError:
        raise BadRequest(_("The body nests too deeply.")) from None
    except ValueError:
        raise BadRequest(_("The body is not JSON.")) from None
    if not isinstance(body, dict):
        raise BadRequest(_("The body is not a JSON object."))
    return body
