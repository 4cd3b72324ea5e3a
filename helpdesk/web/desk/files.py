"""Files of tickets, for staff."""

from typing import Any

from flask_login import current_user

from ...files import send, store
from ...tickets import queries
from ...tickets.models import Attachment
from ..access import staff_only
from ..addresses import address
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
        return address(
            "web.desk.file", ticket_id=ticket_id, key=attachment.key, name=attachment.file_name
        )

    return url
