"""Files of one's own requests."""

from typing import Any

from ...errors import NotFound
from ...files import send, store
from ...i18n import gettext as _
from ...tickets import queries
from ..access import customers_or_guests
from ..guests import Reader
from . import portal


@portal.get("/tickets/<int:id>/files/<key>/<name>")
@customers_or_guests
def file(reader: Reader, id: int, key: str, name: str) -> Any:
    """The file with this *key*, if it hangs on this request; *name* is for the eye."""
    found = queries.attachment(reader.user, key)
    if found.message is None or found.message.ticket_id != queries.get(reader.user, id).id:
        raise NotFound(_("There is no such file."))
    return send(
        store(),
        found.stored_name,
        file_name=found.file_name,
        content_type=found.content_type,
        etag=found.sha256,
    )
