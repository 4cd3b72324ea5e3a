"""What people do about mails that wait, failed, or may have been sent."""

import sqlalchemy as sa

from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import NotAllowed, WrongState
from ...events import record
from ...i18n import gettext as _
from ...jobs import enqueue
from ..models import OutgoingMail, Sending
from . import outbox
from .outbox import cancel_automatic

__all__ = ["cancel", "cancel_automatic", "doubt_all", "resend", "settle"]


def resend(actor: Actor, row: OutgoingMail) -> None:
    """Send a mail again that failed, came back, or that nobody knows of whether it was sent.

    It has the same Message-ID, so that whoever has it already can tell.
    Raises NotAllowed; WrongState where it waits, was sent or was cancelled.
    """
    _require(actor, row)
    with transaction():
        came_back = row.state is Sending.SENT and row.bounced_at is not None
        if row.state not in (Sending.FAILED, Sending.UNCERTAIN) and not came_back:
            raise WrongState(_("This mail was sent, or is about to be."))
        row.state, row.attempts = Sending.WAITING, 0
        row.bounced_at, row.bounce = None, ""
        db.session.flush()
        enqueue(outbox.JOB, {"id": row.id}, key=str(row.id))
        _note(actor, row, "mail.sent_again")


def settle(actor: Actor, row: OutgoingMail) -> None:
    """Note that a mail of which nobody knew has arrived: somebody was told so.

    Raises NotAllowed; WrongState where it is known what became of it.
    """
    _require(actor, row)
    with transaction():
        if row.state is not Sending.UNCERTAIN:
            raise WrongState(_("It is known what became of this mail."))
        row.state = Sending.SENT
        row.said = _("%(name)s says that it arrived. %(said)s", name=actor.name, said=row.said)
        _note(actor, row, "mail.settled")


def cancel(actor: Actor, row: OutgoingMail) -> None:
    """Let a mail that waits never be sent. Raises NotAllowed; WrongState where it doesn't wait."""
    _require(actor, row)
    with transaction():
        if row.state is not Sending.WAITING:
            raise WrongState(_("This mail does not wait any more."))
        outbox.cancel_row(row, _("%(name)s cancelled it.", name=actor.name))
        _note(actor, row, "mail.cancelled")


def doubt_all(said: str) -> int:
    """Let nobody know whether the mails that wait were sent, and why; how many those are.

    None of them is sent again by itself. People can, one by one.
    """
    with transaction():
        moved = db.session.execute(
            sa.update(OutgoingMail)
            .where(OutgoingMail.state.in_([Sending.WAITING, Sending.SENDING]))
            .values(state=Sending.UNCERTAIN, said=said)
            .returning(OutgoingMail.id)
            .execution_options(synchronize_session=False)
        )
        return len(moved.all())


def _note(actor: Actor, row: OutgoingMail, kind: str) -> None:
    record(
        actor.id, kind, ticket_id=row.ticket_id, after={"mail": row.id, "recipient": row.recipient}
    )


def _require(actor: Actor, row: OutgoingMail) -> None:
    """Staff may of a ticket's mails; of others (passwords, notices) admins."""
    may = actor.is_staff if row.ticket_id is not None else actor.is_admin
    if not (actor.is_active and may):
        raise NotAllowed(_("Your account may not do this."))
