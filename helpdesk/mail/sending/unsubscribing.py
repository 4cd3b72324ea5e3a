"""Getting no more of some mails, by a link in them that needs no sign-in (RFC 8058)."""

import hmac
from contextlib import suppress
from dataclasses import replace

from ...accounts.models import User
from ...accounts.secrets import signature
from ...database import db
from ...errors import NotAllowed, NotFound
from ...i18n import gettext as _
from ...notices import wishes
from ...notices.kinds import LABELS, Kind
from ...tickets import actions as tickets
from ...tickets.models import Ticket
from ..models import MailKind, OutgoingMail

LINK_ENDS = "/u/…"  # in what is kept of a mail, as with links to requests
OF_ROW = (MailKind.ANSWERED, MailKind.NOTICE, MailKind.DIGEST)


def applies(row: OutgoingMail, *, is_requester: bool) -> bool:
    """Whether somebody can want no more of such mails: followers, and staff of their notices."""
    return row.kind in OF_ROW and not (row.kind is MailKind.ANSWERED and is_requester)


def path_of(row: OutgoingMail) -> str:
    """The end of the address that *row* names for it."""
    return f"/u/{row.id}-{_signed(row)}"


def find(token: str) -> OutgoingMail:
    """The mail whose link has *token*. Raises NotFound."""
    number = token.partition("-")[0]
    known = number.isascii() and number.isdigit() and len(number) < 18
    row = db.session.get(OutgoingMail, int(number)) if known else None
    wanted = "" if row is None else path_of(row).removeprefix("/u/")
    given = token.encode("utf-8", "replace")
    if row is None or row.user_id is None or not hmac.compare_digest(wanted.encode(), given):
        raise NotFound(_("This link does not work any more."))
    return row


def what_ends(row: OutgoingMail) -> str:
    """What whoever got *row* would get no more of, in words."""
    if row.kind is MailKind.DIGEST:
        return _("mail each day of what waits")
    if row.kind is MailKind.NOTICE:
        return _("mail when: %(what)s", what=LABELS[Kind(row.details["kind"])])
    return _("answers to %(ref)s", ref="" if row.ticket is None else row.ticket.ref)


def end(row: OutgoingMail) -> None:
    """Let whoever got *row* get no more such mails. Twice is as good as once."""
    user = db.session.get_one(User, row.user_id)
    with suppress(NotAllowed):  # who is no staff any more gets none anyway
        if row.kind is MailKind.NOTICE:
            kind = Kind(row.details["kind"])
            wishes.choose(user, {kind: replace(wishes.wishes_of(user)[kind], by_mail=False)})
        elif row.kind is MailKind.DIGEST:
            wishes.choose_digest(user, False)
    if row.kind is MailKind.ANSWERED and row.ticket_id is not None:
        tickets.stop_following(user, db.session.get_one(Ticket, row.ticket_id))


def _signed(row: OutgoingMail) -> str:
    return signature(f"unsubscribe:{row.id}:{row.user_id}:{row.mail_id}")
