"""Reads of mailboxes, and of the servers behind them."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa
from flask import current_app

from ...accounts.models import Actor
from ...accounts.queries import normal_email
from ...database import Prepared, db, kept, rows, scalar, until_written
from ...errors import HelpdeskError, NotFound
from ...i18n import gettext as _
from ...settings import Settings
from ..models import Mailbox, MailKind, MailThread, OutgoingMail, ReceivedMail
from . import policy
from .servers import Server, of_url, password_of

SETTLED = frozenset(
    {
        "address",
        "imap_host",
        "imap_port",
        "imap_security",
        "imap_user",
        "imap_password",
        "imap_password_file",
        "imap_folder",
    }
)


def mailboxes(*, active: bool | None = None) -> Sequence[Mailbox]:
    """Mailboxes in the order in which they were made; *active*: those that are (not) in use."""
    query = sa.select(Mailbox).order_by(Mailbox.id)
    if active is not None:
        query = query.where(Mailbox.is_active == active)
    return db.session.scalars(query).all()


def active() -> Sequence[Mailbox]:
    """The mailboxes that are in use."""
    return mailboxes(active=True)


def get(actor: Actor, mailbox_id: int) -> Mailbox:
    """A mailbox, for an admin. Raises NotAllowed, NotFound."""
    policy.require_manager(actor)
    found = db.session.get(Mailbox, mailbox_id) if 0 < mailbox_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such mailbox."))
    return found


def by_name(name: str) -> Mailbox | None:
    """The mailbox that is called *name*, in any case of letters."""
    return db.session.scalar(sa.select(Mailbox).where(Mailbox.name == name.strip().lower()))


def by_address(address: str) -> Mailbox | None:
    """The mailbox that *address* reaches: its own, or one with a tag after a plus."""
    wanted = normal_email(address)
    query = sa.select(Mailbox).where(Mailbox.address.in_({wanted, without_tag(wanted)}))
    found = {mailbox.address: mailbox for mailbox in db.session.scalars(query)}
    return found.get(wanted) or found.get(without_tag(wanted))


def default() -> Mailbox | None:
    """The mailbox that writes where no other must: HELPDESK_MAIL_FROM's, else the first one."""
    found = active()
    sender = mail_from()[1]
    return next((one for one in found if one.address == sender), found[0] if found else None)


def own_addresses() -> frozenset[str]:
    """Every address that is ours, also of mailboxes that are paused; without tags."""
    known = set(db.session.scalars(sa.select(Mailbox.address)))
    return frozenset(known | ({mail_from()[1]} - {""}))


def is_own(address: str, own: frozenset[str] | None = None) -> bool:
    """Whether mail to *address* comes to us (``support+TOKEN@shop.example`` does, too).

    *own*: :func:`own_addresses`, where many are asked for.
    """
    wanted = normal_email(address)
    known = own_addresses() if own is None else own
    return not known.isdisjoint({wanted, without_tag(wanted)})


def without_tag(address: str) -> str:
    """*address* without what follows a plus before its ``@`` (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def mail_from() -> tuple[str, str]:
    """Name and address of HELPDESK_MAIL_FROM, the address in lower case; empty without it."""
    name, address = parseaddr(_settings().mail_from or "")
    return " ".join(name.split()), normal_email(address)


def settled(mailbox: Mailbox) -> frozenset[str]:
    """The columns of *mailbox* that the settings decide (settled.py), and nobody else."""
    if not mailbox.from_settings:
        return frozenset()
    return SETTLED | ({"sender_name"} if mail_from()[0] else frozenset())


def imap_of(mailbox: Mailbox) -> Server | None:
    """Where *mailbox* is fetched from, None for nowhere.

    Raises HelpdeskError where its password file can't be read, or the settings are not those that
    made it.
    """
    url = _settings().imap_url
    if mailbox.from_settings:  # its password is in no row
        if not url:
            raise HelpdeskError(
                _("HELPDESK_IMAP_URL is not set here, and only it knows how to fetch this mailbox.")
            )
        return of_url(url)
    if not mailbox.imap_host:
        return None
    return Server(
        host=mailbox.imap_host,
        port=mailbox.imap_port,
        security=mailbox.imap_security,
        user=mailbox.imap_user,
        password=password_of(mailbox.imap_password, mailbox.imap_password_file),
    )


def smtp_of(mailbox: Mailbox | None) -> Server | None:
    """What sends the mail of *mailbox*, or of none: its own server, else HELPDESK_SMTP_URL's.

    None where there is neither. Raises HelpdeskError where its password file can't be read.
    """
    if mailbox is not None and mailbox.smtp_host:
        return Server(
            host=mailbox.smtp_host,
            port=mailbox.smtp_port,
            security=mailbox.smtp_security,
            user=mailbox.smtp_user,
            password=password_of(mailbox.smtp_password, mailbox.smtp_password_file),
        )
    url = _settings().smtp_url
    return of_url(url) if url else None


def sending_is_set_up() -> bool:
    """Whether there is a server that mail can be sent by; without one nothing is written."""
    return bool(_settings().smtp_url) or _any_sends()


@kept("mailboxes")
def _any_sends() -> bool:
    return scalar(_ANY_SENDING) is not None


_ANY_SENDING = Prepared(
    sa.select(Mailbox.id).where(Mailbox.is_active, Mailbox.smtp_host != "").limit(1)
)


def failing() -> Sequence[Any]:
    """Mailboxes in use that can't be fetched just now, or by which nothing can be sent.

    A row has ``id``, ``address``, and since when and why: ``failing_since``, ``last_error``,
    ``smtp_failing_since``, ``smtp_error``.
    """
    return until_written("failing mailboxes", lambda: rows(_failing))


_failing = Prepared(
    sa.select(
        Mailbox.id,
        Mailbox.address,
        Mailbox.failing_since,
        Mailbox.last_error,
        Mailbox.smtp_failing_since,
        Mailbox.smtp_error,
    )
    .where(
        Mailbox.is_active,
        sa.or_(Mailbox.failing_since.is_not(None), Mailbox.smtp_failing_since.is_not(None)),
    )
    .order_by(Mailbox.id)
)


def has_history(mailbox: Mailbox) -> bool:
    """Whether mail came or went by *mailbox*, tests apart: then it stays, the ledger names it."""
    return any(
        db.session.scalar(sa.select(sa.literal(1)).where(*conditions).limit(1))
        for conditions in (
            (ReceivedMail.mailbox_id == mailbox.id,),
            (MailThread.mailbox_id == mailbox.id,),
            (OutgoingMail.mailbox_id == mailbox.id, OutgoingMail.kind != MailKind.TEST),
        )
    )


def _settings() -> Settings:
    found: Settings = current_app.config["HELPDESK"]
    return found
