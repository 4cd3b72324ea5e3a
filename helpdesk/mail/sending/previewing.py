"""What a mail would look like: for the shop's latest ticket, or for one that is made up."""

from dataclasses import dataclass

import sqlalchemy as sa

from ...accounts.models import Role, User
from ...database import db
from ...errors import HelpdeskError
from ...i18n import gettext as _
from ...i18n import language, speaking
from ...tickets.models import AuthorKind, Format, Message, Ticket
from ...tickets.queries import visible_to
from .. import policy
from ..models import MailKind, MailThread, OutgoingMail
from ..templates import Template, as_kept, in_words
from . import composing, sender
from .context import Context

LOOKED_AT = 50  # of the latest tickets, for one that was answered
_NOBODY = -1


@dataclass(frozen=True)
class Preview:
    """A mail that nobody gets; *ref* is empty where its ticket is made up."""

    ref: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    blanks: tuple[str, ...]


def preview(actor: User, kind: MailKind, template: Template, *, made_up: bool = False) -> Preview:
    """The mail that *template* would be. Raises NotAllowed.

    It is in the language of whoever would get it, as far as the words aren't the shop's own.
    """
    policy.require_admin(actor)
    ticket = None if made_up else _latest(actor, kind)
    of = _context(actor, kind, ticket or _ticket())
    kept = as_kept(kind, template)
    with speaking(of.user.language if of.user is not None else ""):
        words = composing.words_of(of, in_words(kind, kept))
        return Preview(
            "" if ticket is None else ticket.ref,
            _sender(of),
            of.row.recipient,
            words.subject,
            words.text,
            words.html,
            words.blanks,
        )


def has_latest(actor: User, kind: MailKind) -> bool:
    """Whether there is a ticket to look at."""
    return _latest(actor, kind) is not None


def _latest(actor: User, kind: MailKind) -> Ticket | None:
    """The latest ticket of a customer, of those that were answered where there is one."""
    latest = visible_to(actor).where(Ticket.requester_kind != AuthorKind.ADMIN)
    found = list(db.session.scalars(latest.order_by(Ticket.id.desc()).limit(LOOKED_AT)))
    if kind is MailKind.ANSWERED:
        answered = _answered([one.id for one in found])
        found = [one for one in found if one.id == answered] or found
    return found[0] if found else None


def _answered(ticket_ids: list[int]) -> int | None:
    query = sa.select(Message.ticket_id).where(_is_answer(), Message.ticket_id.in_(ticket_ids))
    return db.session.scalar(query.order_by(Message.id.desc()).limit(1))


def _is_answer() -> sa.ColumnElement[bool]:
    return sa.and_(Message.author_kind == AuthorKind.ADMIN, Message.internal.is_(False))


def _context(actor: User, kind: MailKind, ticket: Ticket) -> Context:
    requester = ticket.requester
    thread = db.session.get(MailThread, ticket.id)
    row = OutgoingMail(
        kind=kind,
        ticket_id=ticket.id,
        user_id=requester.id,
        recipient=requester.email,
        details={},
    )
    mailbox = sender.mailbox_of(None, thread)
    shown = MailThread(ticket_id=ticket.id, token="…")  # noqa: S106 (the real one is a secret)
    message = None
    if kind is MailKind.ANSWERED:
        message = _latest_answer(ticket) or _message(actor)
    return Context(row, requester, ticket, shown, mailbox, message)


def _latest_answer(ticket: Ticket) -> Message | None:
    query = sa.select(Message).where(_is_answer(), Message.ticket_id == ticket.id)
    return db.session.scalar(query.order_by(Message.id.desc()).limit(1))


def _sender(of: Context) -> str:
    try:
        person = composing.sender_of(of)
    except HelpdeskError:  # no mailbox yet
        return ""
    return f"{person.name} <{person.address}>" if person.name else person.address


# What is made up is never a row: nothing of it is added to the session.


def _ticket() -> Ticket:
    alex = User(
        id=_NOBODY,
        name=_("Alex Miller"),
        email="alex@customer.example",
        role=Role.CUSTOMER,
        language=language(),
    )
    return Ticket(id=1042, subject=_("Broken lamp"), requester_id=alex.id, requester=alex)


def _message(actor: User) -> Message:
    return Message(
        author=User(id=_NOBODY - 1, name=actor.name, role=actor.role),
        internal=False,
        format=Format.MARKDOWN,
        body=_(
            "Thank you for the picture. We send you **a new lamp** today:\n\n"
            "- it arrives on Friday,\n- please keep the old one until then."
        ),
        attachments=[],
    )
