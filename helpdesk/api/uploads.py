"""Files that come with a request, three ways, all ending in one list (API.md, "Attachments")."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from flask import current_app

from ..errors import NotFound, TooLarge
from ..files import BadBase64, from_base64
from ..i18n import gettext as _
from ..text import Fields
from ..tickets import queries
from ..tickets.actions import Claim, NewFile, Sent
from .bodies import Received
from .kinds import Kind, Wrong
from .sides import EVERYBODY, PREFIX

if TYPE_CHECKING:
    from .endpoints import Call

_PATH = re.compile(
    f"{PREFIX}/(?:{'|'.join(side.tickets for side in EVERYBODY)})/attachment/([0-9a-f]{{32}})",
    re.ASCII,
)


class SentFile(msgspec.Struct, frozen=True, rename="camel"):
    """A file in JSON: its content in base64, or the path that an earlier upload gave."""

    file_name: str = ""
    content: str | None = None
    file_path: str | None = None


def _sent_files(value: Any) -> list[SentFile]:
    try:
        if isinstance(value, str):  # a form has no lists
            return msgspec.json.decode(value, type=list[SentFile])
        return msgspec.convert(value, list[SentFile])
    except (ValueError, RecursionError):
        raise Wrong(
            _("Attachments are a list of objects with fileName, and content or filePath.")
        ) from None


SENT_FILES = Kind(
    _sent_files,
    {
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "properties": {
                "fileName": {"type": "string"},
                "content": {"type": "string", "contentEncoding": "base64"},
                "filePath": {"type": "string"},
            },
        },
    },
)


def collect(call: "Call[Any, Any]", given: Received, body: Any, field: str, fields: Fields) -> Sent:
    """The files of a request: those of the form's *field*, and those that *body* names.

    What is wrong goes into *fields*. Raises TooLarge for more than a message may have.
    """
    for upload in given.uploads:
        if upload.field != field:  # better than to lose it without a word
            fields.add(upload.field, _("Files go into the field %(field)s, not here.", field=field))
    found: list[NewFile | Claim] = [
        upload.file for upload in given.uploads if upload.field == field
    ]
    sent: Sequence[SentFile] = getattr(body, "attachments", None) or ()
    most = current_app.config["HELPDESK"].max_files
    if len(found) + len(sent) > most:
        raise TooLarge(_("At most %(most)s files go with one message.", most=most))
    for one in sent:
        try:
            found.append(_file(call, one))
        except Wrong as wrong:
            fields.add(field, str(wrong))
    return found


def _file(call: "Call[Any, Any]", sent: SentFile) -> NewFile | Claim:
    if (sent.content is None) == (sent.file_path is None):
        raise Wrong(_("A file has either content or filePath."))
    if sent.file_path is not None:
        return _earlier_upload(call, sent)
    if not sent.file_name.strip():
        raise Wrong(_("A file with content needs a fileName."))
    try:
        return NewFile(sent.file_name, from_base64(sent.content or ""))
    except BadBase64:
        raise Wrong(_("The content of a file is not base64.")) from None


def _earlier_upload(call: "Call[Any, Any]", sent: SentFile) -> Claim:
    """The caller's own upload that the path was given for; it is never opened (API.md)."""
    found = _PATH.fullmatch(sent.file_path or "")
    try:
        upload = queries.unclaimed_upload(call.actor, found[1] if found else "")
    except NotFound:
        raise Wrong(_("A filePath is none of your uploads that are still free.")) from None
    return Claim(upload.id, sent.file_name)
