"""People to whom a mail was sent beside us: they follow its ticket only if somebody chooses so."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ..accounts import actions as accounts
from ..accounts.models import DESK, Actor, Role
from ..accounts.queries import normal_email, people_at, person_at
from ..database import db, transaction
from ..errors import Invalid
from ..events import Event
from ..i18n import gettext as _
from ..tickets import actions as tickets
from ..tickets import policy
from ..tickets.models import Message, Ticket
from .models import MailOfMessage
from .queries.opened import CopiedBy

MOST_SHOWN = 30  # of one mail
_MOST_ASKED = 500  # addresses of all mails of a page
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Copied:
    """Somebody a mail was sent to, too."""

    name: str
    email: str
    follows: bool
    can_follow: bool  # not staff, nor the requester, nor somebody whose account is disabled

    @property
    def words(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


def copied_by_message(
    requester_id: int, mails: Iterable[MailOfMessage | CopiedBy], follower_ids: Collection[int]
) -> dict[int, Sequence[Copied]]:
    """Who else each of *mails*, all of one ticket, was sent to, in one query at most."""
    given = {mail.message_id: _addresses(mail) for mail in mails if mail.copied}
    emails = list(dict.fromkeys(email for found in given.values() for email in found))
    people = people_at(emails[:_MOST_ASKED])

    def one(email: str, name: str) -> Copied:
        user = people.get(email)
        if user is None:
            return Copied(name, email, follows=False, can_follow=True)
        can = user.is_active and not user.is_staff and user.id != requester_id
        return Copied(name, email, user.id in follower_ids, can)

    return {
        id_: [one(email, name) for email, name in list(found.items())[:MOST_SHOWN]]
        for id_, found in given.items()
    }


def copied_by(
    requester_id: int, mails: Sequence[CopiedBy], follower_ids: Collection[int]
) -> Sequence[Copied]:
    """Whom the requester of a ticket has sent *mails*, their own ones on it, to as well."""
    found = copied_by_message(requester_id, mails, follower_ids)
    each = {copied.email: copied for several in found.values() for copied in several}
    return [copied for copied in each.values() if copied.can_follow]


def let_follow(actor: Actor, ticket: Ticket, email: str) -> Event | None:
    """Let whom *email* belongs to get the answers on *ticket*; None where they do already.

    Only an address that a mail on this ticket was sent to: for its requester, one of their own
    mails. Somebody new gets an account that nobody can sign in to yet. Raises NotAllowed; Invalid
    (field ``email``, or ``user``); WrongState.
    """
    policy.require(actor, "follow", ticket)
    email = normal_email(email)
    with transaction():
        name = _known(actor, ticket).get(email)
        if name is None:
            raise Invalid({"email": [_("No mail of this ticket was sent to this address.")]})
        user = person_at(email)
        if user is None:
            name = " ".join(name.split())[:_LONGEST_NAME].strip() or email.partition("@")[0]
            user = accounts.add_user(DESK, name=name, email=email, role=Role.CUSTOMER)
        return tickets.follow(actor, ticket, user)


def let_go(actor: Actor, ticket: Ticket, email: str) -> Event | None:
    """Let whom *email* belongs to get nothing more of *ticket*; None where they got nothing.

    Of the addresses that :func:`let_follow` takes. Raises NotAllowed.
    """
    policy.require(actor, "follow", ticket)
    email = normal_email(email)
    with transaction():
        user = person_at(email) if email in _known(actor, ticket) else None
        return None if user is None else tickets.unfollow(actor, ticket, user.id)


def _known(actor: Actor, ticket: Ticket) -> dict[str, str]:
    """The addresses that *actor* may choose from, and their names."""
    mails = db.session.scalars(_mails(actor, ticket)).all()
    return {email: name for mail in mails for email, name in _addresses(mail).items()}


def _mails(actor: Actor, ticket: Ticket) -> sa.Select[MailOfMessage]:
    """The mails on *ticket* whose copied people are *actor*'s to know."""
    query = (
        sa.select(MailOfMessage)
        .join(MailOfMessage.message)
        .where(Message.ticket_id == ticket.id)
        .order_by(Message.id)
    )
    if actor.is_staff:
        return query
    return query.where(Message.author_id == actor.id, Message.internal.is_(False))


def _addresses(mail: MailOfMessage | CopiedBy) -> dict[str, str]:
    """By normal address, each once; what is none is left out."""
    pairs = ((normal_email(one.get("email", "")), one.get("name", "")) for one in mail.copied)
    return {email: name for email, name in pairs if "@" in email}
