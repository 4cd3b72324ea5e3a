"""A copy of somebody's data as an answer, for them and for admins."""

from typing import Any

from ..accounts.models import User
from ..files import send
from ..privacy import archives


def send_copy(actor: Any, user: User, archive_id: int) -> Any:
    """The file of a copy of *user* that is ready. Raises NotFound, NotAllowed."""
    found = archives.ready(actor, user, archive_id)
    return send(
        archives.store_of_copies(),
        str(found.stored_name),
        file_name=archives.FILE_NAME,
        content_type="application/zip",
        etag=found.sha256,
        download=True,
    )
