"""Files of tickets, for staff; and files that wait while a form comes back."""

from collections.abc import Iterable
from typing import Any

from flask import request, url_for
from flask_login import current_user

from ... import markdown
from ...errors import NotFound
from ...files import send, store
from ...tickets import actions, queries
from ...tickets.models import Attachment
from ..access import staff_only
from ..uploads import files_of
from . import desk


@desk.get("/tickets/<int:ticket_id>/files/<key>/<name>")
@staff_only
def file(ticket_id: int, key: str, name: str) -> Any:
    """A file of a message or a note; *ticket_id* and *name* are there for people to read."""
    found = queries.attachment(current_user, key)
    return send(
        store(),
        found.stored_name,
        file_name=found.file_name,
        content_type=found.content_type,
        etag=found.sha256,
    )


def file_urls(ticket_id: int) -> Any:
    """A function that gives the address of an attachment of this ticket."""

    def url(attachment: Attachment) -> str:
        return url_for(
            "web.desk.file", ticket_id=ticket_id, key=attachment.key, name=attachment.file_name
        )

    return url


def take_files(words: str = "") -> list[Attachment]:
    """The files of the form at hand: those that waited since it came back, and new ones.

    Pictures that *words*, Markdown, show are among them whatever else the form says: a browser that
    kept the text alone loses none. New ones are kept before anything else can fail, so a form that
    comes back has them still.
    """
    keys = dict.fromkeys([*request.form.getlist("kept"), *sorted(markdown.embedded(words))])
    return [*_waiting(keys), *(actions.upload(current_user, new) for new in files_of())]


def _waiting(keys: Iterable[str]) -> list[Attachment]:
    found = []
    for key in keys:
        try:
            found.append(queries.unclaimed_upload(current_user, key))
        except NotFound:  # swept after a day, or sent meanwhile
            continue
    return found
