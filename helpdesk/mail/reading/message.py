"""What a mail says, in the words of the desk: the result of reading one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ... import errors


class Unreadable(errors.Unreadable):
    """The bytes are no mail that can be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody's address; *name* is '' where the mail gives none."""

    name: str
    email: str  # as it was written, the domain in lower case


@dataclass(frozen=True, slots=True)
class File:
    """A part of a mail that isn't words."""

    name: str  # never empty, no path, at most 200 characters
    type: str  # lower case, such as image/png
    content: bytes
    content_id: str = ""
    inline: bool = False  # whether the HTML shows it among the words


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of one recipient, as a server told it (RFC 3464, 2.3)."""

    address: str
    action: str  # failed, delayed, delivered, relayed, expanded
    status: str  # such as 5.1.1; '' when it says none
    diagnostic: str  # word for word


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a mail of ours did not arrive, or did later."""

    recipients: tuple[Failure, ...]
    message_ids: tuple[str, ...]  # of the mail that it is about
    headers: tuple[tuple[str, str], ...]  # of that mail, as far as they came back


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, understood. Nothing in it was checked: anybody can write any of it."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address | None
    authors: tuple[Address, ...]  # all that From names
    sender_header: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    return_path: str | None  # '' is the empty one of bounces, None is none at all
    subject: str
    date: datetime | None
    text: str
    words: str
    quoted: str
    signature: str
    html: str | None = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    automatic: str
    bounce: Bounce | None
    authentication_results: tuple[str, ...]  # as they are: nothing in them is decoded
    received_count: int
    remarks: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = field(repr=False)

    def headers(self, name: str) -> tuple[str, ...]:
        """All values of the header *name*, decoded, each on one line, the top one first."""
        return tuple(value for key, value in self.fields if key == name.lower())


class Remarks:
    """Collects what was odd in a mail and was mended, each once and not endlessly many."""

    MOST = 20

    def __init__(self, remarks: Sequence[str] = ()) -> None:
        self._remarks = dict.fromkeys(remarks)

    def add(self, remark: str) -> None:
        if len(self._remarks) < self.MOST:
            self._remarks[remark] = None

    def all(self) -> tuple[str, ...]:
        return tuple(self._remarks)
