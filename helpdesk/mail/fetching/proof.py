"""Shows that the ledger has every message of a mailbox: by asking the server which there are."""

from contextlib import closing
from dataclasses import dataclass

from ...errors import HelpdeskError
from ..ledger import known_uids
from ..models import Mailbox
from .account import account_of
from .connection import Connection
from .imap_errors import TROUBLE, explain
from .numbers import numbering


@dataclass(frozen=True, slots=True)
class Proof:
    """What server and ledger have of one mailbox; *server* is None where it can't be reached."""

    mailbox: str
    server: int | None
    ledger: int  # rows of messages that are still on the server, or of all where it is silent
    missing: tuple[int, ...] = ()  # UIDs that the ledger does not have
    gone: int = 0  # rows of messages that somebody has deleted on the server since
    is_numbered_anew: bool = False
    error: str = ""

    @property
    def holds(self) -> bool:
        """Whether the ledger has all that is on the server."""
        return self.server is not None and not self.missing


def prove(mailbox: Mailbox) -> Proof:
    """Compare the ledger with the server. It writes nothing."""
    name = mailbox.name
    try:
        account = account_of(mailbox)
        try:
            with closing(Connection(account)) as connection:
                number = numbering(mailbox, account, connection.examine())
                there = connection.uids()
        except TROUBLE as error:
            raise HelpdeskError(explain(error, account)) from error
    except HelpdeskError as error:
        known = known_uids(mailbox, mailbox.uidvalidity or 0)
        return Proof(name, None, len(known), error=str(error))
    known = known_uids(mailbox, number)
    return Proof(
        name,
        server=len(there),
        ledger=len(there & known),
        missing=tuple(sorted(there - known)),
        gone=len(known - there),
        is_numbered_anew=mailbox.uidvalidity not in (None, number),
    )
