"""A mail as a ticket keeps it: a subject, words, files, and what it has besides."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ...files import store
from ...i18n import gettext as _
from ...tickets.actions import Kept, NewFile, keeping
from ...tickets.actions.changes import LONGEST_SUBJECT
from ...tickets.actions.writing import LONGEST_BODY
from ..mailboxes import queries as mailboxes
from ..models import MailOfMessage, ReceivedMail
from ..reading import Address, Mail
from .senders import Sender

_MOST_COPIED = 100  # people who are kept
_LONGEST_REST = 500_000  # characters of what was quoted
_CHUNK = 1024 * 1024
# As it stands in a link, or in one that a filter of mails has put into its own.
_KEY = re.compile(
    r"((?:/|%2F)(?:r|u|set-password)(?:/|%2F))\d{1,17}-[0-9a-f]{32}", re.ASCII | re.IGNORECASE
)


def subject_of(mail: Mail) -> str:
    """The subject of a ticket from *mail*."""
    subject = " ".join(mail.subject.split())
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[: LONGEST_SUBJECT - 1] + "…"
    return subject or _("(no subject)")


def body_of(mail: Mail) -> str:
    """The words of a message from *mail*: what its sender wrote now, else all that is there."""
    words = _without_keys(mail.words.strip() or mail.text.strip())
    if len(words) <= LONGEST_BODY:
        return words or _("(This mail has no words.)")
    remark = _("(It goes on: the original mail has all of it.)")
    return words[: LONGEST_BODY - len(remark) - 2].rstrip() + "\n\n" + remark


def _without_keys(text: str) -> str:
    """*text* without the keys of the links in our mails.

    Who answers below one quotes it, and what they write goes on to everybody who follows.
    """
    return _KEY.sub(r"\1…", text)


@contextmanager
def kept_files(mail: Mail) -> Iterator[list[Kept]]:
    """The files of *mail*, on disk for good; gone again if the block fails."""
    with keeping(list(_new_files(mail)), most=len(mail.files)) as kept:
        yield [file for file in kept if isinstance(file, Kept)]


def _new_files(mail: Mail) -> Iterator[NewFile]:
    for file in mail.files:
        incoming = store().receive(file_name=file.name)
        for start in range(0, len(file.content), _CHUNK):
            incoming.write(file.content[start : start + _CHUNK])
        yield NewFile(file.name, incoming)


def mail_of_message(
    message_id: int, row: ReceivedMail, mail: Mail, sender: Sender | None, related_id: int | None
) -> MailOfMessage:
    """What the message has besides its words."""
    folded = bool(mail.words.strip())  # else all of it is the message's words
    return MailOfMessage(
        message_id=message_id,
        received_id=row.id,
        sender="" if sender is None else f"{sender.name} <{sender.email}>".strip(),
        quoted=_without_keys(mail.quoted[:_LONGEST_REST]) if folded else "",
        signature=_without_keys(mail.signature[:_LONGEST_REST]) if folded else "",
        has_html=mail.html is not None,
        copied=_copied([*mail.to, *mail.cc], sender),
        remarks=list(mail.remarks),
        related_ticket_id=related_id,
    )


def _copied(addresses: Iterable[Address], sender: Sender | None) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    own = mailboxes.own_addresses()
    for one in addresses:
        email = one.email.strip().lower()
        is_sender = sender is not None and email == sender.email
        if email and not is_sender and not mailboxes.is_own(email, own):
            found.setdefault(email, one.name)
    return [{"name": found[email], "email": email} for email in list(found)[:_MOST_COPIED]]
