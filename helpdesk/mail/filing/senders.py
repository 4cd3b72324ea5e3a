"""Who wrote a mail, as far as a mail can say: From is a claim, never a proof."""

import re
from dataclasses import dataclass

from ...accounts import actions as accounts
from ...accounts import queries
from ...accounts.models import DESK, Role, User
from ...errors import Invalid
from ..mailboxes import queries as mailboxes
from ..models import Mailbox
from ..reading import Address, Mail

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9-]+)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_LONGEST_NAME = 100  # of an account


@dataclass(frozen=True)
class Sender:
    """Who a mail says that it is from. *email* is in lower case."""

    name: str
    email: str


def sender_of(mail: Mail) -> Sender | None:
    """Whom *mail* is from; None where it names nobody who could be answered.

    A form of the shop's own website writes in the shop's name, for whoever Reply-To names.
    """
    claimed = mail.sender or mail.sender_header
    if claimed is None or mailboxes.is_own(claimed.email):
        others = [one for one in mail.reply_to if not mailboxes.is_own(one.email)]
        claimed = others[0] if len(others) == 1 else None
    return None if claimed is None else _sender(claimed)


def person(sender: Sender) -> User | None:
    """Whose address this is, whom their account was merged into; None for somebody new."""
    return queries.person_at(sender.email)


def make_person(sender: Sender) -> User:
    """An account for somebody who writes for the first time. Raises Invalid."""
    name = sender.name[:_LONGEST_NAME].strip() or sender.email.partition("@")[0]
    try:
        return accounts.add_user(DESK, name=name, email=sender.email, role=Role.CUSTOMER)
    except Invalid as error:
        if set(error.fields) != {"name"}:
            raise
        return accounts.add_user(
            DESK, name=sender.email[:_LONGEST_NAME], email=sender.email, role=Role.CUSTOMER
        )


def is_proven(mail: Mail, mailbox: Mailbox | None) -> bool:
    """Whether the mailbox's own server vouches for the domain of From (RFC 8601, RFC 7489).

    Only the topmost result of the configured server counts: it removes those that claim its name.
    """
    if mailbox is None or not mailbox.authserv_id or mail.sender is None:
        return False
    domain = mail.sender.email.rpartition("@")[2].lower()
    for header in mail.authentication_results:
        server, results = _results(header)
        if server == mailbox.authserv_id.lower():
            return any(_vouches(result, domain) for result in results)
    return False


def _results(header: str) -> tuple[str, list[tuple[str, str, dict[str, str]]]]:
    """The server of *header*, and (method, result, properties) of each of its results."""
    text, before = header, ""
    while text != before:  # comments may be nested
        text, before = _COMMENT.sub(" ", text), text
    server, *rest = text.split(";")
    found = []
    for part in rest:
        if match := _RESULT.match(part):
            given = _PROPERTY.findall(match[3].lower())
            found.append((match[1].lower(), match[2].lower(), dict(given)))
    return (server.split() or [""])[0].lower(), found


def _vouches(result: tuple[str, str, dict[str, str]], domain: str) -> bool:
    method, said, properties = result
    if said != "pass":
        return False
    if method == "dmarc":
        return properties.get("header.from", "").rpartition("@")[2] == domain
    return method == "dkim" and properties.get("header.d", "") == domain


def _sender(address: Address) -> Sender:
    return Sender(" ".join(address.name.split()), queries.normal_email(address.email))
