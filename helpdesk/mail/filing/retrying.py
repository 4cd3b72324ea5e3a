"""Having a mail filed once more, or although it was left alone."""

from ... import clock
from ...accounts.models import Actor
from ...database import db, transaction
from ...errors import NotAllowed, WrongState
from ...events import record
from ...i18n import gettext as _
from ..ledger import have_filed
from ..models import Outcome, ReceivedMail

RETRIABLE = (Outcome.HELD, Outcome.IGNORED, Outcome.DUPLICATE)


def retry(actor: Actor, row: ReceivedMail, *, as_new: bool = False) -> None:
    """Have *row* filed again; with *as_new*, as a ticket of its own. What was ignored is filed.

    Raises NotAllowed for everybody but staff; WrongState for a mail that was filed, waits, or was
    never fetched.
    """
    if not actor.is_staff or not actor.is_active:
        raise NotAllowed(_("Your account may not do this."))
    with transaction():
        db.session.refresh(row)
        if row.outcome not in RETRIABLE or not row.sha256:
            raise WrongState(_("This mail was filed already, or is not here."))
        even_so = row.outcome is not Outcome.HELD
        before, row.outcome, row.decided_at = row.outcome, Outcome.WAITING, None
        row.duplicate_of_id = row.ticket_id = None
        have_filed(row, as_new=as_new, even_so=even_so or as_new)
        record(
            actor.id,
            "mail.retried",
            before=before.value,
            after={"received_id": row.id, "at": clock.iso(clock.now())},
        )
