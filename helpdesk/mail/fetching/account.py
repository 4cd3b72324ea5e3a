"""How a mailbox is reached, copied from its row: a connection outlives many transactions."""

from dataclasses import dataclass, field

from ...errors import HelpdeskError
from ...i18n import gettext as _
from ..mailboxes.queries import imap_of
from ..models import Mailbox, Security


@dataclass(frozen=True, slots=True)
class Account:
    """Where mail is fetched from, and as whom."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @property
    def place(self) -> str:
        """What numbers of messages belong to, besides the folder's UIDVALIDITY."""
        return f"{self.user}@{self.host.lower()}/{self.folder}"


def account_of(mailbox: Mailbox) -> Account:
    """The account that *mailbox* names. Raises HelpdeskError where there is none."""
    server = imap_of(mailbox)
    if server is None:
        raise HelpdeskError(_("Nothing is fetched from this mailbox: it names no server."))
    return Account(
        host=server.host,
        port=server.port,
        security=server.security,
        user=server.user,
        password=server.password,
        folder=mailbox.imap_folder,
    )
