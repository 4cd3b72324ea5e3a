"""Who wrote a mail, as far as a mail can say: From is a claim, never a proof."""

from dataclasses import dataclass

from ...accounts import actions as accounts
from ...accounts import queries
from ...accounts.models import DESK, Role, User
from ...errors import Invalid
from ..domains import ascii_form, unicode_form
from ..mailboxes import queries as mailboxes
from ..reading import Address, Mail

_LONGEST_NAME = 100  # of an account


@dataclass(frozen=True)
class Sender:
    """Who a mail says that it is from. *email* is in lower case."""

    name: str
    email: str


def sender_of(mail: Mail, own: frozenset[str] | None = None) -> Sender | None:
    """Whom *mail* is from; None where it names nobody who could be answered.

    A form of the shop's own website writes in the shop's name, for whoever Reply-To names.
    *own*: the addresses that are ours, where they aren't those of the mailboxes alone.
    """
    claimed = mail.sender or mail.sender_header
    if claimed is None or mailboxes.is_own(claimed.email, own):
        own = mailboxes.own_addresses() if own is None else own
        others = [one for one in mail.reply_to if not mailboxes.is_own(one.email, own)]
        claimed = others[0] if len(others) == 1 else None
    return None if claimed is None else sender_at(claimed)


def person(sender: Sender) -> User | None:
    """Whose address this is, whom their account was merged into; None for somebody new."""
    first, other = every_way(sender.email)
    return queries.person_at(first) or queries.person_at(other)


def every_way(email: str) -> tuple[str, str]:
    """*email*, and with the other way to write its domain: mail programs choose either."""
    local, _at, domain = email.rpartition("@")
    try:
        other = unicode_form(domain) if domain.isascii() else ascii_form(domain)
    except UnicodeError:
        other = domain
    return email, f"{local}@{other}"


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


def sender_at(address: Address) -> Sender:
    """Who writes from *address*."""
    return Sender(" ".join(address.name.split()), queries.normal_email(address.email))
