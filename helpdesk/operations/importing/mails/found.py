"""What is known of a mail while it is filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....accounts.models import User
from ....mail import raw
from ....mail.filing.senders import Sender
from ....mail.reading import Mail
from ....tickets.actions import Kept
from ....tickets.models import Status
from .letters import Letter


@dataclass(frozen=True)
class Ways:
    """How mails are taken: whose are ours, and what becomes of their tickets."""

    own: frozenset[str]
    mailboxes: Mapping[str, int]  # their addresses, in lower case, and ids
    status: Status | None  # None: by who wrote last
    archive: str  # what the tickets are said to come from


@dataclass
class Reading:
    """A mail that was read from its archive, with its files on the disk."""

    letter: Letter
    kept: raw.Raw
    mail: Mail | None
    why: str  # it can't be read
    essence: str
    files: Sequence[Kept] = ()
    is_used: bool = False  # whether a message has the files


@dataclass(frozen=True)
class Who:
    """Who wrote a mail: one of us (*user* if that is known), or *sender*."""

    sender: Sender
    user: User | None
    is_ours: bool
    is_unproven: bool = False  # says that it is from a member of staff
