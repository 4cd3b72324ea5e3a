"""The test of a mailbox, step by step: what works, what does not, and why.

What rests on a step that went wrong is not tried. A person who has set a mailbox up sees where it
ends, and what to do about it (web/settings/mail_check_words.py has the sentences).
Who speaks with servers is imported by a test: most starts of a desk see none.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any

from .... import clock
from ....errors import HelpdeskError
from ....i18n import gettext as _
from ...models import Mailbox, Sending
from .. import queries
from ..servers import Server
from .steps import Result, Step, Trouble
from .walking import Walk, bad

__all__ = [
    "PATIENCE",
    "Result",
    "Step",
    "Subject",
    "arrived",
    "check",
    "subject_of",
    "words_of_test",
]

PATIENCE = 60  # seconds that a mail to oneself may take
Note = Callable[[Sending, str], None]


@dataclass(frozen=True)
class Subject:
    """What is tested, copied from a mailbox: a test outlives many transactions.

    *trouble* has the sentence for a side whose password can't be read.
    """

    name: str
    address: str
    folder: str
    imap: Server | None = None
    smtp: Server | None = None
    trouble: Mapping[str, str] = field(default_factory=dict)


def subject_of(mailbox: Mailbox) -> Subject:
    """*mailbox* as it is tested."""
    servers: dict[str, Any] = {}
    trouble: dict[str, str] = {}
    for side, ask in (("imap", queries.imap_of), ("smtp", queries.smtp_of)):
        try:
            servers[side] = ask(mailbox)
        except HelpdeskError as error:
            trouble[side] = error.message
    return Subject(
        mailbox.sender_name, mailbox.address, mailbox.imap_folder, trouble=trouble, **servers
    )


def check(subject: Subject, mail_id: str, note: Note) -> Generator[Step, None, bool]:
    """The steps as they are done, but for the last, `arrived`; returns whether that can be done.

    At most one mail is sent, with *mail_id* as its Message-ID. *note* is told how far that mail
    is: SENDING before it is handed over, then how it ended.
    """
    fetches = yield from _fetching(subject)
    sends = yield from _sending(subject, mail_id, note)
    return fetches and sends


def arrived(subject: Subject, mail_id: str, waited: int) -> Step | None:
    """Whether the mail is back, *waited* seconds after it was sent; None: it may come yet."""
    from . import imap

    assert subject.imap is not None  # noqa: S101
    try:
        with imap.session(subject.imap) as client:
            is_there = imap.has(client, subject.imap, subject.folder, mail_id)
    except Trouble as trouble:
        return bad("circle", "arrive", trouble)
    if is_there:
        return Step("circle", "arrive", Result.OK, "arrive", {"seconds": waited})
    if waited < PATIENCE:
        return None
    return bad("circle", "arrive", Trouble("not_arrived", seconds=waited, folder=subject.folder))


def _fetching(subject: Subject) -> Generator[Step, None, bool]:
    from . import imap

    with ExitStack() as stack:
        walk = Walk("imap", subject.imap, stack)
        client = yield from walk.to_log_in(imap, subject.trouble.get("imap"))
        if client is None:
            return False
        yield walk.step(
            "folder",
            lambda: {"count": imap.open_folder(client, walk.needed, subject.folder)},
            folder=subject.folder,
        )
        return walk.goes_on


def _sending(subject: Subject, mail_id: str, note: Note) -> Generator[Step, None, bool]:
    from . import smtp

    with ExitStack() as stack:
        walk = Walk("smtp", subject.smtp, stack)
        client = yield from walk.to_log_in(smtp, subject.trouble.get("smtp"))
        if client is None:
            return False

        def send() -> dict[str, Any]:
            note(Sending.SENDING, "")
            try:
                smtp.send(client, walk.needed, _mail(subject, mail_id), subject.address)
            except Trouble as trouble:
                note(Sending.CANCELLED, trouble.answer)
                raise
            note(Sending.SENT, "")
            return {}

        yield walk.step("send", send, address=subject.address)
        return walk.goes_on


def words_of_test(address: str) -> tuple[str, str]:
    """Subject and text of the mail from *address* to itself."""
    return _("Test of the mailbox %(address)s", address=address), _(
        "The help desk sent this to itself, to see whether mail goes out and comes back."
    )


def _mail(subject: Subject, mail_id: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = formataddr((subject.name, subject.address))
    mail["To"] = subject.address
    mail["Subject"], text = words_of_test(subject.address)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{mail_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(f"{text}\n")
    return mail
