"""What a row of the outbox is about, as it is at the moment."""

from dataclasses import dataclass

from ...accounts.models import User
from ...database import db
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...notices.wishes import wants_digest
from ...tickets.models import Message, Place, Ticket
from ...tickets.policy import takes_part
from ..models import Mailbox, MailKind, MailThread, OutgoingMail
from . import noticing, sender
from .recipients import whole_person

FOR_STAFF = (MailKind.NOTICE, MailKind.DIGEST)
_FOR_PARTICIPANTS = (MailKind.RECEIVED, MailKind.ANSWERED, MailKind.RESOLVED)


class Gone(HelpdeskError):
    """There is no reason any more to send this mail."""


@dataclass(frozen=True)
class Context:
    """What a row is about, each as it is now."""

    row: OutgoingMail
    user: User | None
    ticket: Ticket | None
    thread: MailThread | None
    mailbox: Mailbox | None
    message: Message | None

    @property
    def is_requester(self) -> bool:
        """Whether it goes to a requester as such: a notice goes to a member of staff."""
        return (
            not self.is_for_staff
            and self.ticket is not None
            and self.user is not None
            and self.ticket.requester_id == self.user.id
        )

    @property
    def is_for_staff(self) -> bool:
        return self.row.kind in FOR_STAFF

    @property
    def is_answered(self) -> bool:
        """Whether an answer to it belongs to its ticket."""
        if self.row.kind is MailKind.NOTICE:
            return bool(self.row.details.get("is_answered"))
        return self.row.kind in (MailKind.RECEIVED, MailKind.ANSWERED, MailKind.RESOLVED)

    @property
    def is_kept(self) -> bool:
        """Whether its words stay in the row: not a secret's, nor those of several tickets, of
        which one may be deleted for good."""
        is_of_several = len(self.row.details.get("tickets", ())) > 1
        return not is_of_several and self.row.kind not in (MailKind.ACCOUNT, MailKind.DIGEST)


def context_of(row: OutgoingMail) -> Context:
    """What *row* is about. Raises Gone where it isn't to be sent any more."""
    user = None
    if row.user_id is not None:
        user = whole_person(db.session.get(User, row.user_id))
        if user is None:
            raise Gone(_("The account of %(who)s is disabled.", who=row.recipient))
    ticket = None if row.ticket_id is None else db.session.get(Ticket, row.ticket_id)
    if ticket is not None and ticket.place is Place.PURGED:
        raise Gone(_("The ticket was deleted for good."))
    message = None if row.message_id is None else db.session.get(Message, row.message_id)
    if row.kind is MailKind.ANSWERED and (message is None or message.internal):
        raise Gone(_("The words of this mail are not there any more."))
    if row.kind in _FOR_PARTICIPANTS and not _takes_part(user, ticket, message):
        raise Gone(_("%(who)s takes no part in the request any more.", who=row.recipient))
    if row.kind in FOR_STAFF and not _is_wanted(row, user):
        raise Gone(_("It is not wanted any more: seen on the desk, undone, or switched off."))
    thread = None if ticket is None else db.session.get(MailThread, ticket.id)
    return Context(row, user, ticket, thread, sender.mailbox_of(row, thread), message)


def _takes_part(user: User | None, ticket: Ticket | None, message: Message | None) -> bool:
    """Whether *user* may have the words still: the mail may have waited for days."""
    if user is None or takes_part(user, ticket):
        return True
    # Its words may have been merged into another ticket since, or split off.
    return message is not None and takes_part(user, db.session.get(Ticket, message.ticket_id))


def _is_wanted(row: OutgoingMail, user: User | None) -> bool:
    if row.kind is MailKind.NOTICE:
        return noticing.is_wanted(row, user)
    return user is not None and user.is_staff and wants_digest(user)
