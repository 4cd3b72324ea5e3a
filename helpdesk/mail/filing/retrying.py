"""Having a mail filed once more, or although it was left alone."""

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import NotAllowed, WrongState
from ...events import record
from ...i18n import gettext as _
from ..ledger import ask_again, can_be_asked_for, have_filed
from ..models import Outcome, ReceivedMail

_RETRIABLE = (Outcome.HELD, Outcome.IGNORED, Outcome.DUPLICATE)


def retry(actor: Actor, row: ReceivedMail, *, as_new: bool = False) -> None:
    """Have *row* filed again; with *as_new*, as a ticket of its own. What was ignored is filed.

    A mail from nobody, or one that can't be read, becomes *actor*'s ticket then, with the original
    as its file: they find out whose it is.

    One that its server did not give is asked for again. Raises NotAllowed for everybody but staff;
    WrongState for a mail that was filed, or waits.
    """
    if not actor.is_staff or not actor.is_active:
        raise NotAllowed(_("Your account may not do this."))
    with transaction():
        db.session.refresh(row)
        if not may_retry(row):
            raise WrongState(_("This mail was filed already, or is not here."))
        before = row.outcome
        if can_be_asked_for(row):
            ask_again(row)
        else:
            row.outcome, row.decided_at = Outcome.WAITING, None
            row.duplicate_of_id = row.ticket_id = None
            even_so = before is not Outcome.HELD or as_new
            have_filed(row, as_new=as_new, even_so=even_so, by=actor.id)
        record(
            actor.id,
            "mail.retried",
            before=before.value,
            after={"received_id": row.id, "at": clock.iso(clock.now())},
        )


def may_retry(row: ReceivedMail) -> bool:
    """Whether there is anything to try again."""
    return can_be_asked_for(row) or (
        row.outcome in _RETRIABLE and bool(row.sha256) and row.forgotten_at is None
    )
