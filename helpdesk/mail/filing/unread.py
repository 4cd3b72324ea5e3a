"""A mail that nobody can read, made a ticket all the same: with the original as its file."""

from ...accounts.models import User
from ...database import db, transaction
from ...files import store
from ...i18n import gettext as _
from ...tickets import actions
from ...tickets.actions import Draft, Kept, NewFile, keeping
from .. import tokens
from ..models import MailOfMessage, Outcome, ReceivedMail
from .outcomes import decide
from .writing import opening_of

_NAME = "mail.eml"


def file_unread(received_id: int, content: bytes, why: str, filer: User) -> None:
    """Open a ticket of *filer*'s, who asked for it; they find out whose it is, and move it."""
    incoming = store().receive(file_name=_NAME)
    incoming.write(content)
    with keeping([NewFile(_NAME, incoming)]) as kept, transaction():
        row = db.session.get_one(ReceivedMail, received_id)
        words = _("This mail could not be read: %(why)s Its file has all of it.", why=why)
        draft = Draft(subject=_("A mail that could not be read"), message=words, is_asked=False)
        files = [file for file in kept if isinstance(file, Kept)]
        ticket = actions.open_ticket(filer, draft, files)
        message = opening_of(ticket)
        db.session.add(
            MailOfMessage(
                message_id=message.id,
                received_id=row.id,
                sender="",
                quoted="",
                signature="",
                has_html=False,
                copied=[],
                remarks=[why],
            )
        )
        row.ticket_id, row.filed_as_id = ticket.id, message.id
        decide(row, Outcome.TICKET, why)
        tokens.thread_of(ticket.id, row.mailbox_id)
