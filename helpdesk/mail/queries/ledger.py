"""The ledger as people read it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ...accounts.models import Actor
from ...database import Prepared, db, scalar, until_written
from ...errors import NotFound
from ...i18n import gettext as _
from ...tickets import queries as tickets
from .. import policy
from ..models import Outcome, ReceivedMail
from .pages import Page, Paged, paged

MOST_COUNTED = 100
MOST_DUPLICATES = 50  # that are listed with a mail
_UNFILED = (Outcome.WAITING, Outcome.HELD, Outcome.FAILED)


@dataclass(frozen=True)
class LedgerFilters:
    """What the ledger is narrowed to."""

    outcome: Outcome | None = None
    mailbox_id: int | None = None
    words: str = ""  # in sender or subject; or a Message-ID, all of it


def ledger(actor: Actor, filters: LedgerFilters, page: Page) -> Paged[ReceivedMail]:
    """Every mail ever seen, newest first, with its mailbox; for admins."""
    policy.require_admin(actor)
    query = _narrowed(filters).options(joinedload(ReceivedMail.mailbox))
    return paged(query, ReceivedMail.id, page)


def held(actor: Actor, page: Page) -> Paged[ReceivedMail]:
    """The mails that wait for a person to look at them, newest first; for staff."""
    policy.require_staff(actor)
    query = _narrowed(LedgerFilters(outcome=Outcome.HELD))
    return paged(query.options(joinedload(ReceivedMail.mailbox)), ReceivedMail.id, page)


def held_count(actor: Actor, most: int = MOST_COUNTED) -> int:
    """How many mails are held, counted up to *most*: from an index alone."""
    policy.require_staff(actor)
    return until_written(("held mails", most), lambda: scalar(_held, most=most) or 0)


def received_count() -> int:
    """How many mails the ledger ever took: its rows are numbered, and never removed."""
    return db.session.scalar(sa.select(sa.func.max(ReceivedMail.id))) or 0


def unfiled_counts() -> dict[str, int]:
    """How many mails wait, are held, and couldn't be had: from an index alone."""
    query = (
        sa.select(ReceivedMail.outcome, sa.func.count())
        .where(ReceivedMail.outcome.in_(_UNFILED))
        .group_by(ReceivedMail.outcome)
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {outcome.value: found.get(outcome, 0) for outcome in _UNFILED}


_held = Prepared(
    sa.select(sa.func.count()).select_from(
        sa.select(ReceivedMail.id)
        .where(ReceivedMail.outcome == Outcome.HELD)
        .limit(sa.bindparam("most"))
        .subquery()
    )
)


def received(actor: Actor, received_id: int) -> ReceivedMail:
    """A mail of the ledger: any for admins; for other staff one that is held or on a ticket.

    Raises NotFound where it isn't there or isn't *actor*'s to see; NotAllowed for customers.
    """
    policy.require_staff(actor)
    known = 0 < received_id < 2**63
    found = db.session.get(ReceivedMail, received_id) if known else None
    if found is None or not _may_see(actor, found):
        raise NotFound(_("There is no such mail."))
    return found


def may_read(actor: Actor, mail: ReceivedMail) -> bool:
    """Whether the words of *mail*, which *actor* may see, are there to read.

    Of a ticket that was deleted for good, nothing is.
    """
    return bool(mail.sha256) and (mail.ticket_id is None or _is_there(actor, mail.ticket_id))


def duplicates(actor: Actor, mail: ReceivedMail) -> Sequence[ReceivedMail]:
    """The same mail as it came by other ways or again, oldest first."""
    policy.require_staff(actor)
    # By what two copies share, for there is an index on that.
    same = sa.or_(
        sa.and_(ReceivedMail.sha256 == mail.sha256, ReceivedMail.sha256 != ""),
        sa.and_(ReceivedMail.essence == mail.essence, ReceivedMail.essence != ""),
    )
    query = sa.select(ReceivedMail).where(same, ReceivedMail.duplicate_of_id == mail.id)
    query = query.options(joinedload(ReceivedMail.mailbox)).order_by(ReceivedMail.id)
    return db.session.scalars(query.limit(MOST_DUPLICATES)).all()


def _may_see(actor: Actor, mail: ReceivedMail) -> bool:
    if actor.is_admin or mail.outcome is Outcome.HELD:
        return True
    return mail.ticket_id is not None and _is_there(actor, mail.ticket_id)


def _is_there(actor: Actor, ticket_id: int) -> bool:
    return bool(tickets.visible_among(actor, [ticket_id]))


def _narrowed(filters: LedgerFilters) -> sa.Select[ReceivedMail]:
    query = sa.select(ReceivedMail)
    if filters.outcome is not None:
        query = query.where(ReceivedMail.outcome == filters.outcome)
    if filters.mailbox_id is not None:
        query = query.where(ReceivedMail.mailbox_id == filters.mailbox_id)
    if filters.words:
        words = filters.words
        query = query.where(
            sa.or_(
                ReceivedMail.message_id == words.strip("<> "),
                ReceivedMail.sender.icontains(words, autoescape=True),
                ReceivedMail.subject.icontains(words, autoescape=True),
            )
        )
    return query
