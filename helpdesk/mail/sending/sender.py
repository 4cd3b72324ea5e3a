"""Whom our mails are from, and by which server they leave."""

from email.utils import parseaddr
from urllib.parse import urlsplit

from flask import current_app

from ...database import db
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...shop.queries import shop
from ..domains import ascii_form
from ..mailboxes import queries as mailboxes
from ..models import Mailbox, MailThread, OutgoingMail
from .mime import Person


def mailbox_of(row: OutgoingMail | None, thread: MailThread | None) -> Mailbox | None:
    """The mailbox that a mail of *thread* is from: the one that its ticket came by, if it is in
    use; else the one that it began to leave by, else the default one."""
    chosen = thread.mailbox_id if thread is not None else None
    if chosen is None and row is not None:
        chosen = row.mailbox_id
    found = None if chosen is None else db.session.get(Mailbox, chosen)
    return found if found is not None and found.is_active else mailboxes.default()


def sender_of(mailbox: Mailbox | None) -> Person:
    """Name and address of who writes. Raises HelpdeskError where nobody says which address."""
    if mailbox is not None:
        return Person(mailbox.sender_name or shop().name, mailbox.address)
    name, address = mailboxes.mail_from()
    if not address:
        address = _user_of_server()
    if not address:
        raise HelpdeskError(
            _("There is no address to write from: set HELPDESK_MAIL_FROM, or add a mailbox.")
        )
    return Person(name or shop().name, address)


def domain_of(thread: MailThread | None) -> str:
    """The domain that stands in the ids of our mails."""
    mailbox = mailbox_of(None, thread)
    address = mailboxes.mail_from()[1] if mailbox is None else mailbox.address
    domain = (address or _user_of_server()).rpartition("@")[2]
    return ascii_domain(domain) if domain else our_name() or "localhost"


def ascii_domain(domain: str) -> str:
    """*domain* as it stands in a header."""
    try:
        return ascii_form(domain)
    except UnicodeError:
        return "localhost"


def our_name() -> str | None:
    """What this machine calls itself to a mail server; None: what the system says it is called."""
    host = urlsplit(base_url()).hostname or ""
    is_name = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    return host if is_name and host.isascii() else None


def base_url() -> str:
    """Where the desk's pages are."""
    return str(current_app.config["HELPDESK"].base_url)


def _user_of_server() -> str:
    server = mailboxes.smtp_of(None)
    return parseaddr(server.user)[1] if server is not None and "@" in server.user else ""
