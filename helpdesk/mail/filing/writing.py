"""A mail becomes words on a ticket. Everything here runs inside one ``transaction()``."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from ...accounts import confirming
from ...accounts.models import DESK, User
from ...database import db
from ...errors import WrongState
from ...i18n import gettext as _
from ...tickets import actions
from ...tickets.actions import Draft, Kept
from ...tickets.models import Category, Message, Ticket
from .. import tokens
from ..models import Outcome, ReceivedMail
from ..reading import Mail
from ..sending.outbox import cancel_automatic
from . import threading
from .outcomes import decide
from .proving import is_proven
from .senders import Sender
from .words import body_of, mail_of_message, subject_of

_UNPROVEN = "says that it is from a member of staff, and nothing shows that it is"
_STILL_NEWS = timedelta(days=7)  # when a mailbox is set up, its older mail is history


def write(
    row: ReceivedMail,
    mail: Mail,
    sender: Sender | None,
    who: User,
    files: Sequence[Kept],
    *,
    as_new: bool = False,
) -> None:
    """Make of *mail*, which claims to be *who*'s, a ticket, a message or a note.

    Without *sender* it is *who* that has it filed, and it is from nobody.
    """
    if sender is not None:
        confirming.doubt(who)
    match = threading.find(mail, who)
    ticket = None if as_new else match.ticket
    message = None
    if ticket is not None and sender is not None:
        message = _add(row, mail, sender, who, ticket, files)
    if message is None:
        related = match.related
        ticket, message = _open(row, mail, who, files)
    else:
        related = None
    related_id = None if related is None else related.id
    beside = mail_of_message(message.id, row, mail, sender, related_id)
    if sender is not None and who.is_staff and not is_proven(mail, sender, row.mailbox):
        beside.remarks = [*beside.remarks, _UNPROVEN]
    db.session.add(beside)
    assert ticket is not None  # noqa: S101 (one of the two above has made it)
    row.ticket_id, row.filed_as_id = ticket.id, message.id
    tokens.thread_of(ticket.id, row.mailbox_id)
    if why := _why_unanswered(row, mail):
        cancel_automatic(ticket.id, why)


def _add(
    row: ReceivedMail,
    mail: Mail,
    sender: Sender,
    who: User,
    ticket: Ticket,
    files: Sequence[Kept],
) -> Message | None:
    """A message or note on *ticket*; None where it takes no more (closed, spam, the bin)."""
    body = body_of(mail)
    try:
        with db.session.begin_nested():
            # On a request of their own as well: who follows it has its token, too.
            if who.is_staff and not is_proven(mail, sender, row.mailbox):
                note = actions.add_note(DESK, ticket, body, files)
                decide(row, Outcome.NOTE, _("It claims to be %(name)s's.", name=who.name))
                return note
            message = actions.reply(who, ticket, body, files)
            decide(row, Outcome.REPLY)
            return message
    except WrongState:
        return None


def _open(
    row: ReceivedMail, mail: Mail, who: User, files: Sequence[Kept]
) -> tuple[Ticket, Message]:
    draft = Draft(
        subject=subject_of(mail),
        message=body_of(mail),
        category_id=_category(row),
        is_asked=False,
    )
    ticket = actions.open_ticket(who, draft, files)
    decide(row, Outcome.TICKET)
    return ticket, opening_of(ticket)


def opening_of(ticket: Ticket) -> Message:
    """The message that *ticket* was opened with."""
    query = sa.select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return db.session.scalars(query.limit(1)).one()


def _category(row: ReceivedMail) -> int | None:
    """What the mailbox's mail is about, while there is such a category."""
    if row.mailbox is None or row.mailbox.category_id is None:
        return None
    category = db.session.get(Category, row.mailbox.category_id)
    if category is None or category.deleted_at is not None or category.parent_id is not None:
        return None
    return category.id if category.is_active else None


def _why_unanswered(row: ReceivedMail, mail: Mail) -> str:
    """Why nobody is told that this mail came; empty where they are."""
    if mail.automatic:  # two programs would never end (RFC 3834)
        return _("An automatic mail is not answered.")
    known_since = None if row.mailbox is None else row.mailbox.created_at
    if known_since and mail.date and mail.date < known_since - _STILL_NEWS:
        return _("It was written long before the desk was there.")
    return ""
